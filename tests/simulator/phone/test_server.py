"""The page is served to this machine alone, and can run no script but its own."""

import asyncio
import logging

import pytest

from simulator.phone.server import STATIC
from simulator.world import World
from tests.handlers.sending import talk
from tests.simulator.phone.pages import Fetch

GUARDED = ["/", "/static/icon.svg", "/live", "/upload?kind=image", "/nothing"]


def port_of(fetch: Fetch) -> int:
    """Return the port of the page's server."""
    return int(fetch.url.rpartition(":")[2])


@pytest.mark.gen_test
async def test_page(fetch: Fetch) -> None:
    """The page is at /, and lets no other site in."""
    response = await fetch("/")
    assert (response.code, response.body) == (200, (STATIC / "index.html").read_bytes())
    headers = response.headers
    assert headers["Content-Type"].startswith("text/html")
    assert headers["Cache-Control"] == "no-cache"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == policy["style-src"] == "'self'"
    assert "Server" not in headers


@pytest.mark.gen_test
async def test_files(fetch: Fetch) -> None:
    """The files of the page are asked for anew each time, and nothing above them is served."""
    response = await fetch("/static/icon.svg")
    assert (response.code, response.headers["Cache-Control"]) == (200, "no-cache")
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    unchanged = await fetch("/static/icon.svg", If_None_Match=response.headers["Etag"])
    assert unchanged.code == 304
    for path in ("/static/", "/static/js", "/static/none.js", "/static/index.htm"):
        assert (await fetch(path)).code in {403, 404}
    for path in ("/static/../server.py", "/static/%2e%2e/server.py", "/static//etc/passwd"):
        request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        assert (await talk(port_of(fetch), request.encode())).split()[1] in {b"403", b"404"}


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "LOCALHOST:8080", "[::1]", "[::1]:8080", "127.0.0.1:80"]
)
@pytest.mark.gen_test
async def test_names_of_this_machine(fetch: Fetch, host: str) -> None:
    """The page can be asked for by every name that only this machine has."""
    assert (await fetch("/", Host=host)).code == 200


FOREIGN = [
    "evil.example",
    "evil.example:8080",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "127.0.0.1:",
    "::1",
    "0.0.0.0",
    "192.168.0.1",
]


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.gen_test
async def test_rebinding(fetch: Fetch, path: str, host: str) -> None:
    """Whoever asks by another name is a page of another site, whose name leads here."""
    body = b"x" if path.startswith("/upload") else None
    response = await fetch(path, body, Host=host, Origin=f"http://{host}")
    assert response.code == 403
    assert response.body == b"open the page at http://127.0.0.1, localhost or [::1]\n"


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.gen_test
async def test_no_name(fetch: Fetch, path: str) -> None:
    """Who asks by no name at all is not a browser, and not ours."""
    answer = await talk(port_of(fetch), b"GET %s HTTP/1.0\r\n\r\n" % path.encode())
    assert answer.split()[1] in {b"403", b"405"}


@pytest.mark.gen_test
async def test_api_is_open(fetch: Fetch, world: World) -> None:
    """The service reaches the API by any name: there the token is what counts."""
    response = await fetch("/cgi-bin/getcallbackip", Host="host.docker.internal:8080")
    assert (response.code, world.calls[0].errcode) == (200, 41001)


@pytest.mark.parametrize("path", ["/nothing", "/live", "/media/", "/media/a/b", "/favicon.ico"])
@pytest.mark.gen_test
async def test_elsewhere(fetch: Fetch, path: str) -> None:
    """What is not served gets a short plain answer."""
    response = await fetch(path, Origin=fetch.url)
    assert response.code == (400 if path == "/live" else 404)
    assert len(response.body) < 100
    assert b"<" not in response.body


@pytest.mark.gen_test
async def test_log(fetch: Fetch, caplog: pytest.LogCaptureFixture) -> None:
    """The access log has no query, in which an access token may be."""
    caplog.set_level(logging.DEBUG, logger="simulator")
    await fetch("/cgi-bin/token?secret=TOPSECRET")
    await fetch("/nothing?access_token=TOPSECRET")
    await asyncio.sleep(0)
    lines = [r.getMessage() for r in caplog.records if r.name == "simulator.phone.server"]
    assert lines == ["200 GET '/cgi-bin/token'", "404 GET '/nothing'"]
    assert "refused GET '/nothing': nothing is served at this path" in caplog.text
    assert "TOPSECRET" not in caplog.text


@pytest.mark.gen_test
async def test_bug(fetch: Fetch, world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A bug is logged with its traceback, which whoever asked does not see."""
    del world.platform.media
    response = await fetch("/media/a?access_token=TOPSECRET")
    assert (response.code, response.body) == (500, b"500 Internal Server Error\n")
    assert "GET '/media/a' failed" in caplog.text
    assert "AttributeError" in caplog.text
    assert "TOPSECRET" not in caplog.text
