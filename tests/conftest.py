"""A real server on loopback for every test that wants one, and what a test may require."""

import logging
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.web import Application

from handlers.connection import CallbackServer
from handlers.equipping import equip
from handlers.service import Endpoint, Service
from handlers.wechat import WeChatHandler
from server import make_app
from settings import Account, Settings, load
from simulator.account import Account as SimulatedAccount
from simulator.engine.conditions import Rules
from simulator.user import WeChatUser
from simulator.world import World
from stores.memory import MemoryStore
from tests import pushes
from wechat.crypto import EncryptionMode
from wechat.push import Push

CI = bool(os.environ.get("CI"))
settings.register_profile("patient", deadline=None)  # on a slow machine, slow is not wrong
settings.load_profile("patient")


def require(program: str) -> str:
    """Return the path of a program that is not Python's; skip without it, but never in CI."""
    # Debian keeps servers where only root looks.
    if path := shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/sbin"):
        return path
    if CI:
        pytest.fail(f"CI must install {program}")
    pytest.skip(f"{program} is not installed")


class Recorder(WeChatHandler):
    """Keeps every push that reached a hook in its state, and answers what that says."""

    @classmethod
    async def startup(cls, account: Account) -> dict[str, Any]:
        """Begin with nothing."""
        return {"pushes": [], "answer": None}

    async def on_message(self, message: Push) -> Any:
        """Record any message."""
        return self.record("on_message", message)

    async def on_event(self, message: Push) -> Any:
        """Record any event."""
        return self.record("on_event", message)

    def record(self, hook: str, message: Push) -> Any:
        """Keep the push; answer with the state's answer, or raise it."""
        self.state["pushes"].append((hook, message))
        answer = self.state["answer"]
        if isinstance(answer, BaseException):
            raise answer
        return answer


MakeAccount = Callable[..., Account]


@pytest.fixture
def make_account() -> MakeAccount:
    """Return a function that makes accounts as settings do, by their keyword names."""

    def make(**values: Any) -> Account:
        environ = {f"WECHAT_{k.upper()}": str(v) for k, v in values.items()}
        return load({"WECHAT_TOKEN": pushes.TOKEN} | environ).accounts[0]

    return make


@pytest.fixture
def account(request: pytest.FixtureRequest, make_account: MakeAccount) -> Account:
    """Return the account that the server serves; parametrize indirectly by a mode or a dict."""
    given = getattr(request, "param", {})
    values = {"mode": given} if isinstance(given, EncryptionMode) else dict(given)
    if values.get("mode", "plaintext") != EncryptionMode.PLAINTEXT:
        values = {"encoding_aes_key": pushes.AES_KEY, "app_id": pushes.APP_ID} | values
    return make_account(**values)


@pytest.fixture
def service() -> Service:
    """Return the process as the handlers see it."""
    return Service()


@pytest.fixture
def handler() -> type[WeChatHandler]:
    """Return the handler class of the account; override it in a test module."""
    return Recorder


@pytest.fixture
def endpoint(
    account: Account, service: Service, handler: type[WeChatHandler], io_loop: IOLoop
) -> Endpoint:
    """Return the account as it is served, its handler started."""
    made = Endpoint(account, handler, service)
    made.state = io_loop.run_sync(lambda: handler.startup(account))
    equip([made], MemoryStore(), Settings(accounts=(account,)))
    return made


@pytest.fixture
def app(endpoint: Endpoint, service: Service) -> Application:
    """Return the application that pytest-tornado serves."""
    return make_app([endpoint], service)


@pytest.fixture
def server_class() -> type[HTTPServer]:
    """Serve as server.py does, in place of pytest-tornado's plain server."""
    return CallbackServer


@pytest.fixture
def http_server(
    io_loop: IOLoop,
    _unused_port: tuple[Any, int],
    app: Application,
    server_class: type[HTTPServer],
) -> Iterator[HTTPServer]:
    """Serve `app` for the time of the test."""

    async def start() -> HTTPServer:
        server = server_class(app)
        server.add_socket(_unused_port[0])
        return server

    async def stop(server: HTTPServer) -> None:
        server.stop()
        await server.close_all_connections()

    server = io_loop.run_sync(start)
    yield server
    io_loop.run_sync(lambda: stop(server))


@pytest.fixture
def world(http_server: HTTPServer, base_url: str, account: Account) -> World:
    """Return WeChat in front of the account's server."""
    plaintext = account.mode is EncryptionMode.PLAINTEXT
    simulated = SimulatedAccount(
        url=f"{base_url}/wechat",
        token=pushes.TOKEN,
        app_id=pushes.APP_ID,
        encoding_aes_key="" if plaintext else pushes.AES_KEY,
        mode=account.mode,
    )
    return World(simulated, rules=Rules(cutoff=30))


@pytest.fixture
def user(world: World) -> WeChatUser:
    """Return a follower of the account, to act for."""
    return world.user(pushes.USER)


@pytest.fixture
def short() -> Iterator[Path]:
    """Return a folder whose name is short enough for the address of a Unix socket."""
    with TemporaryDirectory(prefix="wechat-") as folder:
        yield Path(folder)


@pytest.fixture
def own() -> Iterator[socket.socket]:
    """Return a socket that listens, as systemd would hold it."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        yield sock


@pytest.fixture
def unused_port() -> Callable[[], int]:
    """Return a function that returns ports at which nothing listens."""

    def find() -> int:
        with socket.create_server(("127.0.0.1", 0)) as sock:
            return int(sock.getsockname()[1])

    return find


@pytest.fixture(autouse=True)
def log_level(caplog: pytest.LogCaptureFixture) -> None:
    """Record what an operator would see."""
    caplog.set_level(logging.INFO)
