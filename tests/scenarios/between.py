"""What stands between WeChat and the service: it may hide how a connection ended."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from simulator.world import World

PART = 65_536


@dataclass(slots=True)
class Passed:
    """One connection: the request that came on it, and what the service did about it.

    `ended` is how many seconds after the request the service ended it, None while it has
    not.
    """

    request: bytes
    answer: bytes = b""
    ended: float | None = None


@dataclass(slots=True)
class Balancer:
    """Passes each request on, on a connection of its own that it never ends itself.

    The service is told of no hang-up. The next `cuts` connections of WeChat's are broken
    as soon as the service has its request: that is then told, or `hides` is set.
    """

    host: str
    port: int
    cuts: int = 0
    hides: bool = True
    passed: list[Passed] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one request on, and its answer back; end both connections in the end."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        there, back = await asyncio.open_connection(self.host, self.port)
        try:
            if request := await reader.read(PART):
                await self._pass(request, there, back, writer)
        finally:
            writer.transport.abort()
            back.transport.abort()

    async def _pass(
        self,
        request: bytes,
        there: asyncio.StreamReader,
        back: asyncio.StreamWriter,
        writer: asyncio.StreamWriter,
    ) -> None:
        back.write(request)
        self.passed.append(one := Passed(request))
        if self.cuts > 0:
            self.cuts -= 1
            await asyncio.sleep(0.02)  # for the service to have read it
            writer.transport.abort()
            if not self.hides:
                return
        began = time.monotonic()
        while part := await there.read(PART):
            one.answer += part
            writer.write(part)
        one.ended = time.monotonic() - began
        with contextlib.suppress(ConnectionError):
            await writer.drain()
            writer.close()
            await writer.wait_closed()

    async def end(self) -> None:
        """End every connection that is still there."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)


@asynccontextmanager
async def balanced(world: World) -> AsyncIterator[Balancer]:
    """Put a balancer before the account's server, until the end of the block."""
    parts = urlsplit(world.account.url)
    assert parts.hostname
    assert parts.port
    balancer = Balancer(parts.hostname, parts.port)
    server = await asyncio.start_server(balancer.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    world.configure(account={"url": f"http://127.0.0.1:{port}{parts.path}"})
    try:
        yield balancer
    finally:
        server.close()
        await balancer.end()
