"""A page as a browser opens it, without a browser: its WebSocket, and its requests."""

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.websocket import WebSocketClientConnection, websocket_connect

Message = dict[str, Any]
PATIENCE = 10.0  # seconds


@dataclass
class OpenPage:
    """One page; `heard` is all that it was told, in order, the state first."""

    connection: WebSocketClientConnection
    heard: list[Message] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _ended: bool = False

    @classmethod
    async def at(cls, url: str, **headers: str | None) -> "OpenPage":
        """Open the page that is served at `url`; return it once it has the state."""
        given = {name: h for name, h in ({"Origin": url} | headers).items() if h is not None}
        address = url.replace("http:", "ws:") + "/live"
        page = cls(await websocket_connect(HTTPRequest(address, headers=given)))
        await page.hear()
        return page

    @property
    def state(self) -> Message:
        """What it was told at first."""
        return self.heard[0]

    def of(self, kind: str) -> list[Message]:
        """Return what it was told of one type."""
        return [message for message in self.heard if message["type"] == kind]

    async def hear(self) -> Message:
        """Return the next message."""
        async with asyncio.timeout(PATIENCE):
            text = await self.connection.read_message()
        assert isinstance(text, str), "the connection has ended"
        message: Message = json.loads(text)
        self.heard.append(message)
        return message

    async def until(self, kind: str, holds: Callable[[Message], Any] = bool) -> Message:
        """Return the next message of type `kind` that `holds`."""
        while True:
            message = await self.hear()
            if message["type"] == kind and holds(message):
                return message

    async def send(self, text: str | bytes) -> Message:
        """Send anything; return the answer."""
        await self.connection.write_message(text, binary=isinstance(text, bytes))
        return await self.answer(None)

    async def do(self, name: Any, /, **values: Any) -> Message:
        """Do an act; return the answer."""
        number = next(self._numbers)
        await self.connection.write_message(json.dumps({"id": number, "do": name, **values}))
        return await self.answer(number)

    async def answer(self, number: int | None) -> Message:
        """Return the next answer to an act with this id."""
        while True:
            message = await self.hear()
            if message["type"] in {"done", "error"}:
                assert message["id"] == number
                return message

    async def judged(self) -> Message:
        """Return the next delivery that is over."""
        message = await self.until("delivery", lambda told: told["delivery"]["verdict"])
        delivery: Message = message["delivery"]
        return delivery

    async def ends(self) -> int | None:
        """Wait until the server hangs up; return the code with which it did."""
        async with asyncio.timeout(PATIENCE):
            while await self.connection.read_message() is not None:
                pass
        self._ended = True
        return self.connection.close_code

    async def close(self) -> None:
        """Close the page; return once the server knows."""
        self.connection.close()
        if not self._ended:
            await self.ends()


OpenAPage = Callable[..., Awaitable[OpenPage]]


@dataclass
class Fetch:
    """Asks for a path of the page's server; returns the answer, whatever its status."""

    url: str
    client: AsyncHTTPClient

    async def __call__(
        self, path: str, body: bytes | None = None, *, method: str = "", **headers: str
    ) -> HTTPResponse:
        """POST `body`, or GET without one; an underscore in a header's name is a hyphen."""
        return await self.client.fetch(
            self.url + path,
            method=method or ("GET" if body is None else "POST"),
            body=body,
            headers={name.replace("_", "-"): value for name, value in headers.items()},
            raise_error=False,
            follow_redirects=False,
            decompress_response=False,
        )

    async def upload(self, kind: str, data: bytes, **headers: str) -> HTTPResponse:
        """Upload a file as the page does."""
        return await self(f"/upload?kind={kind}", data, **{"Origin": self.url} | headers)
