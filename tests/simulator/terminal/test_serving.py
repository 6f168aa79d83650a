"""`python -m simulator` as a process: the page at loopback, its stop, a port that is taken."""

import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.processes import PATIENCE, Process
from tests.simulator.test_develop import ROOT, inherited


@contextmanager
def simulator(folder: Path, *arguments: str) -> Iterator[Process]:
    """Run the simulator; kill what is left."""
    said = folder / f"said-{len(list(folder.iterdir()))}"
    with (
        said.open("wb") as out,
        subprocess.Popen(
            [sys.executable, "-m", "simulator", *arguments],
            cwd=ROOT,
            env=inherited(),
            stdout=out,
            stderr=subprocess.STDOUT,
        ) as popen,
    ):
        try:
            yield Process(popen, said)
        finally:
            popen.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_page(number: signal.Signals, tmp_path: Path) -> None:
    """It says that it is for development, where the page is, and ends when told to."""
    with simulator(tmp_path, "--port=0", "--url=http://127.0.0.1:3000/callback") as process:
        url = process.wait_for(r"WeChat for development: open (http://127\.0\.0\.1:\d+) ")[1]
        process.wait_for("pushes to http://127.0.0.1:3000/callback in safe mode")
        with urllib.request.urlopen(url) as response:
            assert b"<!doctype html>" in response.read()[:100].lower()
        process.signal(number)
        assert process.end() == 0
        assert "Traceback" not in process.said


def test_taken_port(tmp_path: Path, unused_port: Callable[[], int]) -> None:
    """A port that is taken is named: status 3."""
    option = f"--port={unused_port()}"
    with simulator(tmp_path, option) as first:
        first.wait_for("for development")
        with simulator(tmp_path, option) as second:
            assert second.end() == 3
            assert "Address already in use: choose another by --port" in second.said


def test_interrupted(tmp_path: Path, unused_port: Callable[[], int]) -> None:
    """Ctrl-C ends a burst at once, with what came of it."""
    url = f"--url=http://127.0.0.1:{unused_port()}/"
    with simulator(tmp_path, "burst", "--seconds=600", "--rate=5", url) as process:
        process.wait_for("50 users")
        process.signal(signal.SIGINT)
        assert process.popen.wait(PATIENCE) == 130
        assert "messages in " in process.said
        assert "Traceback" not in process.said
