"""The process ends while replies are owed: by `kill -9`, or as a person stops it."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from simulator.account import DEVELOPMENT_APP_ID, DEVELOPMENT_SECRET, Account, AccountKind
from simulator.engine.conditions import Rules
from simulator.engine.record import Delivery
from simulator.testing import WeChat
from tests.processes import Process, activated, started
from wechat.replies import TextReply

SCALE = 0.4
HANDLER = f"""
import asyncio
import os
from dataclasses import replace

from delivery import times
from handlers.wechat import WeChatHandler

scaled = times.Times().scaled({SCALE})
times.TIMES = replace(scaled, journal=0.3)  # a disk is no quicker for it


class Slow(WeChatHandler):
    async def on_text(self, message):
        seconds, _, said = message.content.partition(" ")
        print("hook begins:", said, self.attempt, flush=True)
        await asyncio.sleep(float(seconds) * {SCALE})
        if said == "crash":
            os._exit(9)
        return said
"""


class Service:
    """The service as processes, one after another, on one socket and with one store."""

    def __init__(
        self, folder: Path, wechat: WeChat, environ: Mapping[str, str], stack: ExitStack
    ) -> None:
        self._folder = folder
        self._environ = environ
        self._stack = stack
        self._listening = self._stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        self._threads = self._stack.enter_context(ThreadPoolExecutor(64))
        self.wechat = wechat
        port = self._listening.getsockname()[1]
        wechat.configure(account={"url": f"http://127.0.0.1:{port}/wechat"})
        self.process = self.start()

    def start(self) -> Process:
        """Start a process, as systemd does."""
        self.process = self._stack.enter_context(
            started(
                self._folder,
                environ=self._environ,
                wrapper=activated(self._listening),
                pass_fds=(self._listening.fileno(),),
            )
        )
        self.process.wait_for("serving on ")
        return self.process

    def say(self, text: str, user: str = "oFollower") -> "Future[Delivery]":
        """Let a follower write, and WeChat do what it does."""
        return self._threads.submit(asyncio.run, self.wechat.user(user).text(text))

    def pushed(self, user: str = "oFollower") -> list[Any]:
        """Return what the account sent by itself."""
        chat = self.wechat.user(user).user.chat
        return [item.content.get("content") for item in chat if item.pushed]


@pytest.fixture
def kind() -> AccountKind:
    """Return the kind of the account."""
    return AccountKind.UNVERIFIED_SUBSCRIPTION


@pytest.fixture
def service(tmp_path: Path, kind: AccountKind) -> Iterator[Service]:
    """Return a running service."""
    (tmp_path / "slow.py").write_text(HANDLER, encoding="utf-8")
    rules = Rules(cutoff=5 * SCALE)
    with WeChat(Account(kind=kind), rules).running() as wechat:
        environ = {
            "WECHAT_TOKEN": wechat.account.token,
            "WECHAT_HANDLER": "slow:Slow",
            "WECHAT_REPLY_DEADLINE": str(4.5 * SCALE),
            "WECHAT_ACK_ATTEMPT": "1",
            "WECHAT_ERROR_REPLY": "sorry",
        }
        if kind is AccountKind.VERIFIED_SERVICE:
            environ |= {
                "WECHAT_APP_ID": DEVELOPMENT_APP_ID,
                "WECHAT_APP_SECRET": DEVELOPMENT_SECRET,
                "WECHAT_API_BASE": wechat.base_url,
            }
        with ExitStack() as stack:
            yield Service(tmp_path, wechat, environ, stack)


def until(condition: Callable[[], object]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("kind", [AccountKind.VERIFIED_SERVICE])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_acknowledged(number: int, service: Service) -> None:
    """What was acknowledged and not ready is run again, and pushed by the next process."""
    delivery = service.say("9 answer").result(60)
    assert not delivery.fault
    os.kill(service.process.popen.pid, number)
    service.process.end()
    service.start()
    service.process.wait_for("hook begins: answer 0")
    until(lambda: service.pushed() == ["answer"])


def test_parked(service: Service) -> None:
    """What was parked is handed over by the next process."""
    service.say("6 answer").result(60)
    service.process.wait_for("the reply is late")
    time.sleep(3 * SCALE)
    os.kill(service.process.popen.pid, signal.SIGKILL)
    service.process.end()
    service.start()
    assert service.say("0 next").result(60).reply == TextReply("answer\n\nnext")


def test_stopped_under_load(service: Service) -> None:
    """A restart shows nobody a fault line, whatever runs and comes meanwhile."""
    pushes = [service.say(f"{n} answer", f"oUser{n}") for n in range(6)]
    time.sleep(0.5 * SCALE)
    service.process.signal()
    assert service.process.end() == 0
    service.start()
    assert [push.result(60).fault for push in pushes] == [False] * 6
    until(lambda: service.say("0 ", "oUser5").result(60).reply == TextReply("answer"))


def test_message_that_ends_the_process(service: Service) -> None:
    """A message that ended the process three times is set aside, and its user told."""
    assert not service.say("5 crash").result(60).fault
    for _ in range(3):
        assert service.process.end() == 9
        service.start()
    service.process.wait_for("is set aside .*its hook ended the process each time")
    until(lambda: service.say("0 ").result(60).reply == TextReply("sorry"))
