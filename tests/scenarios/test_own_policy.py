"""A hook that says itself how long its user waits, and what they are told."""

import time

import pytest

from delivery.policy import HookPolicy
from handlers.service import Endpoint
from handlers.wechat import WeChatHandler
from simulator.engine.record import Outcome, Shown
from simulator.user import WeChatUser
from tests.scenarios.conftest import SCALE, Slow, Until
from wechat.replies import TextReply


class Patient(Slow):
    """Wants its first attempt acknowledged after a second, and nothing said."""

    policies = {"on_text": HookPolicy(deadline=SCALE, ack_attempt=1, notice="")}  # noqa: RUF012


@pytest.fixture
def handler() -> type[WeChatHandler]:
    """Return the one with a policy."""
    return Patient


@pytest.mark.gen_test(timeout=60)
async def test_policy(user: WeChatUser, endpoint: Endpoint, until: Until) -> None:
    """It is acknowledged after one of WeChat's seconds, silently; the reply is parked."""
    began = time.monotonic()
    delivery = await user.text("3 answer")
    assert time.monotonic() - began < 3 * SCALE
    assert delivery.verdict
    assert delivery.verdict.shown is Shown.SILENCE
    assert [attempt.outcome for attempt in delivery.attempts] == [Outcome.ANSWERED]
    await until(lambda: endpoint.window.late.parked[user.openid])
    assert (await user.text("0 next")).reply == TextReply("answer\n\nnext")
