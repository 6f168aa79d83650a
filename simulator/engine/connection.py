"""One request over a connection of its own, in HTTP/1.0, from a service that may do anything.

Nothing that comes back is believed: an answer may be endless, garbage, late or none. At
most MOST bytes of it are read.
"""

import asyncio
import contextlib
import functools
import re
import ssl
from collections.abc import AsyncIterator
from typing import NamedTuple
from urllib.parse import urlsplit

MOST = 1024 * 1024  # bytes of an answer; WeChat needs no tenth of it
MOST_HEAD = PART = 65_536
SETTLE = 0.02  # seconds in which bytes after a whole answer are noticed
_STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3})(?: [^\r\n]*)?\r?\n")
_LENGTH = re.compile(rb"(?im)^content-length:[ \t]*([^\r\n]*?)[ \t]*\r?$")
_CHUNKED = re.compile(rb"(?im)^transfer-encoding:")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_BODILESS = {*range(100, 200), 204, 304}


class Refused(Exception):
    """There is no connection; the text says why."""


class Broken(Exception):
    """The connection ended before a whole answer, or what came is none."""


class Lost(Exception):
    """The connection was given up, to order, when the answer began."""


class Place(NamedTuple):
    """Where to connect to; `tls` is the name for which a certificate is wanted."""

    host: str
    port: int
    tls: str = ""

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def place_of(url: str, address: str = "") -> Place:
    """Return where `url` is served; at `address` (host:port) if that is given."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    name = host if secure else ""
    if address:
        host, _, number = address.rpartition(":")
        host, port = host.strip("[]"), int(number)
    return Place(host, port, name)


class Exchange:
    """One request and its answer; what has come so far is in `head`, `status` and `body`.

    `length` is the answer's Content-Length; None where only the end of the connection ends it.
    `whole` is true once the answer has come to its end, or to more than MOST bytes.
    """

    def __init__(self) -> None:
        self.status: int | None = None
        self.head = b""
        self.length: int | None = None
        self.whole = False
        self.chunked = False
        self.surplus = False  # bytes came after the answer's Content-Length
        self._body = bytearray()

    @property
    def body(self) -> bytes:
        """The body as far as it came; of one that is over MOST bytes, one byte more."""
        return bytes(self._body[: MOST + 1][: self.length])

    async def run(self, place: Place, request: bytes, *, lose: bool = False) -> None:
        """Send `request` and read its whole answer.

        Raises:
            Refused: no connection is made.
            Broken: it ends too early, or what comes is not HTTP.
            Lost: the answer began, and is to be lost.

        """
        async with _connected(place) as (reader, writer):
            try:
                writer.write(request)
                await writer.drain()
                await self._read_head(reader, lose=lose)
                await self._read_body(reader)
            except OSError as error:
                raise Broken(f"the connection broke: {_words(error)}") from None
            self.whole = True
            await self._notice_surplus(reader)

    async def _read_head(self, reader: asyncio.StreamReader, *, lose: bool) -> None:
        raw = b""
        while not (end := _HEAD_END.search(raw)):
            part = await reader.read(PART)
            raw += part
            self.head = raw[:MOST_HEAD]
            if lose and raw:
                raise Lost
            if not part or not _may_be_head(raw):
                raise Broken(_no_head(raw))
        self.head = raw[: end.start()]
        self._body += raw[end.end() :]
        self._parse_head()

    def _parse_head(self) -> None:
        start = _STATUS.match(self.head + b"\r\n")
        if not start:
            raise Broken("what came is not HTTP")
        self.status = int(start[1])
        self.chunked = bool(_CHUNKED.search(self.head))
        lengths = set(_LENGTH.findall(self.head))
        if len(lengths) > 1 or not all(re.fullmatch(rb"[0-9]{1,18}", n) for n in lengths):
            raise Broken("its Content-Length is wrong")
        if self.status in _BODILESS:
            self.length = 0
        elif lengths and not self.chunked:
            self.length = int(lengths.pop())

    async def _read_body(self, reader: asyncio.StreamReader) -> None:
        while len(self._body) <= MOST and (self.length is None or len(self._body) < self.length):
            part = await reader.read(PART)
            self._body += part
            if not part and self.length is not None:
                got = len(self._body)
                raise Broken(f"the connection ended after {got} of {self.length} bytes")
            if not part:
                break

    async def _notice_surplus(self, reader: asyncio.StreamReader) -> None:
        """See whether more comes than a whole answer; how the connection ends is no matter."""
        if self.length is None or len(self._body) < self.length:
            return
        with contextlib.suppress(OSError):
            async with asyncio.timeout(SETTLE):
                self._body += await reader.read(1)
        self.surplus = len(self._body) > self.length


@contextlib.asynccontextmanager
async def _connected(
    place: Place,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    context = _trusting() if place.tls else None
    try:
        reader, writer = await asyncio.open_connection(
            place.host, place.port, ssl=context, server_hostname=place.tls or None
        )
    except (OSError, ValueError) as error:
        raise Refused(f"no connection to {place}: {_words(error)}") from None
    try:
        yield reader, writer
    finally:
        # close() would wait for a service that reads nothing, or does not end its TLS.
        writer.transport.abort()


@functools.cache
def _trusting() -> ssl.SSLContext:
    return ssl.create_default_context()  # reads all of the system's certificates


def _may_be_head(raw: bytes) -> bool:
    return len(raw) <= MOST_HEAD and b"HTTP/1.".startswith(raw[:7])


def _no_head(raw: bytes) -> str:
    if not raw:
        return "the connection was closed without an answer"
    if len(raw) > MOST_HEAD:
        return f"its head is over {MOST_HEAD} bytes"
    whole = _STATUS.match(raw + b"\r\n")
    return "the connection ended within its head" if whole else "what came is not HTTP"


def _words(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
