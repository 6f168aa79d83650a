"""A client that is quick enough to measure a server in the same language.

Each connection is kept alive, as nginx keeps its own, and sends its next request when the
answer to the last has come.
"""

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.pushes import END_OF_HEAD

OK = b"HTTP/1.1 200 "
LENGTH = b"Content-Length: "


@dataclass(frozen=True, slots=True)
class Result:
    """One round: requests answered in a second, and the 99th percentile in seconds."""

    rate: float
    p99: float
    first: bytes


class Connection(asyncio.Protocol):
    """Sends requests one after another until its time is up."""

    def __init__(self, requests: Iterator[bytes], until: float) -> None:
        self._requests = requests
        self._until = until
        self._received = b""
        self.latencies: list[float] = []
        self.first = b""
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not complete(self._received):
            return
        self.latencies.append(time.perf_counter() - self._sent)
        self.first = self.first or self._received
        if not self._received.startswith(OK):
            self._fail(self._received.decode())
        elif time.perf_counter() > self._until:
            self._transport.close()
            self.done.set_result(None)
        else:
            self._received = b""
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(f"the connection was lost: {exc}")

    def _send(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(next(self._requests))

    def _fail(self, problem: str) -> None:
        if not self.done.done():
            self.done.set_exception(RuntimeError(problem))


def complete(response: bytes) -> bool:
    """Return whether a response has come whole."""
    head, end, body = response.partition(END_OF_HEAD)
    if not end:
        return False
    start = head.index(LENGTH) + len(LENGTH)
    return len(body) >= int(head[start:].split(b"\r", 1)[0])


async def run(port: int, requests: Sequence[bytes], seconds: float, connections: int) -> Result:
    """Load the server at `port` for `seconds` over so many connections."""
    loop = asyncio.get_running_loop()
    supply = itertools.cycle(requests)
    began = time.perf_counter()
    clients = [
        (await loop.create_connection(lambda: Connection(supply, began + seconds), host, port))[1]
        for host in ["127.0.0.1"] * connections
    ]
    await asyncio.gather(*(client.done for client in clients))
    elapsed = time.perf_counter() - began
    latencies = list(itertools.chain.from_iterable(client.latencies for client in clients))
    return Result(len(latencies) / elapsed, percentile(latencies, 0.99), clients[0].first)


def percentile(times: Sequence[float], share: float) -> float:
    """Return what that share of `times` is within."""
    return sorted(times)[int(len(times) * share)]
