"""One push over a connection of its own, with the patience of WeChat.

The simulator's engine plays WeChat in every detail, and listens 20 ms for what comes after
an answer. This is for thousands of pushes, whose answers are measured to the millisecond.
"""

import asyncio
import time
from typing import NamedTuple

from benchmarks.load import OK, complete
from benchmarks.pushes import content
from wechat.errors import ProtocolError

PATIENCE = 5.0  # seconds after which WeChat hangs up


class Answer(NamedTuple):
    """What came from when to when, in seconds.

    With an empty `response`, WeChat hung up, unless `error` says what went wrong before.
    """

    response: bytes
    error: str
    began: float
    ended: float

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.ended - self.began

    @property
    def hung_up(self) -> bool:
        """Whether the server kept the connection, and did not answer in time."""
        return not self.response and not self.error

    def gives(self, text: str) -> bool:
        """Return whether WeChat takes it, and shows this text to the user."""
        if not self.response.startswith(OK):
            return False
        try:
            return content(self.response) == text
        except (ProtocolError, KeyError, UnicodeDecodeError):
            return False

    def __str__(self) -> str:
        """Return it in a few words."""
        if self.response:
            return self.response.split(b"\r\n", 1)[0].decode()
        return self.error or "no answer in time"


class Asking(asyncio.Protocol):
    """Sends a request; `response` is what came until it was whole, or fails as the line did."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._received = b""
        self.response = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if complete(self._received) and not self.response.done():
            self.response.set_result(self._received)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.response.done():
            self.response.set_exception(exc or ConnectionError("closed without a whole answer"))


async def ask(port: int, request: bytes, patience: float = PATIENCE) -> Answer:
    """Send a request to `port` of 127.0.0.1; return the answer, or hang up after `patience`."""
    began = time.perf_counter()
    response, error = b"", ""
    try:
        async with asyncio.timeout(patience):
            response = await _response(port, request)
    except TimeoutError:
        pass
    except OSError as failed:
        error = f"{type(failed).__name__}: {failed}"
    return Answer(response, error, began, time.perf_counter())


async def _response(port: int, request: bytes) -> bytes:
    loop = asyncio.get_running_loop()
    transport, asking = await loop.create_connection(lambda: Asking(request), "127.0.0.1", port)
    try:
        whole: bytes = await asking.response
        return whole
    finally:
        transport.abort()
