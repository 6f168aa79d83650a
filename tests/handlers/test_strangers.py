"""What a stranger, or who repeats one captured URL, cannot do to the service."""

import asyncio
import socket

import pytest
from tornado.httpserver import HTTPServer

from handlers import connection as connections
from handlers.connection import CallbackServer
from handlers.plain import loggable
from handlers.service import Endpoint
from tests import pushes
from tests.handlers.sending import Refuses, Send, connection, logged, request, talk, until

LITTLE = 4096  # bytes of a buffer, which a few answers fill


@pytest.mark.parametrize("header", ["Content-Length: 3", "Transfer-Encoding: chunked"])
@pytest.mark.parametrize("path", ["/healthz", "/wechat"])
@pytest.mark.gen_test
async def test_body_that_nobody_asked_for(
    path: str,
    header: str,
    http_server: HTTPServer,
    http_port: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A GET with a body is refused before any of it is read."""
    target = pushes.url(path, pushes.query(echostr="e"))
    response = await asyncio.wait_for(
        talk(http_port, request(target, b"", header, method="GET")), 10
    )
    assert response.startswith(b"HTTP/1.1 400 ")
    [line] = logged(caplog)
    assert line == f"refused GET {path} from 127.0.0.1: a body that nobody asked for"


@pytest.mark.gen_test
async def test_client_that_does_not_read(
    server: CallbackServer, http_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who does not take the answers is ended, and nobody else."""
    monkeypatch.setattr(connections, "WRITE_SECONDS", 5.0)
    clock = 100.0
    server.now = lambda: clock
    async with connection(http_port) as (reader, writer), connection(http_port) as (_, silent):
        writer.write(request("/healthz", method="GET"))
        await reader.readuntil(b"ok\n")
        silent.transport.pause_reading()  # type: ignore[attr-defined]
        silent.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, LITTLE)
        await until(lambda: len(server.reading) == 2)
        for served in server.reading:
            served.stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LITTLE)
        silent.write(request("/healthz", method="GET") * 40_000)
        await until(lambda: any(c.stream.writing() for c in server.answering))
        server.sweep()
        assert len(server.reading | dict.fromkeys(server.answering, 0.0)) == 2
        clock += 6
        server.reading = dict.fromkeys(server.reading, clock + 60)
        server.sweep()
        await until(lambda: not server.answering)
        writer.write(request("/healthz", method="GET"))
        await reader.readuntil(b"ok\n")


@pytest.mark.parametrize(
    "target", ["/wechat%3Fsignature=SECRET", "/wechat%3fa&SECRET", "/a;SECRET", "/a=SECRET"]
)
@pytest.mark.gen_test
async def test_query_in_the_path(
    target: str, http_server: HTTPServer, http_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    """A query whose question mark was encoded on the way does not reach the log either."""
    await talk(http_port, request(target, method="GET", version="1.0"))
    [line] = logged(caplog)
    assert "SECRET" not in line
    assert line.startswith("refused GET /")


def test_loggable() -> None:
    """What is logged of a request is short, and on one line."""
    assert loggable("a\nb" + "x" * 1000) == r"a\nb" + "x" * 97


@pytest.mark.parametrize("user", ["o" * 65, "o\nforged line", "o p", "用户", "o\x7f"])
@pytest.mark.gen_test
async def test_sender_that_is_no_openid(user: str, refuses: Refuses) -> None:
    """A sender that would forge or flood the log is refused."""
    body = pushes.body(pushes.message(FromUserName=user, Content="hello"))
    await refuses(pushes.query(), body, 400, "FromUserName is not an openid")


@pytest.mark.gen_test
async def test_elements_of_json(refuses: Refuses) -> None:
    """JSON cannot keep the service busy with what XML could not."""
    body = b'{"a":[' + b"[1]," * 200_000 + b"1]}"
    await refuses(pushes.query(), body, 400, "the body has over 10000 elements")


@pytest.mark.gen_test
async def test_hook_while_another_responds(send: Send, endpoint: Endpoint) -> None:
    """The response is out of reach for the hook alone, not for others meanwhile."""
    endpoint.state["answer"] = None
    first, second = await asyncio.gather(
        *(send(pushes.query(), pushes.body(pushes.message(Content="x"))) for _ in range(2))
    )
    assert (first.body, second.body) == (b"success", b"success")
