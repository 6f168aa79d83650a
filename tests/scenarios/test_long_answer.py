"""An answer that is longer than one message, on an account that may not push."""

import pytest

from handlers.service import Endpoint
from simulator.engine.conditions import Faults
from simulator.user import WeChatUser
from simulator.world import World
from tests.scenarios.conftest import Until, pushed
from wechat.replies import TextReply

LINES = [f"{number} " + "长" * 200 for number in range(8)]  # 603 bytes each


@pytest.fixture(autouse=True)
def long(endpoint: Endpoint) -> None:
    """Have the hook say more than fits."""
    endpoint.state["answers"]["long"] = TextReply("\n".join(LINES))


@pytest.mark.gen_test(timeout=60)
async def test_rest_is_parked(user: WeChatUser, endpoint: Endpoint, until: Until) -> None:
    """The first part is the answer; each further one comes with a message, none is swallowed."""
    first = await user.text("0 long")
    got = [first.reply]
    for number in range(2):
        await until(lambda: endpoint.window.late.parked[user.openid] == 1)
        got.append((await user.text("查看" if number else "0 ")).reply)
    assert got == [TextReply("\n".join(LINES[n : n + 3])) for n in (0, 3, 6)]
    await until(lambda: not endpoint.window.late.has(user.openid))
    assert pushed(user) == []


@pytest.mark.gen_test(timeout=60)
async def test_retry(user: WeChatUser, world: World, endpoint: Endpoint, until: Until) -> None:
    """A retry gets the same part, and the rest is owed once."""
    world.pusher.faults = Faults(lose=frozenset({1, 2}))
    delivery = await user.text("0 long")
    assert delivery.reply == TextReply("\n".join(LINES[:3]))
    await until(lambda: endpoint.window.late.parked[user.openid])
    assert endpoint.window.late.parked[user.openid] == 1
    assert endpoint.state["runs"] == ["long"]


@pytest.mark.gen_test(timeout=60)
async def test_behind_what_is_parked(user: WeChatUser, endpoint: Endpoint, until: Until) -> None:
    """What does not fit behind a parked reply is not cut off, nor does it overtake that one."""
    endpoint.state["later"] = [TextReply("p" * 1000)]
    await user.text("0 answer")
    await until(lambda: endpoint.window.late.parked[user.openid])
    endpoint.state["later"] = []
    endpoint.state["answers"]["big"] = TextReply("b" * 1000)
    assert (await user.text("0 big")).reply == TextReply("p" * 1000)
    await until(lambda: endpoint.window.late.parked[user.openid])
    assert (await user.text("0 next")).reply == TextReply("b" * 1000 + "\n\nnext")
