"""A service with slow hooks as real processes, one after another, behind the simulator.

All of WeChat's times and the service's are scaled alike, but for the journal's: a disk is no
quicker for it.
"""

import asyncio
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from simulator.account import DEVELOPMENT_APP_ID, DEVELOPMENT_SECRET, Account, AccountKind
from simulator.engine.conditions import Rules
from simulator.engine.record import Delivery
from simulator.testing import WeChat
from tests.processes import Process, activated, started

SCALE = 0.4
CUTOFF = 5 * SCALE
HANDLER = f"""
import asyncio
import os
from dataclasses import replace

from delivery import times
from handlers.wechat import WeChatHandler

scaled = times.Times().scaled({SCALE})
silent = float(os.environ.get("STORE_SILENT", scaled.silent))
times.TIMES = replace(scaled, journal=0.3, silent=silent)


class Slow(WeChatHandler):
    async def on_text(self, message):
        seconds, _, said = message.content.partition(" ")
        print("hook begins:", said, self.attempt, flush=True)
        await asyncio.sleep(float(seconds) * {SCALE})
        if said == "crash":
            os._exit(9)
        print("hook ends:", said, flush=True)
        return said
"""


class Service:
    """The service as processes, one after another, on one socket and with one store."""

    def __init__(
        self, folder: Path, wechat: WeChat, environ: Mapping[str, str], stack: ExitStack
    ) -> None:
        self.folder = folder
        self.processes: list[Process] = []  # the last one runs
        self._environ = environ
        self._stack = stack
        self._listening = self._stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.threads = self._stack.enter_context(ThreadPoolExecutor(128))
        self.wechat = wechat
        self.address: tuple[str, int] = self._listening.getsockname()
        wechat.configure(account={"url": f"http://127.0.0.1:{self.address[1]}/wechat"})
        self.start()

    @property
    def process(self) -> Process:
        """The process that was started last."""
        return self.processes[-1]

    def start(self) -> Process:
        """Start a process, as systemd does."""
        begun = started(
            self.folder,
            environ=self._environ,
            wrapper=activated(self._listening),
            pass_fds=(self._listening.fileno(),),
        )
        process = self._stack.enter_context(begun)
        self.processes.append(process)
        process.wait_for("serving on ")
        return process

    def say(self, text: str, user: str = "oFollower") -> "Future[Delivery]":
        """Let a follower write, and WeChat do what it does."""
        return self.threads.submit(asyncio.run, self.wechat.user(user).text(text))

    def pushed(self, user: str = "oFollower") -> list[Any]:
        """Return what the account sent by itself."""
        chat = self.wechat.user(user).user.chat
        return [item.content.get("content") for item in chat if item.pushed]


def environ_of(account: Account, api: str, **settings: str) -> dict[str, str]:
    """Return what the service of an account is set to, whose platform is at `api`.

    It answers earlier than it could: half a second, scaled, is soon over on a busy machine.
    """
    environ = {
        "WECHAT_TOKEN": account.token,
        "WECHAT_HANDLER": "slow:Slow",
        "WECHAT_REPLY_DEADLINE": str(4 * SCALE),
        "WECHAT_ERROR_REPLY": "sorry",
        **settings,
    }
    if account.kind is AccountKind.VERIFIED_SERVICE:
        environ |= {
            "WECHAT_APP_ID": DEVELOPMENT_APP_ID,
            "WECHAT_APP_SECRET": DEVELOPMENT_SECRET,
            "WECHAT_API_BASE": api,
        }
    return environ


@contextmanager
def serving(folder: Path, kind: AccountKind, **settings: str) -> Iterator[Service]:
    """Run a service in `folder` for an account of `kind`, with `settings` of its own."""
    (folder / "slow.py").write_text(HANDLER, encoding="utf-8")
    with WeChat(Account(kind=kind), Rules(cutoff=CUTOFF)).running() as wechat:
        environ = environ_of(wechat.account, wechat.base_url, **settings)
        with ExitStack() as stack:
            yield Service(folder, wechat, environ, stack)


def until(condition: Callable[[], object], seconds: float = 30) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
