"""How tests push over a real socket, and what they expect of every refusal."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.client import responses
from typing import Any
from urllib.parse import urlencode

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPResponse

from handlers.service import Endpoint
from tests import pushes

# Parameters whose values are words of the protocol, which a log line may well name.
WORDS = {"encrypt_type"}


@dataclass
class Send:
    """Sends a push to the account's server; returns the answer, whatever its status."""

    client: AsyncHTTPClient
    base_url: str
    endpoint: Endpoint

    async def __call__(
        self,
        query: Mapping[str, str] | str,
        body: bytes | None = None,
        *,
        path: str = "/wechat",
        **options: Any,
    ) -> HTTPResponse:
        """POST `body`, or GET without one."""
        query = query if isinstance(query, str) else urlencode(query)
        return await self.client.fetch(
            f"{self.base_url}{path}?{query}",
            raise_error=False,
            method="GET" if body is None else "POST",
            body=body,
            **options,
        )


@dataclass
class Refuses:
    """Sends a push that must be refused before any hook, with one line for the operator."""

    send: Send
    caplog: pytest.LogCaptureFixture

    @property
    def endpoint(self) -> Endpoint:
        """The account as it is served."""
        return self.send.endpoint

    async def __call__(
        self, query: Mapping[str, str] | str, body: bytes | None, status: int, *words: str
    ) -> None:
        """Expect `status`, and every one of `words` in the line."""
        response = await self.send(query, body)
        assert response.code == status
        assert response.body.decode() == f"{status} {responses[status]}\n"
        self.check_log(query, *words)

    def check_log(self, query: Mapping[str, str] | str, *words: str) -> None:
        """Expect a line with `words` and no secret, and that no hook ran."""
        assert self.endpoint.state["pushes"] == []
        [line] = logged(self.caplog)
        assert line.startswith("refused ")
        assert [word for word in words if word not in line] == []
        secrets = [pushes.TOKEN, pushes.AES_KEY, pushes.OTHER_AES_KEY, "signature="]
        if not isinstance(query, str):
            secrets += [value for name, value in query.items() if value and name not in WORDS]
        assert [secret for secret in secrets if secret in line] == []


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the handlers logged."""
    return [r.getMessage() for r in caplog.records if r.name.startswith("handlers.")]


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for `condition`, which somebody else makes true."""
    for _ in range(int(seconds * 100)):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


@asynccontextmanager
async def connection(
    port: int,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connect to the server, and hang up in the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def talk(port: int, *packets: bytes) -> bytes:
    """Send `packets` one by one; return all that comes until the server hangs up."""
    async with connection(port) as (reader, writer):
        for packet in packets:
            writer.write(packet)
            await writer.drain()
            await asyncio.sleep(0.01)
        return await reader.read()


async def one_response(reader: asyncio.StreamReader) -> bytes:
    """Return the next response of a connection that stays open."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    return head + await reader.readexactly(length)


def request(
    target: str,
    body: bytes = b"",
    *headers: str,
    method: str = "POST",
    version: str = "1.1",
) -> bytes:
    """Return the bytes of a request as a client of HTTP/1 writes them."""
    lines = [f"{method} {target} HTTP/{version}", "Host: localhost", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
