"""Stopping: requests in flight are answered, connections end, accounts are shut down."""

import asyncio
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest
from tornado.httpserver import HTTPServer

from handlers import draining
from handlers.connection import CallbackServer
from handlers.service import Endpoint
from tests import pushes
from tests.processes import HANDLER, HEALTH, Process, answer, received, started, text

SIGNALS = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])


def environ(handler: str = "Slow") -> dict[str, str]:
    """Return an environment with a handler of the person's own."""
    return {"WECHAT_TOKEN": pushes.TOKEN, "WECHAT_HANDLER": f"mine:{handler}"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a person's own module."""
    (tmp_path / "mine.py").write_text(HANDLER, encoding="utf-8")
    return tmp_path


def in_order(process: Process, *words: str) -> bool:
    """Return whether the process said all of `words`, in that order."""
    places = [process.said.find(word) for word in words]
    return -1 not in places and places == sorted(places)


@SIGNALS
def test_idle(number: int, folder: Path) -> None:
    """Without requests in flight it ends at once, with status 0, and ends its connections."""
    with started(folder, "--port=0", environ=environ()) as process, process.connect() as idle:
        assert answer(idle, HEALTH).endswith(b"ok\n")
        began = time.monotonic()
        process.signal(number)
        assert received(idle) == b""
        assert process.end() == 0
        assert time.monotonic() - began < 5
        assert in_order(process, "startup of", "serving on", "stopping: 0 ", "shutdown with state")
        assert "Traceback" not in process.said


@SIGNALS
def test_in_flight(number: int, folder: Path) -> None:
    """A request in flight is answered before its account is shut down."""
    with started(folder, "--port=0", environ=environ()) as process:
        with process.connect() as idle, process.connect() as busy:
            assert answer(idle, HEALTH).endswith(b"ok\n")
            busy.sendall(text("1.5"))
            process.wait_for("hook begins")
            process.signal(number)
            assert b"state of default" in answer(busy)
            assert received(busy) == b""
            assert received(idle) == b""
        assert process.end() == 0
        steps = "stopping: 1 requests in flight", "hook ends", "shutdown with state of default"
        assert in_order(process, *steps)


def test_draining(folder: Path) -> None:
    """While it drains it answers everybody, newcomers too, each time for the last time."""
    with started(folder, "--port=0", environ=environ()) as process:
        with process.connect() as watcher, process.connect() as busy, process.connect() as late:
            assert answer(watcher, HEALTH).endswith(b"ok\n")
            assert answer(late, HEALTH).endswith(b"ok\n")
            busy.sendall(text("2"))
            process.wait_for("hook begins")
            process.signal()
            process.wait_for("stopping: 1 requests in flight")
            assert answer(watcher, HEALTH).startswith(b"HTTP/1.1 503 ")
            assert received(watcher) == b""
            last = answer(late, text("0.1"))
            assert b"state of default" in last
            assert b"\r\nConnection: close\r\n" in last
            assert received(late) == b""
            with process.connect() as newcomer:
                assert b"state of default" in answer(newcomer, text("0"))
                assert received(newcomer) == b""
            assert b"state of default" in answer(busy)
        assert process.end() == 0


def test_client_gone(folder: Path) -> None:
    """A hook whose client has just hung up may end before the account is shut down."""
    with started(folder, "--port=0", environ=environ()) as process:
        with process.connect() as busy:
            busy.sendall(text("0.5"))
            process.wait_for("hook begins")
        process.signal()
        assert process.end() == 0
        assert in_order(process, "stopping: ", "hook ends", "shutdown with")
        assert "Traceback" not in process.said


@SIGNALS
def test_second_signal(number: int, folder: Path) -> None:
    """A second signal cuts the wait for what is in flight; the account is still shut down."""
    with started(folder, "--port=0", environ=environ()) as process:
        with process.connect() as busy:
            busy.sendall(text("60"))
            process.wait_for("hook begins")
            process.signal(number)
            process.wait_for("stopping: 1 requests in flight")
            began = time.monotonic()
            process.signal(number)
            # WeChat repeats at once what gets another status than 200.
            assert received(busy).startswith(b"HTTP/1.1 500 ")
        assert process.end() == 0
        assert time.monotonic() - began < 5
        assert "shutdown with state of default" in process.said
        assert "hook ends" not in process.said


@SIGNALS
def test_during_startup(number: int, folder: Path) -> None:
    """A signal ends a startup that takes long; what is not started is not shut down."""
    with started(folder, "--port=0", environ=environ("StartsSlowly")) as process:
        process.wait_for("startup begins")
        process.signal(number)
        assert process.end() == 0
        assert "shutdown" not in process.said
        assert "Traceback" not in process.said


@pytest.mark.parametrize("handler", ["StartsSlowly", "OpensUntilCancelled"])
def test_what_a_cut_startup_made_is_released(handler: str, folder: Path) -> None:
    """A startup that a signal cuts is waited for, and what it made is shut down."""
    with started(folder, "--port=0", environ=environ(handler)) as process:
        process.wait_for("startup begins")
        process.signal()
        assert process.end() == 0
        opened = "shutdown with pool" in process.said
        assert opened == (handler == "OpensUntilCancelled")
        assert "Traceback" not in process.said


def test_hook_ends_before_its_state(folder: Path) -> None:
    """A hook that outlasts the drain is cancelled before the state that it uses is released."""
    with started(folder, "--port=0", environ=environ("Lingering")) as process:
        with process.connect() as busy:
            busy.sendall(text("60"))
            process.wait_for("hook begins")
            process.signal()
            process.wait_for("stopping: ")
            process.signal()
        assert process.end() == 0
        assert in_order(process, "are cut off", "hook puts in order", "shutdown with")


def test_thread_that_does_not_end(folder: Path) -> None:
    """A process that waits for nothing but a thread of a hook is ended by a further signal."""
    with started(folder, "--port=0", environ=environ("InAThread")) as process:
        with process.connect() as busy:
            busy.sendall(text("20"))
            process.wait_for("hook begins")
            process.signal()
            process.wait_for("stopping: ")
            process.signal()
            process.wait_for("shutdown with")
            time.sleep(0.5)
            process.signal()
        assert process.end() == -signal.SIGTERM


def test_cancelled_startup_that_fails(folder: Path) -> None:
    """A startup that answers a signal by another error is reported, and the stop is as asked."""
    with started(folder, "--port=0", environ=environ("FailsWhenCancelled")) as process:
        process.wait_for("startup begins")
        process.signal()
        assert process.end() == 0
        assert "startup of account default failed" in process.said


def test_hanging_shutdown_is_cut(folder: Path) -> None:
    """A further signal ends a shutdown that hangs; the status says that it was not done."""
    with started(folder, "--port=0", environ=environ("HangsAtTheEnd")) as process:
        assert process.port
        process.signal()
        process.wait_for("shutdown hangs")
        process.signal()
        assert process.end() == 1
        assert "not every account could be shut down" in process.said


def test_failing_shutdown(folder: Path) -> None:
    """A shutdown that raises is logged and makes the status 1; the others are still run."""
    (folder / "wechat.toml").write_text(
        '[accounts.a]\ntoken = "abc"\nhandler = "mine:Slow"\n'
        '[accounts.b]\ntoken = "abc"\nhandler = "mine:FailsToStop"\n',
        encoding="utf-8",
    )
    with started(folder, "--port=0", "--config=wechat.toml") as process:
        assert process.port
        process.signal()
        assert process.end() == 1
        assert in_order(process, "shutdown of account b failed", "shutdown with state of a")
        assert "RuntimeError: database hangs" in process.said


def test_unfinished_requests(folder: Path) -> None:
    """Who has not sent a whole request yet cannot hold up the end."""
    with started(folder, "--port=0", environ=environ()) as process, process.connect() as slow:
        slow.sendall(b"POST /wechat HTTP/1.1\r\nHost: a\r\n")
        with process.connect() as connection:
            answer(connection, HEALTH)
        process.signal()
        assert process.end() == 0
        with suppress(ConnectionError):
            assert received(slow) == b""


@pytest.mark.gen_test
async def test_deadline(
    http_server: HTTPServer,
    http_port: int,
    endpoint: Endpoint,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What is not answered in time is not waited for any longer, and counted in the log."""
    assert isinstance(http_server, CallbackServer)
    monkeypatch.setattr(draining, "DRAIN_SECONDS", 0.3)
    _, writer = await asyncio.open_connection("127.0.0.1", http_port)
    writer.write(b"POST " + text("x").split(b" ", 2)[1] + b" HTTP/1.0\r\nContent-Length: 9\r\n\r\n")
    while not http_server.answering:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    await asyncio.wait_for(
        draining.drain(http_server, endpoint.service, [endpoint], asyncio.Event()), 10
    )
    writer.close()
    assert endpoint.service.draining
    assert [record.getMessage() for record in caplog.records] == [
        "stopping: 1 requests in flight",
        "1 requests are cut off, 0 hooks: the journal has them",
    ]
