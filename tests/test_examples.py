"""What the README shows works as it is shown."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import started

ROOT = Path(__file__).resolve().parent.parent
ENVIRON = {"WECHAT_TOKEN": "development"}


def send(*arguments: str, token: str = "development") -> subprocess.CompletedProcess[str]:
    """Run examples/send.py as a person does."""
    command = [sys.executable, "examples/send.py", *arguments]
    environ = os.environ | {"WECHAT_TOKEN": token, "PYTHONUTF8": "1"}
    return subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, encoding="utf-8", check=False
    )


def readme_handler(readme: str) -> str:
    """Return the smallest handler that a README shows."""
    [code] = re.findall(
        r"```python\n(.*?class Hello.*?)```", (ROOT / readme).read_text(), re.DOTALL
    )
    assert isinstance(code, str)
    return code


@pytest.mark.parametrize(
    ("handler", "answer"),
    [
        ("handlers.demo:DemoHandler", "天气"),
        ("examples.smallest:Hello", "你好! 你说: 天气"),
        ("mybot:Hello", "你好! 你说: 天气"),
    ],
)
def test_send(handler: str, answer: str, tmp_path: Path) -> None:
    """A message that send.py signs is answered by the demo and by the smallest handlers."""
    (tmp_path / "mybot.py").write_text(readme_handler("README.md"), encoding="utf-8")
    with started(tmp_path, "--port=0", environ=ENVIRON | {"WECHAT_HANDLER": handler}) as process:
        url = f"http://127.0.0.1:{process.port}/wechat"
        assert send("天气", url).stdout == f"{answer}\n"
        refused = send("天气", url, token="another")
        assert refused.stderr == "refused with status 403: the service's log says why\n"
    unanswered = send("天气", url)
    assert unanswered.stderr.startswith(f"no answer from {url}: ")
    assert refused.returncode == unanswered.returncode == 1


def test_no_reply(tmp_path: Path) -> None:
    """Where the user would see nothing, send.py says so."""
    with started(tmp_path, "--port=0", environ=ENVIRON) as process:
        assert send("  ", f"http://127.0.0.1:{process.port}/wechat").stdout == "(no reply)\n"


@pytest.mark.parametrize("arguments", [(), ("--help",), ("天气", "127.0.0.1:8000/wechat")])
def test_usage(arguments: tuple[str, ...]) -> None:
    """Without a text, or with a URL that is none, send.py says how it is used."""
    result = send(*arguments)
    assert result.returncode == 1
    assert ("examples/send.py 你好" if len(arguments) < 2 else "http://") in result.stderr


def test_comparison_runs() -> None:
    """The benchmark starts its servers, loads each of them and prints a ratio for each."""
    command = [sys.executable, "benchmarks/compare.py", "--rounds=1", "--seconds=0.05"]
    result = subprocess.run(
        command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True, timeout=60
    )
    rows = re.findall(r"^(.+?) {2,}\d+ +[\d.]+ +([\d.]+)", result.stdout, re.MULTILINE)
    names = ["bare Tornado, success", "this service, plaintext", "this service, safe mode"]
    assert [name for name, _ in rows] == names
    assert all(float(ratio) > 0 for _, ratio in rows)
