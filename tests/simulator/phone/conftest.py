"""The page's server in front of a world, and pages that are open."""

from collections.abc import Iterator

import pytest
from tornado.httpclient import AsyncHTTPClient
from tornado.ioloop import IOLoop

from simulator.listening import listening
from simulator.world import World
from tests.simulator.phone.pages import Fetch, OpenAPage, OpenPage


@pytest.fixture
def page_url(world: World, io_loop: IOLoop) -> Iterator[str]:
    """Return where the page of `world` is served."""
    serving = listening(world)
    io_loop.run_sync(serving.__aenter__)
    yield world.base_url
    io_loop.run_sync(lambda: serving.__aexit__(None, None, None))


@pytest.fixture
def open_page(page_url: str, io_loop: IOLoop) -> Iterator[OpenAPage]:
    """Return a function that opens pages; they are closed in the end."""
    opened: list[OpenPage] = []

    async def open_one(**headers: str | None) -> OpenPage:
        opened.append(await OpenPage.at(page_url, **headers))
        return opened[-1]

    yield open_one
    for page in opened:
        io_loop.run_sync(page.close)


@pytest.fixture
def page(open_page: OpenAPage, io_loop: IOLoop) -> OpenPage:
    """Return a page that has just come, its state received."""
    opened: OpenPage = io_loop.run_sync(open_page)
    return opened


@pytest.fixture
def fetch(page_url: str, http_client: AsyncHTTPClient) -> Fetch:
    """Return a function that asks the page's server for a path."""
    return Fetch(page_url, http_client)
