"""Connections to the platform: kept, bounded, timed, trusted, and silent about secrets."""

import asyncio
import logging
import re
import ssl
import subprocess
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from api import transport as transports
from api.client import Api
from api.errors import ApiError, NoAnswer
from api.transport import MOST_AT_ONCE, Request, Transport
from simulator.account import DEVELOPMENT_SECRET
from simulator.platform.state import Platform
from simulator.world import World
from tests.api.conftest import CountingServer
from tests.api.platform import USER, Client, calls, failure, follower
from tests.conftest import require

INFO = "/cgi-bin/user/info"


@pytest.fixture(autouse=True)
def followed(world: World) -> None:
    """Let there be a user to ask about."""
    follower(world)


@pytest.mark.gen_test
async def test_one_connection(api: Api, http_server: CountingServer) -> None:
    """A thousand calls one after another share a connection, of whatever kind they are."""
    for _ in range(500):
        await api.users.info(USER)
        await api.qrcodes.create("x")
    assert http_server.opened == 1


@pytest.mark.gen_test
async def test_few_at_once(api: Api, http_server: CountingServer, world: World) -> None:
    """However many call at once, only so many connections are opened, and all are answered."""
    found = await asyncio.gather(*(api.users.info(USER) for _ in range(5 * MOST_AT_ONCE)))
    assert len(found) == 5 * MOST_AT_ONCE
    assert 1 < http_server.opened <= MOST_AT_ONCE


@pytest.mark.gen_test
async def test_no_turn(client: Client, platform: Platform) -> None:
    """A call that gets no turn fails, unsent; none waits for ever."""
    transport = Transport(most=1, turn_seconds=0.05)
    platform.order(slow={"seconds": 30})
    request = Request(url=client.world.base_url + INFO, path=INFO)
    first = asyncio.create_task(transport.fetch(request))
    await asyncio.sleep(0)  # it takes its turn
    error = await failure(transport.fetch(request))
    assert isinstance(error, NoAnswer)
    assert not error.sent
    assert "no turn in 0.05 s" in str(error)
    first.cancel()
    transport.close()


@pytest.mark.gen_test
async def test_given_up(client: Client, platform: Platform) -> None:
    """A call that somebody gave up has its turn until it really ends."""
    transport = Transport(most=1, turn_seconds=5)
    platform.order(slow={"seconds": 0.3, "calls": 1})
    request = Request(url=client.world.base_url + INFO, path=INFO)
    first = asyncio.create_task(transport.fetch(request))
    await asyncio.sleep(0.05)
    first.cancel()
    await asyncio.wait({first})
    assert transport._turns.locked()
    assert (await transport.fetch(request)).body
    transport.close()


@pytest.mark.gen_test
async def test_no_answer_in_time(client: Client, platform: Platform) -> None:
    """An answer that does not come is not waited for, and may have been on its way."""
    platform.order(slow={"seconds": 30})
    request = Request(url=client.world.base_url + INFO, path=INFO, seconds=0.2)
    error = await failure(client.transport.fetch(request))
    assert isinstance(error, NoAnswer)
    assert error.sent
    assert "timed out" in str(error)


@pytest.mark.gen_test
async def test_nobody_listens(client: Client, unused_port: Callable[[], int]) -> None:
    """Where no connection was made, nothing was sent."""
    request = Request(url=f"http://127.0.0.1:{unused_port()}{INFO}", path=INFO)
    error = await failure(client.transport.fetch(request))
    assert isinstance(error, NoAnswer)
    assert (error.sent, error.path) == (False, INFO)


class OtherHandler(RequestHandler):
    """What is no platform: its path says what it answers."""

    def post(self) -> None:
        """Answer alike."""
        self.get()

    def get(self) -> None:
        """Answer."""
        how = self.request.path.strip("/")
        if how.isdecimal():
            self.set_status(int(how))
            self.set_header("Location", "/page")
        elif how == "endless":
            self.write(b"x" * (transports.MOST_BYTES + 1))
        else:
            self.write({"page": "<html>", "list": "[]", "text": '{"errcode": "0"}'}[how])


