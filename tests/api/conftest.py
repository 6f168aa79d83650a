"""The simulator's platform on a real socket, and clients of it whose time is the test's."""

from collections.abc import Iterator

import pytest
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.iostream import IOStream
from tornado.web import Application

from api.client import Api
from api.transport import Transport
from simulator.phone.server import make_app
from simulator.world import World
from tests.api.platform import Client, Clock
from tests.simulator.platform.conftest import account_kind, platform, world

__all__ = ["account_kind", "platform", "world"]  # fixtures


class CountingServer(HTTPServer):
    """Counts the connections that are opened to it."""

    opened = 0

    def handle_stream(self, stream: IOStream, address: tuple[str, int]) -> None:
        """Count one."""
        self.opened += 1
        super().handle_stream(stream, address)


@pytest.fixture
def clock() -> Clock:
    """Return the time of platform and client."""
    return Clock()


@pytest.fixture
def app(world: World) -> Application:
    """Return all that the simulator serves."""
    return make_app(world)


@pytest.fixture
def server_class() -> type[HTTPServer]:
    """Serve it so that connections are counted."""
    return CountingServer


@pytest.fixture
def client(
    http_server: HTTPServer, base_url: str, world: World, clock: Clock, io_loop: IOLoop
) -> Iterator[Client]:
    """Return what makes clients of the platform."""
    world.base_url = base_url

    async def connect() -> Transport:
        return Transport()

    transport = io_loop.run_sync(connect)
    yield Client(world, transport, clock)
    transport.close()


@pytest.fixture
def api(client: Client) -> Api:
    """Return the account's client."""
    return client.api()
