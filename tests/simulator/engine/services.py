"""Services of a few lines on real sockets, which answer a push in any way at all."""

import asyncio
import contextlib
import socket
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from ssl import SSLContext
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from simulator.account import Account
from simulator.engine.conditions import Faults, Rules
from simulator.engine.delivery import Pusher
from simulator.engine.pushes import Fields, event, message
from simulator.engine.record import Delivery
from tests.pushes import AES_KEY, APP_ID, ORIGINAL_ID, TOKEN, USER
from wechat import xml
from wechat.crypto import EncryptionMode

ONCE = Rules(repeats=1)
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


class Service:
    """Answers each connection by the next of its scripts, after the last by that again."""

    def __init__(self, scripts: Iterable[Script]) -> None:
        self.received: list[Received] = []
        self.port = 0
        self._scripts = list(scripts)
        self.tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}/wechat"

    @property
    def address(self) -> str:
        """Where it is served, as host:port."""
        return f"127.0.0.1:{self.port}"

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a new connection."""
        script = self._scripts[min(len(self.received), len(self._scripts) - 1)]
        self.received.append(received := Received())
        task = asyncio.create_task(self._serve(script, received, reader, writer))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _serve(
        self,
        script: Script,
        received: Received,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        try:
            await received.read(reader)
            await script(received, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            received.ended.set()
        finally:
            writer.close()

    async def hung_up(self) -> None:
        """Wait until WeChat has ended every connection that the scripts left to it."""
        for received in self.received:
            await asyncio.wait_for(received.ended.wait(), 10)


@contextlib.asynccontextmanager
async def serving(
    *scripts: Script, host: str = "127.0.0.1", ssl: SSLContext | None = None
) -> AsyncIterator[Service]:
    """Serve `scripts` on a free port."""
    service = Service(scripts)
    server = await asyncio.start_server(service.accept, host, 0, ssl=ssl)
    service.port = server.sockets[0].getsockname()[1]
    try:
        yield service
    finally:
        server.close()
        for task in list(service.tasks):
            task.cancel()
        await asyncio.gather(*service.tasks, return_exceptions=True)


@contextlib.contextmanager
def nobody() -> Any:
    """Hold a port where nobody listens; give its address."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{sock.getsockname()[1]}"


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


def account(url: str, mode: EncryptionMode = EncryptionMode.PLAINTEXT, **values: Any) -> Account:
    """Return the account of `url`, with the tests' token and key."""
    known = {
        "token": TOKEN,
        "app_id": APP_ID,
        "encoding_aes_key": AES_KEY,
        "original_id": ORIGINAL_ID,
    }
    return Account(url=url, mode=mode, **{**known, **values})


def text(content: str = "你好") -> Fields:
    """Return a text message of the tests' user."""
    return message("text", USER, ORIGINAL_ID, time.time(), Content=content)


def tap(name: str = "CLICK") -> Fields:
    """Return an event of the tests' user."""
    return event(name, USER, ORIGINAL_ID, time.time())


def reply_xml(**fields: xml.Output) -> str:
    """Return a text reply; a field given as "" is left out, others are added or replaced."""
    known: dict[str, xml.Output] = {
        "ToUserName": USER,
        "FromUserName": ORIGINAL_ID,
        "CreateTime": 1_714_037_059,
        "MsgType": "text",
        "Content": "好",
    }
    return xml.dump({tag: value for tag, value in (known | fields).items() if value != ""})


async def push(
    service: Service | str,
    fields: Fields | None = None,
    *,
    mode: EncryptionMode = EncryptionMode.PLAINTEXT,
    rules: Rules | None = None,
    faults: Faults | None = None,
) -> Delivery:
    """Push a text, or `fields`, to the service, or to a URL."""
    url = service if isinstance(service, str) else service.url
    pusher = Pusher(account(url, mode), rules=rules, faults=faults)
    return await pusher.push(fields or text())
