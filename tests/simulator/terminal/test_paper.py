"""What is written suits what it is written to: a terminal, a file, a reader who leaves."""

import os
import pty
import subprocess
import sys
from collections.abc import Mapping

import pytest

from terminal.paper import visible
from tests.processes import PATIENCE
from tests.simulator.test_develop import ROOT, inherited


def command(*arguments: str) -> list[str]:
    """Return how the simulator is run."""
    return [sys.executable, "-m", "simulator", *arguments]


def on_terminal(environ: Mapping[str, str], *arguments: str) -> tuple[int, str]:
    """Run the simulator on a terminal; return its status, and what the terminal got."""
    ours, theirs = pty.openpty()
    env = inherited(TERM="xterm") | dict(environ)
    env = env if "NO_COLOR" in environ else {k: v for k, v in env.items() if k != "NO_COLOR"}
    with subprocess.Popen(command(*arguments), cwd=ROOT, env=env, stdout=theirs) as popen:
        os.close(theirs)
        got = b""
        while part := _read(ours):
            got += part
        os.close(ours)
        return popen.wait(PATIENCE), got.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # how Linux says that the other side is closed
        return b""


@pytest.mark.parametrize(
    ("environ", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colour(environ: dict[str, str], coloured: bool, url: str) -> None:  # noqa: FBT001
    """Colour is for a terminal that has it, and for who has not said no."""
    status, got = on_terminal(environ, "text", "hi", f"--url={url}")
    assert (status, "The user sees:" in got) == (0, True)
    assert ("\x1b[" in got) == coloured


def test_live_line(url: str) -> None:
    """A burst has a line that is written over, and is gone at the end."""
    status, got = on_terminal({}, "burst", "--rate=20", "--seconds=1", f"--url={url}")
    assert (status, got.count("\r\x1b[2K") > 1) == (0, True)
    *_, last = got.split("\r\x1b[2K")
    assert last.startswith("20 messages in ")


@pytest.mark.parametrize("path", ["", "/nowhere"])
def test_reader_who_leaves(path: str, url: str) -> None:
    """Who reads no further, as head does, spoils nothing: the status is the verdict's."""
    ours, theirs = os.pipe()
    os.close(ours)
    arguments = command("text", "hi", "--verbose", f"--url={url}{path}")
    ended = subprocess.run(
        arguments, cwd=ROOT, env=inherited(), stdout=theirs, stderr=subprocess.PIPE, check=False
    )
    os.close(theirs)
    assert (ended.returncode, ended.stderr) == (1 if path else 0, b"")


@pytest.mark.parametrize("arguments", [("text", "天气"), ("text", "--help"), ("--help",)])
def test_poor_encoding(arguments: tuple[str, ...], url: str) -> None:
    """What the output cannot hold is written out, and breaks nothing."""
    env = inherited() | {"PYTHONIOENCODING": "ascii"}
    ended = subprocess.run(
        command(*arguments, f"--url={url}"), cwd=ROOT, env=env, capture_output=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"\\u" in ended.stdout


def test_visible() -> None:
    """What a terminal would obey is shown; line breaks, tabs and writing are left alone."""
    assert visible("\x1b[2J\x07\r\x9b\u202e") == r"\x1b[2J\x07\r\x9b\u202e"
    assert visible("a\tb\n天气 😀") == "a\tb\n天气 😀"
