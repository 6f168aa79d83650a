"""An account with a slow hook, WeChat in front of it, and the platform behind it.

All of WeChat's times and ours are scaled alike, so that 15 seconds take less than 5. The
service's clock stands still meanwhile: CreateTime has whole seconds, which are not scaled.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop

from api.client import Api
from api.credentials import Credentials
from api.timing import Timing
from api.transport import Transport
from delivery import times
from delivery.times import Times
from handlers.equipping import Equipment, equip
from handlers.hooked import Answer
from handlers.service import Endpoint, Service
from handlers.wechat import WeChatHandler
from settings import Account, Settings
from simulator.account import Account as SimulatedAccount
from simulator.account import AccountKind
from simulator.engine.conditions import Rules
from simulator.listening import listening
from simulator.user import WeChatUser
from simulator.world import World
from stores.memory import MemoryStore
from tests import pushes
from wechat.events import UnsubscribeEvent
from wechat.messages import TextMessage
from wechat.replies import ACK, Reply

SCALE = 0.3
CUTOFF = 5 * SCALE


class Slow(WeChatHandler):
    """Answers "SECONDS TEXT" with the text, so many of WeChat's seconds later."""

    @classmethod
    async def startup(cls, account: Account) -> dict[str, Any]:
        """Begin with nothing."""
        return {"runs": [], "attempts": [], "answers": {}, "later": []}

    async def on_text(self, message: TextMessage) -> Answer:
        """Take the time; then answer what the state has for the text, else the text."""
        seconds, _, said = message.content.partition(" ")
        self.state["runs"].append(said)
        self.state["attempts"].append(self.attempt)
        for reply in self.state["later"]:
            await self.later(reply)
        await asyncio.sleep(float(seconds) * SCALE)
        answer: Reply = self.state["answers"].get(said, said or ACK)
        return answer

    async def on_unsubscribe_event(self, message: UnsubscribeEvent) -> Answer:
        """Say nothing."""
        return None


@pytest.fixture(autouse=True)
def scaled(monkeypatch: pytest.MonkeyPatch) -> Times:
    """Scale every duration."""
    scaled = Times().scaled(SCALE)
    monkeypatch.setattr(times, "TIMES", scaled)
    return scaled


@pytest.fixture
def handler() -> type[WeChatHandler]:
    """Return the slow handler."""
    return Slow


@pytest.fixture
def service() -> Service:
    """Return the process, whose clock stands still."""
    now = time.time() - 5
    return Service(clock=lambda: now)


@pytest.fixture
def more_settings() -> dict[str, str]:
    """Return what else the account is set to; parametrize or override it."""
    return {}


@pytest.fixture
def account(more_settings: dict[str, str], make_account: Callable[..., Account]) -> Account:
    """Return the account, its deadline scaled, too."""
    return make_account(reply_deadline=round(4.5 * SCALE, 3), **more_settings)


@pytest.fixture
def kind() -> AccountKind:
    """Return the kind of the account; a verified one may push."""
    return AccountKind.UNVERIFIED_SUBSCRIPTION


@pytest.fixture
def store() -> MemoryStore:
    """Return the journal."""
    return MemoryStore()


@pytest.fixture
def max_running() -> int:
    """Return how many hooks may run at once."""
    return 1000


@pytest.fixture
def endpoint(
    account: Account,
    service: Service,
    handler: type[WeChatHandler],
    io_loop: IOLoop,
) -> Endpoint:
    """Return the account as it is served; `equipment` gives it its window."""
    made = Endpoint(account, handler, service)
    made.state = io_loop.run_sync(lambda: handler.startup(account))
    return made


@pytest.fixture
def world(http_server: HTTPServer, base_url: str, kind: AccountKind) -> World:
    """Return WeChat in front of the account's server."""
    simulated = SimulatedAccount(
        url=f"{base_url}/wechat", token=pushes.TOKEN, app_id=pushes.APP_ID, kind=kind
    )
    return World(simulated, rules=Rules(cutoff=CUTOFF))


@pytest.fixture
def equipment(
    endpoint: Endpoint, world: World, store: MemoryStore, io_loop: IOLoop, max_running: int
) -> Iterator[Equipment]:
    """Give the account its window, and its client if it is verified."""
    served: AbstractAsyncContextManager[None] = listening(world)

    async def begin() -> tuple[Equipment, Transport]:
        await served.__aenter__()
        transport = Transport()
        if world.account.kind is AccountKind.VERIFIED_SERVICE:
            credentials = Credentials(
                name="default",
                app_id=world.account.app_id,
                app_secret=world.account.app_secret,
                base=world.base_url,
            )
            timing = Timing(sleep=lambda _: asyncio.sleep(0))
            endpoint.api = Api(credentials, transport, store, timing)
        settings = Settings(accounts=(endpoint.account,), max_running=max_running)
        return equip([endpoint], store, settings), transport

    made, transport = io_loop.run_sync(begin)

    async def end() -> None:
        await made.ledger.release()
        transport.close()
        await served.__aexit__(None, None, None)

    yield made
    io_loop.run_sync(end)


@pytest.fixture
def user(world: World, equipment: Equipment) -> WeChatUser:
    """Return a follower of the account, to act for."""
    return world.user(pushes.USER)


Until = Callable[[Callable[[], object]], Awaitable[None]]


@pytest.fixture
def until() -> Until:
    """Return what waits until something is so."""

    async def wait(condition: Callable[[], object]) -> None:
        async with asyncio.timeout(30):
            while not condition():  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    return wait


def pushed(user: WeChatUser) -> list[str]:
    """Return the texts that the account sent by itself."""
    return [str(item.content.get("content")) for item in user.user.chat if item.pushed]
