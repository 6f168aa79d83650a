"""A World on a port of loopback: its page, and the platform's API for the service."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from simulator.phone.server import make_app
from simulator.world import World

ADDRESS = "127.0.0.1"  # and no other: whoever reaches the page has the account


class CannotListen(Exception):
    """The port cannot be had; one line that says why."""


@asynccontextmanager
async def listening(world: World, port: int = 0) -> AsyncIterator[None]:
    """Serve `world` at `port` of loopback, any if 0, and let it know where that is.

    Raises:
        CannotListen: that port is not to be had.

    """
    try:
        sockets = bind_sockets(port, ADDRESS)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise CannotListen(
            f"port {port} of {ADDRESS} cannot be listened at: {why}: choose another by --port"
        ) from None
    world.base_url = f"http://{ADDRESS}:{sockets[0].getsockname()[1]}"
    server = HTTPServer(make_app(world))
    server.add_sockets(sockets)
    try:
        yield
    finally:
        server.stop()
        await server.close_all_connections()
