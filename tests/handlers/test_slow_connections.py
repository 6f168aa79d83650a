"""Connections that take too long are ended; those that wait for us are not."""

import asyncio
import socket

import pytest
from tornado.netutil import bind_sockets
from tornado.web import Application

import handlers.connection
from handlers.connection import BODY_SECONDS, HEAD_SECONDS, CallbackServer
from handlers.service import Endpoint
from handlers.wechat import WeChatHandler
from tests import pushes
from tests.conftest import Recorder
from tests.handlers.sending import connection, logged, one_response, request, until
from wechat.push import Push


class Waiting(Recorder):
    """Answers as late as its state says."""

    async def on_message(self, message: Push) -> None:
        """Wait, then record the message."""
        await asyncio.sleep(self.state.get("delay", 0))
        self.record("on_message", message)


@pytest.fixture
def handler() -> type[WeChatHandler]:
    """Serve an account that takes its time."""
    return Waiting


FLOOD = 32 * 1024 * 1024  # bytes; the system's buffers hold some 10 MB
BODY = pushes.body(pushes.message(Content="hello"))


def target() -> str:
    """Return the request target of a push."""
    return pushes.url("/wechat", pushes.query())


def later(server: CallbackServer, seconds: float) -> None:
    """Let the server's clock go ahead by `seconds`."""
    before = server.now
    server.now = lambda: before() + seconds


async def ended(reader: asyncio.StreamReader) -> bool:
    """Return whether the server hangs up without an answer."""
    try:
        return await asyncio.wait_for(reader.read(), 10) == b""
    except ConnectionError:  # what we sent was not even read
        return True


@pytest.mark.parametrize("sent", [b"", b"POST /wechat?signature=1 HTTP/1.1\r\nHost: a\r\n"])
@pytest.mark.gen_test
async def test_slow_head(sent: bytes, server: CallbackServer, http_port: int) -> None:
    """A connection on which no whole head comes is ended, but not too early."""
    async with connection(http_port) as (reader, writer):
        writer.write(sent)
        await until(lambda: len(server.reading) == 1)
        later(server, HEAD_SECONDS - 10)
        server.sweep()
        assert len(server.reading) == 1
        later(server, 11)
        server.sweep()
        assert await ended(reader)
    assert server.reading == {}


@pytest.mark.parametrize(
    "slow",
    [
        lambda: request(target(), BODY)[:-5],
        lambda: request(target(), b"", "Transfer-Encoding: chunked") + b"5\r\n<xml>\r\n",
        lambda: request(target(), b"", "Content-Length: 5"),
    ],
    ids=["cut short", "endless chunks", "no body"],
)
@pytest.mark.gen_test
async def test_slow_body(
    slow: object, server: CallbackServer, http_port: int, endpoint: Endpoint
) -> None:
    """A body that does not come to its end is not waited for; no hook runs."""
    assert callable(slow)
    async with connection(http_port) as (reader, writer):
        writer.write(slow())
        await until(lambda: len(server.answering) == 1)
        later(server, BODY_SECONDS - 9)
        server.sweep()
        assert len(server.reading) == 1
        later(server, 10)
        server.sweep()
        assert await ended(reader)
    await until(lambda: not server.answering)
    assert (server.reading, endpoint.state["pushes"]) == ({}, [])


@pytest.mark.gen_test
async def test_idle_connection(server: CallbackServer, http_port: int) -> None:
    """Between requests a connection is kept for a while, then ended."""
    async with connection(http_port) as (reader, writer):
        for _ in range(2):
            writer.write(request("/healthz", method="GET"))
            await one_response(reader)
            await until(lambda: len(server.reading) == 1)
            server.sweep()
        later(server, HEAD_SECONDS + 1)
        server.sweep()
        assert await ended(reader)


@pytest.mark.gen_test
async def test_slow_hook(server: CallbackServer, http_port: int, endpoint: Endpoint) -> None:
    """A request that was read is not swept, however long its hook takes."""
    endpoint.state["delay"] = 0.3
    async with connection(http_port) as (reader, writer):
        writer.write(request(target(), BODY))
        await until(lambda: bool(endpoint.service.running))
        assert (len(server.answering), server.reading) == (1, {})
        later(server, 10_000)
        server.sweep()
        assert (await one_response(reader)).endswith(b"success")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sweep often, and give a head half a second."""
    monkeypatch.setattr(handlers.connection, "SWEEP_SECONDS", 0.05)
    monkeypatch.setattr(handlers.connection, "HEAD_SECONDS", 0.5)


@pytest.mark.gen_test
async def test_sweeps_by_itself(quick: None, server: CallbackServer, http_port: int) -> None:
    """Nobody has to ask for the sweeping."""
    async with connection(http_port) as (reader, _):
        assert await ended(reader)


@pytest.mark.gen_test
async def test_room(app: Application, caplog: pytest.LogCaptureFixture) -> None:
    """Over so many connections a new one is ended at once; the log counts them in one line."""
    server = CallbackServer(app, most=2)
    [listening] = bind_sockets(0, "127.0.0.1")
    server.add_socket(listening)
    port = listening.getsockname()[1]
    try:
        async with connection(port) as (reader, writer), connection(port):
            await until(lambda: len(server.reading) == 2)
            for _ in range(3):
                async with connection(port) as (refused, _):
                    assert await ended(refused)
            server.sweep()
            server.sweep()
            assert logged(caplog) == ["3 connections were ended: there is room for 2"]
            writer.write(request(target(), BODY))
            assert (await one_response(reader)).endswith(b"success")
        await until(lambda: not server.reading)
        async with connection(port) as (reader, writer):
            writer.write(request(target(), BODY))
            assert (await one_response(reader)).endswith(b"success")
    finally:
        server.stop()
        await server.close_all_connections()


@pytest.mark.gen_test
async def test_unread(server: CallbackServer, http_port: int, endpoint: Endpoint) -> None:
    """What a client sends before it has its answer is left to wait, not taken into memory."""
    endpoint.state["delay"] = 1
    async with connection(http_port) as (reader, writer):
        writer.write(request(target(), BODY))
        await until(lambda: len(server.answering) == 1)
        writer.write(b"x" * FLOOD)
        await asyncio.sleep(0.3)
        assert writer.transport.get_write_buffer_size() > FLOOD / 2
        assert (await one_response(reader)).endswith(b"success")


@pytest.mark.gen_test
async def test_sent_at_once(server: CallbackServer, http_port: int) -> None:
    """TCP holds back nothing that is written, from the first answer on."""
    async with connection(http_port) as (reader, writer):
        for _ in range(2):
            await until(lambda: len(server.reading) == 1)
            [served] = server.reading
            assert served.stream.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            writer.write(request("/healthz", method="GET"))
            await one_response(reader)