class TestOtherAnswers:
    """What answers in the platform's place is not taken for it."""

    @pytest.fixture
    def app(self) -> Application:
        """Serve no platform."""
        return Application([("/.*", OtherHandler)])

    @pytest.mark.gen_test
    @pytest.mark.parametrize("how", ["404", "500", "503", "301", "302", "204"])
    async def test_status(self, how: str, client: Client, base_url: str) -> None:
        """Another status than 200 is no answer, and no redirect is followed."""
        request = Request(url=f"{base_url}/{how}", path=f"/{how}")
        error = await failure(client.transport.fetch(request))
        assert isinstance(error, NoAnswer)
        assert f"HTTP status {how}" in str(error)
        assert error.sent

    @pytest.mark.gen_test
    @pytest.mark.parametrize("how", ["page", "list", "text"])
    async def test_no_json(self, how: str, api: Api, client: Client) -> None:
        """A page of somebody's, or JSON that is no answer, is said to be none."""
        api.tokens._adopt(client.token())
        error = await failure(api.call(f"/{how}"))
        assert isinstance(error, NoAnswer)
        assert "not the platform: " in str(error)

    @pytest.mark.gen_test
    async def test_endless(self, client: Client, base_url: str) -> None:
        """An answer that is larger than any is not kept."""
        error = await failure(
            client.transport.fetch(Request(url=f"{base_url}/endless", path="/endless"))
        )
        assert isinstance(error, NoAnswer)
        assert "exceeded" in str(error)


@pytest.mark.gen_test
async def test_nothing_secret(
    client: Client, platform: Platform, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """No log at any level, no error and no repr shows a token or a secret, URLs included."""
    caplog.set_level(logging.DEBUG)
    api = client.api(classic=True)  # whose secret is in a URL
    said = [repr(client.credentials())]
    await api.users.info(USER)
    for fault in ("revoked", "dropped", "busy", "bad_gateway", "not_whitelisted"):
        platform.order(**{fault: {}})
        try:
            await api.users.info(USER)
        except ApiError as error:
            said += [str(error), repr(error), "".join(traceback.format_exception(error))]
        platform.order(**{fault: None})
    world.base_url = "http://127.0.0.1:1"
    said.append(str(await failure(client.api(classic=True).users.info(USER))))
    text = "\n".join([caplog.text, *said])
    assert len(said) > 10
    assert f"GET {api._caller.credentials.base}{INFO}\n" in caplog.text
    for secret in (DEVELOPMENT_SECRET, *platform.tokens._known):
        assert secret not in text
    assert not re.search("access_token=|secret=", text)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Return a certificate for localhost, and its key beside it."""
    made = tmp_path / "certificate.pem"
    subprocess.run(
        [
            *(require("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(tmp_path / "key.pem"), "-out", str(made)),
        ],
        check=True,
        capture_output=True,
    )
    return made


@pytest.fixture
def https(io_loop: IOLoop, certificate: Path, app: Application) -> Iterator[str]:
    """Serve the platform by TLS; return where."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.parent / "key.pem")

    async def start() -> tuple[HTTPServer, int]:
        [sock] = bind_sockets(0, "127.0.0.1")
        server = HTTPServer(app, ssl_options=context)
        server.add_socket(sock)
        return server, sock.getsockname()[1]

    server, port = io_loop.run_sync(start)
    yield f"https://localhost:{port}"
    server.stop()


@pytest.mark.gen_test
async def test_unknown_authority(https: str, client: Client) -> None:
    """A certificate that nobody vouches for is refused before anything is sent."""
    error = await failure(client.transport.fetch(Request(url=https + INFO, path=INFO)))
    assert isinstance(error, NoAnswer)
    assert not error.sent
    assert "certificate" in str(error)


@pytest.mark.gen_test
async def test_known_authority(
    https: str, certificate: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The authorities are the system's, as SSL_CERT_FILE names them."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(transports, "CA_FILE", transports._authorities()[0])
    api = client.api(base=https)
    assert (await api.users.info(USER)).openid == USER
    assert len(calls(client.world, INFO)) == 1


def test_authorities_without_a_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that has none is lent a list."""
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    monkeypatch.setenv("SSL_CERT_DIR", "/nowhere")
    file, folder = transports._authorities()
    assert "certifi" in file
    assert folder == ""
