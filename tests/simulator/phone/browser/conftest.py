"""A browser that notices whatever goes wrong, the simulator, and a service to push to."""

import asyncio
import re
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from simulator.account import DEVELOPMENT_TOKEN, Account
from simulator.listening import listening
from simulator.world import World
from tests.conftest import require
from tests.processes import PATIENCE, started
from tests.simulator.phone.browser.answers import Answers

Result = TypeVar("Result")

ARGUMENTS = [
    "--headless",
    "--no-sandbox",  # for tests that run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FOLLOWER, STRANGER = "oXiaoming", "oXiaohong"
WIDE = {"width": 1440, "height": 900}

expect.set_options(timeout=PATIENCE * 1000)


class Simulator:
    """A world and its page, in a thread: a browser that is driven in step blocks this one."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.port = 0  # any, at first
        self.start()

    def start(self) -> None:
        """Begin with a new world, at the same port as before."""
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._thread.start()
        assert self._ready.wait(PATIENCE)

    def stop(self) -> None:
        """End the world, and every connection to it."""
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def do(self, act: Callable[[World], Awaitable[Result]]) -> Result:
        """Return what `act` does with the world, once it is done."""

        async def run() -> Result:
            return await act(self.world)

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(PATIENCE)

    def configure(self, **parts: dict[str, Any]) -> None:
        """Change the settings as World.configure does."""

        async def run(world: World) -> None:
            world.configure(**parts)

        self.do(run)

    @property
    def url(self) -> str:
        """The address of the page."""
        return f"http://127.0.0.1:{self.port}"

    async def _run(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        self.world = World(Account(url=self.service))
        self.world.user(FOLLOWER, "小明")
        self.world.users.add(STRANGER, "小红")
        async with listening(self.world, self.port):
            self.port = urlsplit(self.world.base_url).port or 0
            self._ready.set()
            await self._end.wait()


class Watched:
    """A page, and all that it must not have done."""

    def __init__(self, context: BrowserContext) -> None:
        self.faults: list[str] = []
        self.allowed = "nothing"  # a pattern of what a test expects in the console
        self.page = context.new_page()
        self.page.on("console", lambda said: self._said(said.type, said.text))
        self.page.on("pageerror", lambda error: self.faults.append(f"raised {error}"))
        self.page.on("request", lambda request: self._asked(request.url))

    def check(self) -> None:
        """Fail if the page had an error, broke its policy, or asked another host."""
        assert [fault for fault in self.faults if not re.search(self.allowed, fault)] == []

    def _said(self, kind: str, text: str) -> None:
        # A broken policy is an error of the console, too.
        if kind in {"error", "warning"}:
            self.faults.append(f"{kind}: {text}")

    def _asked(self, url: str) -> None:
        if urlsplit(url).hostname not in {"127.0.0.1", None}:  # data: has none
            self.faults.append(f"asked for {url}")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of a service that runs for all tests of a module."""
    folder: Path = tmp_path_factory.mktemp("service")
    environ = {"WECHAT_TOKEN": DEVELOPMENT_TOKEN, "WECHAT_HANDLER": f"{Answers.__module__}:Answers"}
    with started(folder, "--port=0", environ=environ) as process:
        yield f"http://127.0.0.1:{process.port}/wechat"


# Not for the session: while it is open, no other test could run a loop in this thread.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a browser for all tests of a module."""
    path = require("chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def simulator(service: str) -> Iterator[Simulator]:
    """Return a simulator that pushes to the service."""
    running = Simulator(service)
    yield running
    running.stop()


@pytest.fixture
def window(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return how the browser is set up; parametrize indirectly by what differs."""
    return {"viewport": WIDE, "locale": "zh-CN"} | getattr(request, "param", {})


@pytest.fixture
def watched(browser: Browser, simulator: Simulator, window: dict[str, Any]) -> Iterator[Watched]:
    """Return the page, open at the follower's chat; fail after the test if it did wrong."""
    with browser.new_context(**window, reduced_motion="reduce") as context:
        context.set_default_timeout(PATIENCE * 1000)
        opened = Watched(context)
        opened.page.goto(simulator.url)
        expect(opened.page.locator(".phone, .desk").first).to_be_attached()
        yield opened
    opened.check()


@pytest.fixture
def page(watched: Watched) -> Page:
    """Return the page that is watched."""
    return watched.page
