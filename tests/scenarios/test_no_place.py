"""No hook is free for a message within its window: it is late, and the log says what for."""

import asyncio

import pytest

from handlers.service import Endpoint
from simulator.user import WeChatUser
from simulator.world import World
from tests.scenarios.conftest import SCALE, Until
from tests.scenarios.test_slow_answer import NOTICE
from wechat.replies import TextReply


@pytest.fixture
def max_running() -> int:
    """Return one place."""
    return 1


@pytest.fixture
def more_settings() -> dict[str, str]:
    """Return an account that acknowledges the first attempt."""
    return {"ack_attempt": "1"}


@pytest.mark.gen_test(timeout=60)
async def test_late(
    user: WeChatUser,
    world: World,
    endpoint: Endpoint,
    until: Until,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It counts as running while it waits: it is acknowledged, run in its turn, and parked."""
    slow = asyncio.create_task(world.user("oOther").text("6 slow"))
    await asyncio.sleep(0.2 * SCALE)
    delivery = await user.text("0 quick")
    assert delivery.reply == TextReply(NOTICE)
    assert endpoint.state["runs"] == ["slow"]
    key = f"default:{user.openid}:{delivery.fields['MsgId']}"
    assert f"as many as may (WECHAT_MAX_RUNNING): {key} waits" in caplog.text
    assert f"{key}: the reply is late, for its hook waits for a place" in caplog.text
    await slow
    await until(lambda: endpoint.window.late.parked[user.openid])
    assert (await user.text("0 next")).reply == TextReply("quick\n\nnext")
    assert endpoint.state["runs"] == ["slow", "quick", "next"]


@pytest.mark.gen_test(timeout=60)
async def test_word_takes_none(user: WeChatUser, world: World, endpoint: Endpoint) -> None:
    """Who fetches what is late keeps no hook from running."""
    endpoint.window.late.begin(user.openid)  # as of a push that is tried again in 30 seconds
    word = asyncio.create_task(user.text("查看"))
    await asyncio.sleep(0.2 * SCALE)
    assert (await world.user("oOther").text("0 quick")).reply == TextReply("quick")
    endpoint.window.late.end(user.openid)
    await word
