"""server.py as a real process, for tests: started, listened to, pushed at, stopped."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from tests import pushes
from wechat.xml import Output

SERVER = Path(__file__).parents[1] / "server.py"
PATIENCE = 30.0  # for a slow machine; a right answer comes in a fraction of a second
OURS = ("WECHAT_", "LISTEN_", "NOTIFY_SOCKET")

# Runs what follows with the file descriptor of its first argument as systemd would pass it.
_ACTIVATE = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
os.execv(sys.argv[2], sys.argv[2:])
"""

HANDLER = '''
"""The handlers of an account, as a person writes them beside the configuration."""

import asyncio
import time

from handlers.wechat import WeChatHandler


class Slow(WeChatHandler):
    @classmethod
    async def startup(cls, account):
        print("startup of", account.name, flush=True)
        return f"state of {account.name}"

    @classmethod
    async def shutdown(cls, account, state):
        print("shutdown with", state, flush=True)

    async def on_text(self, message):
        print("hook begins", flush=True)
        await asyncio.sleep(float(message.content))
        print("hook ends", flush=True)
        return self.state


class FailsToStart(Slow):
    @classmethod
    async def startup(cls, account):
        raise RuntimeError("no database")


class FailsToStop(Slow):
    @classmethod
    async def shutdown(cls, account, state):
        raise RuntimeError("database hangs")


class OpensUntilCancelled(Slow):
    @classmethod
    async def startup(cls, account):
        print("startup begins", flush=True)
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return "pool"


class Lingering(Slow):
    async def on_text(self, message):
        print("hook begins", flush=True)
        try:
            await asyncio.sleep(60)
        finally:
            print("hook puts in order", flush=True)


class HangsAtTheEnd(Slow):
    @classmethod
    async def shutdown(cls, account, state):
        print("shutdown hangs", flush=True)
        await asyncio.sleep(60)


class InAThread(Slow):
    async def on_text(self, message):
        print("hook begins", flush=True)
        await asyncio.to_thread(time.sleep, float(message.content))


class FailsWhenCancelled(Slow):
    @classmethod
    async def startup(cls, account):
        print("startup begins", flush=True)
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise ConnectionError("half open") from None


class StartsSlowly(Slow):
    @classmethod
    async def startup(cls, account):
        print("startup begins", flush=True)
        await asyncio.sleep(60)
'''


@dataclass
class Process:
    """A process of server.py, and the file that has all it says."""

    popen: subprocess.Popen[bytes]
    log: Path

    @property
    def said(self) -> str:
        """All that it has said so far."""
        return self.log.read_text(encoding="utf-8")

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Return the match of `pattern` in what it says, as soon as there is one."""
        deadline = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.said)):
            assert time.monotonic() < deadline, f"{pattern!r} is not in:\n{self.said}"
            assert self.popen.poll() is None, f"ended without {pattern!r}:\n{self.said}"
            time.sleep(0.01)
        return found

    @cached_property
    def port(self) -> int:
        """The port that it announced."""
        return int(self.wait_for(r"serving on http://\S+:(\d+): ")[1])

    def connect(self) -> socket.socket:
        """Return a new connection to it."""
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE)

    def signal(self, number: int = signal.SIGTERM) -> None:
        """Send it a signal."""
        self.popen.send_signal(number)

    def end(self) -> int:
        """Return its exit status, once it has ended."""
        return self.popen.wait(PATIENCE)


@contextmanager
def started(
    folder: Path,
    *options: str,
    environ: Mapping[str, str] | None = None,
    wrapper: Sequence[str] = (),
    pass_fds: Sequence[int] = (),
) -> Iterator[Process]:
    """Start server.py in `folder` with nothing but `environ` set; kill what is left of it."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
    log = folder / f"said-{time.monotonic_ns()}"
    with (
        log.open("wb") as out,
        subprocess.Popen(
            [*wrapper, sys.executable, str(SERVER), *options],
            cwd=folder,
            env=inherited | dict(environ or {}),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            pass_fds=pass_fds,
        ) as popen,
    ):
        try:
            yield Process(popen, log)
        finally:
            popen.kill()


def text(content: str, path: str = "/wechat", token: str = pushes.TOKEN, **fields: Output) -> bytes:
    """Return the request that pushes a text message, as a proxy would send it."""
    body = pushes.body({**pushes.message(Content=content), **fields})
    target = pushes.url(path, pushes.query(token))
    head = f"POST {target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def later_second() -> None:
    """Wait for the next second: a push of the one in which a process starts is not held."""
    time.sleep(1 - time.time() % 1)


def received(connection: socket.socket) -> bytes:
    """Return all that comes on a connection until the other side ends it."""
    parts = iter(lambda: connection.recv(65536), b"")
    return b"".join(parts)


def answer(connection: socket.socket, sent: bytes = b"") -> bytes:
    """Send a request; return the one response to it, and leave the connection open."""
    connection.sendall(sent)
    got = b""
    while not (head := re.search(rb"(?s)Content-Length: (\d+)\r\n(?:.*?\r\n)?\r\n", got)):
        got += (part := connection.recv(65536))
        assert part, f"the connection ended after {got!r}"
    while len(got) < head.end() + int(head[1]):
        got += connection.recv(65536)
    return got


HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


class HasFileno(Protocol):
    """A file or a socket."""

    def fileno(self) -> int:
        """Return its descriptor."""


def activated(passed: HasFileno) -> tuple[str, ...]:
    """Return the wrapper that passes a socket to a process as systemd does."""
    return sys.executable, "-c", _ACTIVATE, str(passed.fileno())
