"""``python -m api``: its commands, its help, and what it says as a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.terminal.main import COMMANDS
from simulator.testing import WeChat
from tests.api.terminal.conftest import WRONG_SECRET, Run, called, one_line

ROOT = Path(__file__).parents[3]


def test_help(run: Run) -> None:
    """Every command stands in the help, and says by an example how it is used."""
    status, out, err = run()
    assert (status, err) == (2, "")
    for name in COMMANDS:
        assert f"\n  {name} " in out
    assert "Exit status: 0 it was done" in out


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_each(name: str, run: Run) -> None:
    """So does that of each command."""
    with pytest.raises(SystemExit) as ended:
        run(name, "--help")
    assert ended.value.code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("chekc",), "'chekc' is not a command: did you mean check?"),
        (("token",), "'token' is not a command: see python -m api --help"),
        (("check", "--acount=x"), "--acount is not an option: did you mean --account?"),
        (("check", "now"), "'now' is one argument too many"),
    ],
)
def test_wrong(arguments: tuple[str, ...], words: str, run: Run, wechat: WeChat) -> None:
    """What is no command is one line with the nearest there is."""
    status, out, err = run(*arguments)
    assert (status, out, one_line(err)) == (2, "", True)
    assert words in err
    assert not called(wechat)


def test_process(run: Run, wechat: WeChat) -> None:
    """As a process, too, it says one line: what the log has to say of it is not said twice."""
    ended = subprocess.run(
        [sys.executable, "-m", "api", "menu", "show"],
        cwd=ROOT,
        env={**os.environ, "WECHAT_APP_SECRET": WRONG_SECRET, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (ended.returncode, ended.stdout, one_line(ended.stderr)) == (1, "", True)
    assert "40125 invalid appsecret" in ended.stderr
    assert WRONG_SECRET not in ended.stderr
