"""An attempt whose forerunners another process saw, or none: its age tells which one it is."""

from dataclasses import dataclass
from time import time

import pytest

from handlers.service import Endpoint, Service
from simulator.engine.record import Delivery, Outcome
from simulator.user import WeChatUser
from simulator.world import World
from tests import pushes
from tests.scenarios.conftest import CUTOFF
from tests.scenarios.test_slow_answer import NOTICE
from wechat.replies import TextReply


@dataclass
class Clock:
    """The service's clock, which stands where a test puts it."""

    now: float

    def __call__(self) -> float:
        """Return Unix seconds."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Return a clock by which the process starts long before the pushes."""
    return Clock(time() - 100)


@pytest.fixture
def service(clock: Clock) -> Service:
    """Return the process."""
    return Service(clock=clock)


async def push(world: World, content: str, created: float) -> Delivery:
    """Return what becomes of a text that was sent at a time."""
    fields = pushes.message(Content=content, CreateTime=int(created))
    return await world.pusher.run(world.pusher.begin(fields))


@pytest.mark.gen_test(timeout=60)
async def test_last_by_age(
    user: WeChatUser, world: World, endpoint: Endpoint, clock: Clock
) -> None:
    """One as old as WeChat's third attempt is the third: it is acknowledged."""
    clock.now = float(int(time()))
    delivery = await push(world, "30 answer", clock.now - 2 * CUTOFF)
    assert delivery.reply == TextReply(NOTICE)
    assert [attempt.outcome for attempt in delivery.attempts] == [Outcome.ANSWERED]
    assert endpoint.state["attempts"] == [3]


@pytest.mark.gen_test(timeout=60)
@pytest.mark.parametrize("ahead", [12, -12])
async def test_wrong_clock(
    ahead: int, user: WeChatUser, world: World, endpoint: Endpoint, clock: Clock
) -> None:
    """A clock that is wrong makes nobody old: the second attempt gets the reply all the same."""
    clock.now = float(int(time()))
    for _ in range(5):
        await push(world, "0 before", clock.now - ahead)
    delivery = await push(world, "5.5 answer", clock.now - ahead)
    assert delivery.reply == TextReply("answer")
    assert len(delivery.attempts) == 2
    assert endpoint.state["attempts"][-1] == 1


@pytest.mark.gen_test(timeout=60)
@pytest.mark.parametrize("before", [1, 0])
async def test_sent_before_the_start(
    before: float, user: WeChatUser, world: World, endpoint: Endpoint, clock: Clock
) -> None:
    """One from before this process may be the last of its attempts: it is acknowledged.

    One of the very second may be older than the process, by its whole seconds.
    """
    delivery = await push(world, "30 answer", clock.now - before)
    assert delivery.reply == TextReply(NOTICE)
    assert len(delivery.attempts) == 1


@pytest.mark.gen_test(timeout=60)
async def test_sent_after_the_start(
    user: WeChatUser, world: World, endpoint: Endpoint, clock: Clock
) -> None:
    """One of the next second is no older than the process: it is held."""
    delivery = await push(world, "5.5 answer", clock.now + 1)
    assert delivery.reply == TextReply("answer")
    assert len(delivery.attempts) == 2
