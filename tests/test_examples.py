"""What the README shows works as it is shown."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from simulator.testing import served

ROOT = Path(__file__).resolve().parent.parent
ENVIRON = {"WECHAT_TOKEN": "development", "WECHAT_MODE": "plaintext"}
READMES = ("README.md", "README.zh-CN.md")
HANDLER = "from handlers.wechat import WeChatHandler\n\n\nclass Hello"


def block(readme: str, beginning: str) -> str:
    """Return the one block of Python in a README that begins so."""
    text = (ROOT / readme).read_text()
    [code] = re.findall(rf"```python\n({re.escape(beginning)}.*?)```", text, re.DOTALL)
    assert isinstance(code, str)
    return code


def run(*command: str, environ: Mapping[str, str], folder: Path = ROOT) -> str:
    """Return what a program of Python writes; it must end well."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=os.environ | {"PYTHONUTF8": "1"} | dict(environ),
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    ).stdout


@pytest.mark.parametrize(
    ("handler", "answer"),
    [
        ("handlers.demo:DemoHandler", "天气"),
        ("examples.smallest:Hello", "你好! 你说: 天气"),
        ("mybot:Hello", "你好! 你说: 天气"),
    ],
)
def test_handlers(handler: str, answer: str, tmp_path: Path) -> None:
    """The demo and the smallest handlers answer what the README has a newcomer send."""
    (tmp_path / "mybot.py").write_text(block("README.md", HANDLER), encoding="utf-8")
    settings = {"WECHAT_HANDLER": handler, "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    with served({**os.environ, **ENVIRON, **settings}) as address:
        url = f"--url={address}/wechat"
        said = run("-m", "simulator", "text", "天气", url, environ=ENVIRON)
    assert f"The user sees:\n  {answer}\n" in said


@pytest.mark.parametrize("readme", READMES)
def test_fixture(readme: str, tmp_path: Path) -> None:
    """The test that the README shows passes for the handler that the README shows."""
    parts = {"mybot": HANDLER, "conftest": "import pytest", "test_bot": "import asyncio"}
    for name, beginning in parts.items():
        (tmp_path / f"{name}.py").write_text(block(readme, beginning), encoding="utf-8")
    path = {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:tornado")
    said = run("-m", "pytest", *options, environ=path, folder=tmp_path)
    assert "1 passed" in said


def test_comparison_runs() -> None:
    """The benchmark starts its servers, loads each of them and prints a ratio for each."""
    said = run("-m", "benchmarks.compare", "--rounds=1", "--seconds=0.05", environ={})
    rows = re.findall(r"^(.+?) {2,}\d+ +[\d.]+ +([\d.]+)", said, re.MULTILINE)
    names = ["bare Tornado, success", "this service, plaintext", "this service, safe mode"]
    assert [name for name, _ in rows] == names
    assert all(float(ratio) > 0 for _, ratio in rows)


def test_calls_are_compared() -> None:
    """So does the benchmark of the platform's client."""
    said = run("-m", "benchmarks.calling", "--rounds=1", "--seconds=0.05", environ={})
    [ratio] = re.findall(r"^client of the API +\d+ +([\d.]+)", said, re.MULTILINE)
    assert float(ratio) > 0
