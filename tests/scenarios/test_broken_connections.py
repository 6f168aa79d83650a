"""Connections break while the hook runs: the same request comes up to four times in a second."""

import pytest

from handlers.service import Endpoint
from simulator.engine.conditions import Faults
from simulator.engine.record import Outcome
from simulator.user import WeChatUser
from simulator.world import World
from tests.scenarios.between import balanced
from tests.scenarios.conftest import Until
from tests.scenarios.test_slow_answer import NOTICE
from wechat.replies import TextReply

BROKEN = [Outcome.BROKEN] * 3


@pytest.mark.gen_test(timeout=60)
@pytest.mark.parametrize("hides", [True, False])
async def test_burst(*, hides: bool, user: WeChatUser, world: World, endpoint: Endpoint) -> None:
    """Four with one query are one message: the hook runs once, and the last is answered."""
    async with balanced(world) as balancer:
        balancer.cuts, balancer.hides = 3, hides
        delivery = await user.text("2 answer")
    assert delivery.reply == TextReply("answer")
    assert [attempt.outcome for attempt in delivery.attempts] == [*BROKEN, Outcome.ANSWERED]
    assert len({attempt.target for attempt in delivery.attempts}) == 1
    assert endpoint.state["runs"] == ["answer"]


@pytest.mark.gen_test(timeout=60)
async def test_burst_before_a_slow_answer(
    user: WeChatUser, world: World, endpoint: Endpoint, until: Until
) -> None:
    """No fifth would come: the fourth is acknowledged at its deadline, and no reply lost."""
    async with balanced(world) as balancer:
        balancer.cuts, balancer.hides = 3, False
        delivery = await user.text("6 answer")
        assert delivery.reply == TextReply(NOTICE)
        assert [attempt.outcome for attempt in delivery.attempts] == [*BROKEN, Outcome.ANSWERED]
        await until(lambda: endpoint.window.late.parked[user.openid])
        assert (await user.text("0 next")).reply == TextReply("answer\n\nnext")
    assert endpoint.state["runs"] == ["answer", "next"]


@pytest.mark.gen_test(timeout=60)
async def test_fourth_attempt(user: WeChatUser, world: World, endpoint: Endpoint) -> None:
    """Where three answers were lost, the fourth attempt gets the same, and no second run."""
    world.pusher.faults = Faults(lose=frozenset({1, 2, 3}))
    delivery = await user.text("0 answer")
    assert delivery.reply == TextReply("answer")
    assert len(delivery.attempts) == 4
    assert endpoint.state["runs"] == ["answer"]


class TestLostAcknowledgement:
    """An acknowledgement that WeChat never saw is given again, and the reply is not."""

    @pytest.fixture
    def more_settings(self) -> dict[str, str]:
        """Return an account that acknowledges the first attempt."""
        return {"ack_attempt": "1"}

    @pytest.mark.gen_test(timeout=60)
    async def test_given_again(
        self, user: WeChatUser, world: World, endpoint: Endpoint, until: Until
    ) -> None:
        """Four attempts get one notice; the reply is not spent on any of them."""
        world.pusher.faults = Faults(lose=frozenset({1, 2, 3}))
        delivery = await user.text("5 answer")
        assert delivery.reply == TextReply(NOTICE)
        assert len(delivery.attempts) == 4
        await until(lambda: endpoint.window.late.parked[user.openid])
        again = await world.pusher.run(world.pusher.begin(delivery.fields))
        assert again.reply == TextReply(NOTICE)
        world.pusher.faults = Faults(lose=frozenset({1}))
        handed_over = await user.text("0 next")
        assert len(handed_over.attempts) == 2
        assert handed_over.reply == TextReply("answer\n\nnext")
        assert endpoint.state["runs"] == ["answer", "next"]
