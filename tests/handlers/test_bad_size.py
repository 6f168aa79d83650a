"""Bodies over the limit are refused by their announced length, unread, or once too long."""

import asyncio
from http.client import responses

import pytest
from tornado.httpserver import HTTPServer

from handlers.service import Endpoint
from tests import pushes
from tests.handlers.sending import Refuses, Send, request, talk
from wechat.xml import MAX_BYTES

REASON = responses[413].encode()  # Python 3.13 has another
TOO_LARGE = b"HTTP/1.1 413 %s\r\n" % REASON
REFUSAL = b"\r\n\r\n413 %s\n" % REASON


def target() -> str:
    """Return the request target of a rightly signed push."""
    return pushes.url("/wechat", pushes.query())


def chunked(size: int) -> list[bytes]:
    """Return a request with a body of `size` bytes of unannounced length, in packets."""
    head = request(target(), b"", "Transfer-Encoding: chunked", "Connection: close")
    chunks = [b"x" * min(100_000, size - sent) for sent in range(0, size, 100_000)]
    return [head, *(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks), b"0\r\n\r\n"]


@pytest.mark.parametrize("length", [str(MAX_BYTES + 1), "9" * 18, "9" * 400, "9" * 5000], ids=len)
@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.gen_test
async def test_announced(
    length: str, version: str, http_server: HTTPServer, http_port: int, refuses: Refuses
) -> None:
    """A length over the limit is refused before any of the body is sent."""
    head = request(target(), b"", f"Content-Length: {length}", version=version)
    async with asyncio.timeout(5):
        response = await talk(http_port, head)
    assert response.startswith(TOO_LARGE)
    assert response.endswith(REFUSAL)
    refuses.check_log("", f"the body is over {MAX_BYTES} bytes")


@pytest.mark.gen_test
async def test_announced_and_unsigned(
    http_server: HTTPServer, http_port: int, refuses: Refuses
) -> None:
    """So is one without a signature: its size is refused first."""
    response = await talk(http_port, request("/wechat", b"", "Content-Length: 2000000"))
    assert response.startswith(TOO_LARGE)


@pytest.mark.gen_test
async def test_expecting(http_server: HTTPServer, http_port: int, refuses: Refuses) -> None:
    """Who asks before sending too much is told no, and not told to continue first."""
    expect = request(target(), b"", "Content-Length: 2000000", "Expect: 100-continue")
    assert (await talk(http_port, expect)).startswith(TOO_LARGE)


@pytest.mark.parametrize("length", ["-1", "+5", "five", "1e3", "²", "1_0", "5, 6"])
@pytest.mark.gen_test
async def test_no_length(
    length: str, http_server: HTTPServer, http_port: int, refuses: Refuses
) -> None:
    """A length that is no number is the sender's mistake, never an error of the service."""
    response = await talk(http_port, request(target(), b"", f"Content-Length: {length}"))
    assert response.startswith(b"HTTP/1.1 400 ")
    assert refuses.endpoint.state["pushes"] == []
    assert [r for r in refuses.caplog.records if r.levelname == "ERROR"] == []


@pytest.mark.parametrize("size", [MAX_BYTES + 1, 2 * MAX_BYTES])
@pytest.mark.gen_test
async def test_chunked(
    size: int, http_server: HTTPServer, http_port: int, refuses: Refuses
) -> None:
    """A chunked body over the limit is refused too, once it is over."""
    response = await talk(http_port, *chunked(size))
    assert response.startswith(TOO_LARGE)
    refuses.check_log("", f"the body is over {MAX_BYTES} bytes")


@pytest.mark.gen_test
async def test_chunked_within_the_limit(
    http_server: HTTPServer, http_port: int, endpoint: Endpoint
) -> None:
    """A chunked message of a fair size is served."""
    body = pushes.body(pushes.message(Content="你" * 1000))
    chunks = [body[i : i + 7] for i in range(0, len(body), 7)]
    packet = b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in chunks) + b"0\r\n\r\n"
    head = request(target(), b"", "Transfer-Encoding: chunked", "Connection: close")
    response = await talk(http_port, head, packet)
    assert response.endswith(b"\r\n\r\nsuccess")
    [(_, message)] = endpoint.state["pushes"]
    assert message.content == "你" * 1000


@pytest.mark.parametrize(("extra", "status"), [(0, 200), (1, 413)])
@pytest.mark.gen_test
async def test_limit(extra: int, status: int, send: Send, endpoint: Endpoint) -> None:
    """The limit is exact: a message of so many bytes is served, one byte more is not."""
    empty = len(pushes.body(pushes.message(Content="")))
    body = pushes.body(pushes.message(Content="x" * (MAX_BYTES - empty + extra)))
    response = await send(pushes.query(), body)
    assert response.code == status
    assert len(endpoint.state["pushes"]) == 1 - extra
