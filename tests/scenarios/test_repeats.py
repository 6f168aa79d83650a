"""WeChat sends the same push again: after a lost answer, as twins, after the answer."""

import asyncio

import pytest

from handlers.service import Endpoint
from simulator.engine.conditions import Faults
from simulator.engine.record import Shown
from simulator.user import WeChatUser
from simulator.world import World
from tests.scenarios.conftest import SCALE, Until
from wechat.replies import TextReply


@pytest.mark.gen_test(timeout=60)
async def test_lost_answer(user: WeChatUser, world: World, endpoint: Endpoint) -> None:
    """A retry whose first answer was lost gets the same, and no second run of the hook."""
    world.pusher.faults = Faults(lose=frozenset({1, 2}))
    delivery = await user.text("0 answer")
    assert delivery.reply == TextReply("answer")
    assert len(delivery.attempts) == 3
    assert endpoint.state["runs"] == ["answer"]


@pytest.mark.gen_test(timeout=60)
@pytest.mark.parametrize("seconds", ["0", "2", "7"])
async def test_twins(seconds: str, user: WeChatUser, world: World, endpoint: Endpoint) -> None:
    """Two requests at once are one attempt, and get the same reply."""
    world.pusher.faults = Faults(twin=True)
    delivery = await user.text(f"{seconds} answer")
    assert delivery.reply == TextReply("answer")
    assert delivery.verdict
    assert delivery.verdict.warnings == ()
    assert endpoint.state["runs"] == ["answer"]
    assert len(delivery.attempts) == (4 if seconds == "7" else 2)


@pytest.mark.gen_test(timeout=60)
async def test_twins_of_a_late_one(user: WeChatUser, world: World, endpoint: Endpoint) -> None:
    """Twins do not count double: a slow hook has three times five seconds all the same."""
    world.pusher.faults = Faults(twin=True)
    delivery = await user.text("12 answer")
    assert delivery.reply == TextReply("answer")


@pytest.mark.gen_test(timeout=60)
async def test_after_the_answer(user: WeChatUser, world: World, endpoint: Endpoint) -> None:
    """The same push once more, after it was answered, gets the same answer."""
    first = await user.text("0 answer")
    again = await world.pusher.run(world.pusher.begin(first.fields))
    assert again.reply == TextReply("answer")
    assert endpoint.state["runs"] == ["answer"]


@pytest.mark.gen_test(timeout=60)
async def test_after_the_acknowledgement(
    user: WeChatUser, world: World, endpoint: Endpoint
) -> None:
    """After it was acknowledged it gets the acknowledgement, never the reply."""
    first = await user.text("30 answer")
    assert first.reply
    again = await world.pusher.run(world.pusher.begin(first.fields))
    assert again.reply == first.reply
    assert endpoint.state["runs"] == ["answer"]


@pytest.mark.gen_test(timeout=60)
async def test_given_up(user: WeChatUser, world: World, endpoint: Endpoint, until: Until) -> None:
    """A reply for which WeChat no longer asks is not lost: it comes with the next message."""
    world.pusher.rules = type(world.pusher.rules)(cutoff=world.pusher.rules.cutoff, attempts=1)
    delivery = await user.text("7 answer")
    assert delivery.fault
    await until(lambda: endpoint.window.late.parked[user.openid])
    assert (await user.text("0 next")).reply == TextReply("answer\n\nnext")


@pytest.mark.gen_test(timeout=60)
async def test_retry_after_all(
    user: WeChatUser, world: World, endpoint: Endpoint, until: Until
) -> None:
    """A retry that comes when nobody expected it any more gets its parked reply."""
    world.pusher.rules = type(world.pusher.rules)(cutoff=world.pusher.rules.cutoff, attempts=1)
    first = await user.text("7 answer")
    await until(lambda: endpoint.window.late.parked[user.openid])
    again = await world.pusher.run(world.pusher.begin(first.fields))
    assert again.reply == TextReply("answer")
    assert not endpoint.window.late.has(user.openid)
    assert (await user.text("0 next")).reply == TextReply("next")
    assert endpoint.state["runs"] == ["answer", "next"]


@pytest.mark.gen_test(timeout=60)
async def test_unanswered_event(user: WeChatUser, endpoint: Endpoint) -> None:
    """An event whose answer nobody sees is acknowledged at its first deadline."""
    delivery = await user.unfollow()
    assert delivery.verdict
    assert delivery.verdict.shown is Shown.SILENCE
    assert len(delivery.attempts) == 1


@pytest.mark.gen_test(timeout=60)
async def test_leaving(user: WeChatUser, endpoint: Endpoint, until: Until) -> None:
    """Who unfollows takes what is parked along."""
    await user.text("17 answer")
    await until(lambda: endpoint.window.late.parked[user.openid])
    await user.unfollow()
    await until(lambda: not endpoint.window.late.has(user.openid))
    await asyncio.sleep(SCALE)
    await user.follow()
    assert (await user.text("0 next")).reply == TextReply("next")
