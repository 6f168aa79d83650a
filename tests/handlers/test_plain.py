"""What is not served gets a short plain answer that names no software, and one safe log line."""

import asyncio
import logging

import pytest
from tornado.httpserver import HTTPServer

from handlers.service import Service
from tests import pushes
from tests.handlers.sending import Send, connection, logged, one_response, request, talk

METHODS = [
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "OPTIONS",
    "HEAD",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "X",
    "get",
]


def parts(response: bytes) -> tuple[str, dict[str, str], bytes]:
    """Return the status line, the headers and the body of a response."""
    head, _, body = response.partition(b"\r\n\r\n")
    status, *headers = head.decode("latin-1").split("\r\n")
    return status, dict(line.split(": ", 1) for line in headers), body


@pytest.mark.parametrize(
    ("path", "allow", "method"),
    [
        (path, allow, method)
        for path, allow in (("/wechat", "GET, POST"), ("/healthz", "GET, HEAD"))
        for method in METHODS
        if method not in allow
    ],
)
@pytest.mark.gen_test
async def test_unknown_method(
    path: str, allow: str, method: str, http_server: HTTPServer, http_port: int
) -> None:
    """A method that is not served is answered with those that are."""
    status, headers, body = parts(await talk(http_port, request(path + "?a=1", method=method)))
    assert status == "HTTP/1.1 405 Method Not Allowed"
    assert (headers["Allow"], headers["Connection"]) == (allow, "close")
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert set(headers) <= {"Allow", "Content-Type", "Content-Length", "Date", "Connection"}
    assert body == (b"" if method == "HEAD" else b"405 Method Not Allowed\n")


@pytest.mark.gen_test
async def test_cause_of_a_405(send: Send, caplog: pytest.LogCaptureFixture) -> None:
    """The log says what was wrong with a method."""
    await send("a=1", b"x", path="/healthz")
    [line] = logged(caplog)
    assert line.startswith("refused POST /healthz from 127.0.0.1: ")
    assert line.split(": ", 1)[1]


PATHS = ["/", "/wechat/", "/wechatx", "/wechat/x", "/favicon.ico", "/static/x", "/.env", "//", "*"]


@pytest.mark.parametrize("method", ["GET", "POST", "PROPFIND"])
@pytest.mark.parametrize("path", [*PATHS, "http://localhost/x", "/%77echat", "/WECHAT"])
@pytest.mark.gen_test
async def test_unknown_path(
    method: str,
    path: str,
    http_server: HTTPServer,
    http_port: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nothing else is served, whatever the method, and nobody learns by what."""
    query = pushes.url("", pushes.query())
    status, headers, body = parts(await talk(http_port, request(path + query, method=method)))
    assert status == "HTTP/1.1 404 Not Found"
    assert set(headers) <= {"Content-Type", "Content-Length", "Date", "Connection"}
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert body == b"404 Not Found\n"
    [line] = logged(caplog)
    assert line == f"refused {method} {path} from 127.0.0.1: nothing is served at this path"


@pytest.mark.parametrize(
    ("query", "body", "status"), [("", b"x", 403), (None, b"x", 200), (None, b"<", 400)]
)
@pytest.mark.gen_test
async def test_connection_is_said_to_end(
    query: str | None, body: bytes, status: int, http_server: HTTPServer, http_port: int
) -> None:
    """Who is refused unread is told that the connection ends; who was read may go on."""
    if status == 200:
        body = pushes.body(pushes.message(Content="hello"))
    target = pushes.url("/wechat", pushes.query()) if query is None else "/wechat"
    async with connection(http_port) as (reader, writer):
        writer.write(request(target, body))
        line, headers, _ = parts(await one_response(reader))
        assert line.startswith(f"HTTP/1.1 {status} ")
        assert headers.get("Connection") == ("close" if status == 403 else None)
        if status == 403:
            assert await asyncio.wait_for(reader.read(), 5) == b""
        else:
            writer.write(request("/healthz", method="GET"))
            assert (await one_response(reader)).endswith(b"ok\n")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"junk",
        b"GET /\r\n\r\n",
        b"GET / HTTP/2.0\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET /\x1b[31m HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"GET /wechat?signature=s3cret HTTP/1.1 extra\r\nHost: a\r\n\r\n",
        b"GET /wechat?signature=s3cret HTTP/1.1\r\nHost: a\r\nBad header\r\n\r\n",
    ],
)
@pytest.mark.gen_test
async def test_not_http(
    raw: bytes, http_server: HTTPServer, http_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    """What is no HTTP/1 gets no more than a status, and no traceback."""
    caplog.set_level(logging.DEBUG)
    if raw:
        assert await talk(http_port, raw + b"\r\n\r\n") == b"HTTP/1.1 400 Bad Request\r\n\r\n"
    assert "Traceback" not in caplog.text
    assert "s3cret" not in caplog.text


@pytest.mark.gen_test
async def test_head_too_long(http_server: HTTPServer, http_port: int) -> None:
    """A head over the limit is not kept in memory: the connection ends."""
    raw = request("/wechat", b"", *[f"X-{n}: {'x' * 1000}" for n in range(20)])
    try:
        response = await talk(http_port, raw)
    except ConnectionError:
        response = b""
    assert response in {b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"}


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/\xff\xfe", r"/\xff\xfe"),
        ("/\x85forged", r"/\x85forged"),
        ("/%0aforged", "/%0aforged"),
        ("/'\"\\", r"/'\"\\"),
        ("/%s%d", "/%s%d"),
        ("/" + "x" * 5000, "/" + "x" * 99),
    ],
)
@pytest.mark.gen_test
async def test_odd_paths(
    path: str,
    shown: str,
    http_server: HTTPServer,
    http_port: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A path is logged in ASCII and in short, on one line."""
    await talk(http_port, request(path, method="GET"))
    [line] = logged(caplog)
    assert line.isascii()
    assert line.isprintable()
    assert shown.replace("'\\\"", "") in line.replace("\\'\"", "")


@pytest.mark.gen_test
async def test_long_method(
    http_server: HTTPServer, http_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    """A method is logged in short too."""
    await talk(http_port, request("/wechat", method="X" * 5000))
    [line] = logged(caplog)
    assert len(line) < 500


@pytest.mark.gen_test
async def test_access_log(send: Send, caplog: pytest.LogCaptureFixture) -> None:
    """At debug level every request has a line with its status and time, without the query."""
    caplog.set_level(logging.DEBUG)
    await send(pushes.query(), pushes.body(pushes.message(Content="hello")))
    [line] = logged(caplog)
    assert line.startswith("200 POST /wechat from 127.0.0.1 ")
    assert line.endswith(" ms")


@pytest.mark.gen_test
async def test_failures_of_ours(
    service: Service, send: Send, caplog: pytest.LogCaptureFixture
) -> None:
    """An error of the service is a 500 without details; the log has the traceback."""
    service.clock = lambda: 1 / 0
    response = await send(pushes.query(), b"x")
    assert (response.code, response.body) == (500, b"500 Internal Server Error\n")
    first, second = logged(caplog)
    assert first == "POST /wechat from 127.0.0.1 failed"
    assert second.startswith("500 POST /wechat from 127.0.0.1 ")
    assert "ZeroDivisionError" in caplog.text
    assert {record.levelname for record in caplog.records} == {"ERROR"}
