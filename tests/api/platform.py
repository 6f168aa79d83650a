"""What the tests of the client act on: the platform, its clock, and the client's pauses."""

from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any

from api.client import Api
from api.credentials import Credentials
from api.timing import Timing
from api.transport import Transport
from simulator.account import DEVELOPMENT_APP_ID, DEVELOPMENT_SECRET
from simulator.platform.quotas import Trigger
from simulator.users import User
from simulator.world import ApiCall, World
from stores.base import Store, StoredToken
from stores.memory import MemoryStore
from tests.simulator.platform.calling import START, USER
from tests.simulator.platform.calling import Clock as PlatformClock

__all__ = ["START", "USER"]


@dataclass
class Clock(PlatformClock):
    """The platform's clock, which a pause of the client moves, too."""

    pauses: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        """Pass the time at once."""
        self.pauses.append(seconds)
        self.now += seconds


@dataclass
class Client:
    """Makes clients of the platform that `world` plays, all by one clock."""

    world: World
    transport: Transport
    clock: Clock

    @property
    def timing(self) -> Timing:
        """The time of the test."""
        return Timing(clock=self.clock, timer=self.clock, sleep=self.clock.sleep)

    def credentials(self, **given: Any) -> Credentials:
        """Return by what the account proves itself, right unless `given` otherwise."""
        values = {
            "name": "default",
            "app_id": DEVELOPMENT_APP_ID,
            "app_secret": DEVELOPMENT_SECRET,
            "base": self.world.base_url,
        }
        return Credentials(**(values | given))

    def token(self) -> StoredToken:
        """Return a token that looks like one."""
        return StoredToken("x" * 40, self.clock() + 7200)

    def api(self, store: Store | None = None, **given: Any) -> Api:
        """Return a client, with a store of its own unless one is given."""
        credentials = self.credentials(**given)
        return Api(credentials, self.transport, store or MemoryStore(self.clock), self.timing)


def calls(world: World, path: str = "") -> list[ApiCall]:
    """Return the calls that reached the platform, of `path` if one is given."""
    return [call for call in world.calls if call.path == path or not path]


def follower(world: World, openid: str = USER) -> User:
    """Return somebody who follows the account, and wrote to it just now."""
    user = world.user(openid).user
    world.platform.quotas.trigger(openid, Trigger.MESSAGE)
    return user


async def failure(work: Awaitable[Any]) -> BaseException:
    """Return what `work` raises."""
    try:
        await work
    except BaseException as error:  # noqa: BLE001
        return error
    raise AssertionError("nothing was raised")
