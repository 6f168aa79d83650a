"""What a service does with one request, in a few lines: any answer at all, or none."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from wechat import xml

NO_LINGER = struct.pack("ii", 1, 0)  # close() sends a reset


@dataclass
class Received:
    """One connection to the service, and what came by it; `ended` once WeChat hung up."""

    head: bytes = b""
    body: bytes = b""
    poured: int = 0  # bytes that were written in answer
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def line(self) -> tuple[str, ...]:
        """The method, the target and the version."""
        return tuple(self.head.decode().split("\r\n")[0].split(" "))

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the target, each of which stands there once."""
        pairs = parse_qsl(urlsplit(self.line[1]).query, keep_blank_values=True, strict_parsing=True)
        assert len(pairs) == len(dict(pairs))
        return dict(pairs)

    @property
    def headers(self) -> dict[str, str]:
        """The headers by their names in lower case."""
        lines = self.head.decode().strip().split("\r\n")[1:]
        return {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}

    @property
    def fields(self) -> xml.Fields:
        """The fields of the body."""
        return xml.load(self.body)

    async def read(self, reader: asyncio.StreamReader) -> None:
        """Read a request."""
        self.head = await reader.readuntil(b"\r\n\r\n")
        self.body = await reader.readexactly(int(self.headers.get("content-length", 0)))

    async def wait(self, reader: asyncio.StreamReader) -> None:
        """Wait until WeChat hangs up."""
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
        self.ended.set()


Script = Callable[[Received, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def http(
    body: bytes | str = b"", status: str = "200 OK", *headers: str, length: int | None = -1
) -> bytes:
    """Return an answer; with another Content-Length if `length` says so, None for none."""
    body = body.encode() if isinstance(body, str) else body
    size = len(body) if length == -1 else length
    lines = [f"HTTP/1.1 {status}", *headers]
    lines += [] if size is None else [f"Content-Length: {size}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def sends(*packets: bytes) -> Script:
    """Send `packets` one by one, and close the connection."""

    async def script(
        received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        for packet in packets:
            writer.write(packet)
            await writer.drain()
            await asyncio.sleep(0.005)

    return script


def answers(body: bytes | str = b"success", status: str = "200 OK", *headers: str) -> Script:
    """Answer as a good server does."""
    return sends(http(body, status, *headers))


def stays(*packets: bytes) -> Script:
    """Send `packets`, and leave it to WeChat to hang up."""
    send = sends(*packets)

    async def script(
        received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await send(received, reader, writer)
        await received.wait(reader)

    return script


def pours(head: bytes, packet: bytes, most: int = 100_000_000) -> Script:
    """Send `head`, then `packet` again and again, until `most` bytes or a hang-up."""

    async def script(
        received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(head)
        while received.poured < most:
            writer.write(packet)
            await writer.drain()
            received.poured += len(packet)

    return script


async def resets(
    received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Reset the connection without an answer."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    writer.transport.abort()


HANGS = stays()
