"""Connections as WeChat, proxies and strangers make them: odd, kept, cut off."""

import asyncio
import logging

import pytest
from tornado.httputil import HTTPServerRequest, RequestStartLine

from handlers.connection import CallbackServer, query_of
from handlers.service import Endpoint, Service
from handlers.wechat import WeChatHandler
from settings import Account
from tests import pushes
from tests.conftest import Recorder
from tests.handlers.sending import Send, connection, logged, one_response, request, talk, until
from wechat.push import Push


class Witness(Recorder):
    """Records what can be seen of the request."""

    async def on_message(self, message: Push) -> None:
        """Note everything that a hook might log."""
        seen = (self.request.uri, self.request.path, self.request.query, repr(self.request))
        self.state["seen"] = " ".join(map(str, seen))
        self.record("on_message", message)


@pytest.fixture
def handler() -> type[WeChatHandler]:
    """Serve an account that looks at its requests."""
    return Witness


BODY = pushes.body(pushes.message(Content="hello"))
WECHAT_HEADERS = ("User-Agent: Mozilla/4.0", "Accept: */*", "Pragma: no-cache")
XML = "Content-Type: text/xml"


def target() -> str:
    """Return the request target of a push, with a parameter that nobody knows."""
    return pushes.url("/wechat", pushes.query(openid=pushes.USER, new_parameter="1&2"))


@pytest.mark.parametrize("keep", ["Connection: close", "Connection: keep-alive", "X-Nothing: 1"])
@pytest.mark.parametrize("after", [b"", b"\r\n", b"\r\n\r\n", b"\0", b"<xml></xml>"])
@pytest.mark.gen_test
async def test_as_wechat_sends(
    keep: str, after: bytes, server: CallbackServer, http_port: int, endpoint: Endpoint
) -> None:
    """HTTP/1.0, no charset, unknown parameters, bytes after the body: it is all served."""
    sent = request(target(), BODY, XML, keep, *WECHAT_HEADERS, version="1.0")
    async with connection(http_port) as (reader, writer):
        writer.write(sent + after)
        response = await one_response(reader)
    assert response.startswith(b"HTTP/1.1 200 OK\r\n")
    assert response.endswith(b"\r\n\r\nsuccess")
    assert b"chunked" not in response
    assert len(endpoint.state["pushes"]) == 1


@pytest.mark.gen_test
async def test_without_host(server: CallbackServer, http_port: int) -> None:
    """HTTP/1.0 needs no Host header, and the connection ends after the answer."""
    sent = request(target(), BODY, XML, version="1.0").replace(b"Host: localhost\r\n", b"")
    assert (await talk(http_port, sent)).endswith(b"\r\n\r\nsuccess")


@pytest.mark.gen_test
async def test_in_packets(server: CallbackServer, http_port: int, endpoint: Endpoint) -> None:
    """A head, a body and even a character may be spread over packets."""
    body = pushes.body(pushes.message(Content="你好"))
    sent = request(target(), body, "Connection: close")
    head = sent.index(b"\r\n\r\n") + 4
    middle = sent.index("你".encode()) + 1
    packets = sent[:20], sent[20 : head - 2], sent[head - 2 : head], sent[head:middle]
    response = await talk(http_port, *packets, sent[middle:])
    assert response.endswith(b"\r\n\r\nsuccess")
    assert endpoint.state["pushes"][0][1].content == "你好"


@pytest.mark.gen_test
async def test_keep_alive(server: CallbackServer, http_port: int, endpoint: Endpoint) -> None:
    """Several requests, of whatever kind, are answered on one connection."""
    async with connection(http_port) as (reader, writer):
        for method, path, body in [
            ("POST", target(), pushes.body(pushes.message(Content="one"))),
            ("GET", pushes.url("/wechat", pushes.query(echostr="echo")), b""),
            ("POST", target(), pushes.body(pushes.message(Content="two"))),
            ("GET", "/healthz", b""),
            ("POST", target(), pushes.body(pushes.message(Content="three"))),
        ]:
            writer.write(request(path, body, method=method))
            assert (await one_response(reader)).startswith(b"HTTP/1.1 200 OK\r\n")
        assert len(server.reading) == 1
        assert server.answering == set()
    assert len(endpoint.state["pushes"]) == 3
    await until(lambda: not server.reading)


@pytest.mark.gen_test
async def test_pipelined(server: CallbackServer, http_port: int, endpoint: Endpoint) -> None:
    """Requests sent at once are answered in turn."""
    bodies = [pushes.body(pushes.message(Content=str(number))) for number in range(3)]
    async with connection(http_port) as (reader, writer):
        writer.write(b"".join(request(target(), body) for body in bodies))
        for _ in range(3):
            assert (await one_response(reader)).endswith(b"success")
    assert len(endpoint.state["pushes"]) == 3


@pytest.mark.parametrize("refused", ["/nowhere", "/wechat", "/wechat?signature=1"])
@pytest.mark.gen_test
async def test_refused_body_is_not_a_request(
    refused: str, server: CallbackServer, http_port: int, endpoint: Endpoint
) -> None:
    """The unread body of a refused request is never taken for the next request."""
    inner = request(target(), BODY)
    response = await talk(http_port, request(refused, b"x" * 10 + inner))
    assert response.count(b"HTTP/1.1 ") == 1
    assert endpoint.state["pushes"] == []


@pytest.mark.gen_test
async def test_hung_up(
    server: CallbackServer, http_port: int, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    """Who hangs up amid a body leaves nothing behind, in the table, in the log or in memory."""
    before = len(asyncio.all_tasks())
    async with connection(http_port) as (_, writer):
        writer.write(request(target(), BODY)[:-5])
        await until(lambda: len(server.answering) == 1)
    await until(lambda: not server.answering)
    assert server.reading == {}
    assert (endpoint.state["pushes"], logged(caplog)) == ([], [])
    await until(lambda: len(asyncio.all_tasks()) == before)


@pytest.mark.gen_test(timeout=60)
async def test_small_chunks(
    server: CallbackServer, http_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    """A body in chunks of a byte each is a body, and read as it is taken."""
    body = pushes.body(pushes.message(Content="x" * 400_000))
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body)
    async with connection(http_port) as (reader, writer):
        writer.write(request(target(), b"", "Transfer-Encoding: chunked") + chunks + b"0\r\n\r\n")
        assert (await one_response(reader)).endswith(b"success")
    assert logged(caplog) == []


def test_query_of_a_bare_request() -> None:
    """A request that no server of ours received has its query where tornado puts it."""
    line = RequestStartLine("GET", "/wechat?a=1", "HTTP/1.0")
    assert query_of(HTTPServerRequest(start_line=line)) == "a=1"


@pytest.mark.parametrize("fails", ["nothing", "the hook", "the service", "the signature"])
@pytest.mark.gen_test
async def test_query_is_never_shown(
    fails: str, service: Service, send: Send, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    """The query shows in no attribute, log line or traceback, even while debugging."""
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    query = pushes.query()
    if fails == "the hook":
        send.endpoint.state["answer"] = RuntimeError("broken")
    elif fails == "the service":
        service.clock = lambda: 1 / 0
    elif fails == "the signature":
        query["nonce"] += "x"
    status = {"the service": 500, "the signature": 403}.get(fails, 200)
    assert (await send(query, BODY)).code == status
    seen = send.endpoint.state.get("seen", "") + caplog.text
    assert "/wechat" in seen
    assert [value for value in query.values() if value in seen] == []
    assert ("Traceback" in caplog.text) is (fails in {"the hook", "the service"})
