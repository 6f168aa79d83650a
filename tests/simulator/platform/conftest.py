"""The platform's API on a real socket, by a clock that stands still."""

from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.web import Application

from simulator.account import Account, AccountKind
from simulator.platform.routes import api_routes
from simulator.platform.state import Platform
from simulator.world import Change, World
from tests.simulator.platform.calling import Api, Clock

Published = list[tuple[Change, Any]]


@pytest.fixture
def clock() -> Clock:
    """Return the time of the platform."""
    return Clock()


@pytest.fixture
def account_kind() -> AccountKind:
    """Return the kind of the account; parametrize it for another."""
    return AccountKind.VERIFIED_SERVICE


@pytest.fixture
def world(clock: Clock, account_kind: AccountKind) -> World:
    """Return WeChat around an account that is nowhere."""
    return World(Account(kind=account_kind), clock=clock)


@pytest.fixture
def platform(world: World) -> Platform:
    """Return the platform of the world."""
    return world.platform


@pytest.fixture
def published(world: World) -> Published:
    """Return what is published from now on."""
    changes: Published = []
    world.listen(lambda change, value: changes.append((change, value)))
    return changes


@pytest.fixture
def app(world: World) -> Application:
    """Return an application of the API alone."""
    return Application(api_routes(world))


@pytest.fixture
def server_class() -> type[HTTPServer]:
    """Serve it as the simulator does."""
    return HTTPServer


@pytest.fixture
def api(http_client: AsyncHTTPClient, base_url: str, world: World) -> Api:
    """Return what calls the API."""
    return Api(http_client, base_url, world)
