"""For the tests of an account's handlers: WeChat as a pytest fixture.

    pytest_plugins = ["simulator.testing"]         # in conftest.py

    @pytest.fixture(scope="session")
    def wechat_settings():
        return {"WECHAT_HANDLER": "mybot:Bot"}

    async def test_greeting(wechat):               # with whatever runs your coroutines
        delivery = await wechat.stranger().follow(scene="123")
        assert delivery.reply == TextReply("欢迎")

    def test_echo(wechat):                         # or with nothing
        assert asyncio.run(wechat.user().text("你好")).reply == TextReply("你好")

`wechat` starts server.py as a process of its own, with those settings, or takes the service
at ``--wechat-url``; both then have the secrets of the environment, or else of development.
"""

import asyncio
import itertools
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from simulator.account import DEVELOPMENT_URL, Account
from simulator.develop import SERVER
from simulator.engine.conditions import Faults, Rules
from simulator.engine.record import Delivery
from simulator.environment import account_of, complete, for_service
from simulator.listening import listening
from simulator.user import WeChatUser
from simulator.world import World

PATIENCE = 30.0  # seconds for the service to start, and to end
_POLL = 0.02
_SERVING = re.compile(r"serving on (http://\S+:\d+): ")


class WeChat(World):
    """A World on a thread and a loop of its own, so that any test can act on it.

    Its API is served there, whatever the test's own loop does; `base_url` has the address.
    """

    def __init__(self, account: Account, rules: Rules) -> None:
        super().__init__(account, rules=rules)
        self._loop = asyncio.new_event_loop()
        self._numbers = itertools.count(1)

    def user(self, openid: str = "", nickname: str = "") -> WeChatUser:
        """Return a follower: whoever has `openid`, or somebody new."""
        return super().user(openid or f"oTest{next(self._numbers):04}", nickname)

    def stranger(self, openid: str = "") -> WeChatUser:
        """Return somebody who does not follow the account yet."""
        user = self.users.add(openid or f"oStranger{next(self._numbers):04}")
        return WeChatUser(self, user)

    @contextmanager
    def faults(self, **values: Any) -> Iterator[None]:
        """Let these go wrong (see `Faults`) until the end of the ``with``.

        Raises:
            ValueError: a value is wrong.

        """
        before, self.pusher.faults = self.pusher.faults, Faults(**values)
        try:
            yield
        finally:
            self.pusher.faults = before

    async def push(self, *args: Any, **options: Any) -> Delivery:
        work = super().push(*args, **options)
        return await asyncio.wrap_future(self._submit(work))

    @contextmanager
    def running(self) -> Iterator["WeChat"]:
        """Run the loop, and serve the platform's API, until the end of the ``with``."""
        thread = threading.Thread(target=self._loop.run_forever, name="wechat", daemon=True)
        thread.start()
        served = listening(self)
        self._submit(served.__aenter__()).result(PATIENCE)
        try:
            yield self
        finally:
            self._submit(served.__aexit__(None, None, None)).result(PATIENCE)
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join(PATIENCE)
            self._loop.close()

    def _submit(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop)


@contextmanager
def served(environ: Mapping[str, str]) -> Iterator[str]:
    """Run server.py, at a free port, with `environ`; yield where, as in http://host:port.

    It keeps nothing on the disk unless `environ` says so.

    Raises:
        RuntimeError: it does not start; the text is all that it said.

    """
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603  # our own server
            [sys.executable, str(SERVER), "--port=0"],
            env={"WECHAT_STORE": "memory://", **environ},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        ) as process,
    ):
        try:
            yield _address(process, said.fileno())
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def _address(process: "subprocess.Popen[bytes]", said: int) -> str:
    deadline = time.monotonic() + PATIENCE
    while True:
        output = os.pread(said, 1 << 20, 0).decode("utf-8", "replace")
        if found := _SERVING.search(output):
            return found[1]
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the service did not start:\n{output}")
        time.sleep(_POLL)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --wechat-url."""
    parser.getgroup("wechat").addoption(
        "--wechat-url", default="", help="a callback service that runs already"
    )


@pytest.fixture(scope="session")
def wechat_settings() -> Mapping[str, str]:
    """Return what the service is started with beside the environment; override it."""
    return {}


@pytest.fixture(scope="session")
def wechat_rules() -> Rules:
    """Return how long WeChat waits; override it where the deadlines are scaled down."""
    return Rules()


@pytest.fixture(scope="session")
def wechat(
    request: pytest.FixtureRequest, wechat_settings: Mapping[str, str], wechat_rules: Rules
) -> Iterator[WeChat]:
    """Return WeChat, in front of the service."""
    environ = complete({**os.environ, "WECHAT_STORE": "memory://", **wechat_settings})
    path = environ.get("WECHAT_PATH") or "/wechat"
    url = str(request.config.getoption("--wechat-url"))
    with WeChat(account_of(environ, url=url or DEVELOPMENT_URL), wechat_rules).running() as wechat:
        if url:
            yield wechat
            return
        with served(for_service(environ, wechat.base_url)) as address:
            wechat.configure(account={"url": address + path})
            yield wechat
