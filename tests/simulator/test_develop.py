"""`make run`: the service and the simulator start, stop and fail together."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulator.account import DEVELOPMENT_APP_ID
from simulator.develop import places
from tests.processes import OURS, PATIENCE, Process

ROOT = Path(__file__).resolve().parents[2]
BOT = """
from handlers.wechat import WeChatHandler


class Bot(WeChatHandler):
    async def on_text(self, message):
        return "{}"
"""


@dataclass
class Run:
    """`make run` as it runs, and where its two sides are."""

    process: Process
    service: int
    page: int

    def children(self) -> dict[str, int]:
        """Return the process ids of the two, by what they are."""
        pid = self.process.popen.pid
        pids = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        lines = {int(p): Path(f"/proc/{p}/cmdline").read_text() for p in pids}
        return {"service" if "server.py" in line else "simulator": p for p, line in lines.items()}

    def say(self, content: str) -> subprocess.CompletedProcess[str]:
        """Send a text to the service from another terminal."""
        url = f"http://127.0.0.1:{self.service}/wechat"
        return subprocess.run(
            [sys.executable, "-m", "simulator", "text", content, f"--url={url}"],
            cwd=ROOT,
            env=inherited(),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )


def inherited(**more: str) -> dict[str, str]:
    """Return an environment without settings but `more`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return kept | {"PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)} | more


@contextmanager
def running(folder: Path, ports: tuple[int, int], *options: str, **environ: str) -> Iterator[Run]:
    """Run it in `folder`; kill what is left."""
    service, page = ports
    said = folder / "said"
    command = [sys.executable, "-m", "simulator.develop", f"--port={service}"]
    with (
        said.open("wb") as out,
        subprocess.Popen(
            [*command, f"--simulator-port={page}", *options],
            cwd=folder,
            env=inherited(**environ),
            stdout=out,
            stderr=subprocess.STDOUT,
        ) as popen,
    ):
        try:
            yield Run(Process(popen, said), service, page)
        finally:
            popen.terminate()
            try:
                popen.wait(PATIENCE)
            finally:
                popen.kill()


@pytest.fixture
def ports(unused_port: Callable[[], int]) -> tuple[int, int]:
    """Return a port for each side."""
    return unused_port(), unused_port()


def ready(run: Run) -> None:
    """Wait until the page can be opened."""
    run.process.wait_for(rf"chat with your account at http://127\.0\.0\.1:{run.page} ")


def until(condition: Callable[[], bool]) -> None:
    """Wait for what others make true."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def gone(pid: int) -> bool:
    """Return whether there is no process `pid` any more."""
    return not Path(f"/proc/{pid}/cmdline").exists() or not Path(f"/proc/{pid}/cmdline").read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_together(number: signal.Signals, tmp_path: Path, ports: tuple[int, int]) -> None:
    """Both serve, wired to each other, and a signal stops both with status 0."""
    with running(tmp_path, ports) as run:
        ready(run)
        with urllib.request.urlopen(f"http://127.0.0.1:{run.page}/") as response:
            assert "WeChat" in response.read().decode()
        answered = run.say("你好")
        assert (answered.returncode, "你好" in answered.stdout) == (0, True)
        pids = run.children().values()
        run.process.signal(number)
        assert run.process.end() == 0
        assert all(gone(pid) for pid in pids)
        assert "in safe mode" in run.process.said


def test_secret(tmp_path: Path, ports: tuple[int, int]) -> None:
    """The account's secret is the simulator's to check: the service does not know it yet."""
    secret = "fedcba9876543210fedcba9876543210"
    with running(tmp_path, ports, WECHAT_APP_SECRET=secret) as run:
        ready(run)
        query = f"grant_type=client_credential&appid={DEVELOPMENT_APP_ID}&secret={secret}"
        with urllib.request.urlopen(f"http://127.0.0.1:{run.page}/cgi-bin/token?{query}") as got:
            assert json.load(got)["expires_in"] == 7200


@pytest.mark.parametrize("which", ["service", "simulator"])
def test_crash(which: str, tmp_path: Path, ports: tuple[int, int]) -> None:
    """Where one is killed, that is said, and the other ends too."""
    with running(tmp_path, ports) as run:
        ready(run)
        children = run.children()
        os.kill(children[which], signal.SIGKILL)
        assert run.process.end() == 1
        assert f"the {which} ended with status -9: so does the other" in run.process.said
        assert all(gone(pid) for pid in children.values())


def test_bad_setting(tmp_path: Path, ports: tuple[int, int]) -> None:
    """A setting that stops the service stops both, with its line and its status."""
    with running(tmp_path, ports, WECHAT_TOKEN="x") as run:
        assert run.process.end() == 2
        assert "WECHAT_TOKEN must be 3 to 32 letters and digits" in run.process.said


def test_taken_port(tmp_path: Path, ports: tuple[int, int]) -> None:
    """A port that somebody else has is named, with the remedy; nothing is started."""
    with running(tmp_path, ports) as first:
        ready(first)
        second = tmp_path / "second"
        second.mkdir()
        with running(second, ports) as run:
            assert run.process.end() == 3
            assert f"port {ports[0]} is in use: choose another" in run.process.said
            assert "serving on" not in run.process.said
        assert first.say("你好").returncode == 0


def test_edits(tmp_path: Path, ports: tuple[int, int]) -> None:
    """An edit is served; one that breaks the service waits for the next, the page stays."""
    bot = tmp_path / "mybot.py"
    bot.write_text(BOT.format("one"))
    with running(tmp_path, ports, WECHAT_HANDLER="mybot:Bot") as run:
        ready(run)
        assert "one" in run.say("?").stdout
        simulator = run.children()["simulator"]

        def broken() -> bool:
            bot.write_text("this is no Python")
            return "it waits for the next one" in run.process.said

        until(broken)
        bot.write_text(BOT.format("three"))
        until(lambda: "three" in run.say("?").stdout)
        assert run.children()["simulator"] == simulator


def test_stop_between_edits(tmp_path: Path, ports: tuple[int, int]) -> None:
    """Ctrl-C while an edit waits to be mended is a stop as any other."""
    bot = tmp_path / "mybot.py"
    bot.write_text(BOT.format("one"))
    with running(tmp_path, ports, WECHAT_HANDLER="mybot:Bot") as run:
        ready(run)

        def broken() -> bool:
            bot.write_text("this is no Python")
            return "it waits for the next one" in run.process.said

        until(broken)
        time.sleep(0.3)  # no more edits: it waits
        run.process.signal(signal.SIGINT)
        assert run.process.end() == 0


@pytest.mark.parametrize(
    ("options", "ports"),
    [
        ([], (8000, 8080)),
        (["--port=1", "--port=2", "--simulator-port=3"], (2, 3)),
        (["--address=0.0.0.0", "--logging=debug"], (8000, 8080)),
    ],
)
def test_places(options: list[str], ports: tuple[int, int]) -> None:
    """The port of each side is that of the last option that names it."""
    assert places(options) == ports


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--port=99999", "--port is a number from 1 to 65535"),
        ("--port=0", "--port is a number from 1 to 65535"),
        ("--simulator-port=abc", "--simulator-port is a number from 1 to 65535"),
        ("--simulator-port=8000", "--port and --simulator-port are the same"),
        ("--address=127.0.0.2", "--address is not 127.0.0.1"),
    ],
)
def test_wrong_option(option: str, words: str) -> None:
    """An option that cannot be is refused in one line before anything starts: status 2."""
    command = [sys.executable, "-m", "simulator.develop", option]
    ended = subprocess.run(
        command, cwd=ROOT, env=inherited(), capture_output=True, encoding="utf-8", check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert words in ended.stderr


def test_help() -> None:
    """--help says what there is, and starts nothing."""
    said = subprocess.run(
        [sys.executable, "-m", "simulator.develop", "--help"],
        cwd=ROOT,
        env=inherited(),
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    assert "--simulator-port=8080" in said
