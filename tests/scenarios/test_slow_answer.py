"""A hook that is slower than an attempt, on an account that may not push."""

import pytest

from handlers.service import Endpoint
from simulator.engine.record import Outcome
from simulator.user import WeChatUser
from tests.scenarios.conftest import Until, pushed
from wechat.replies import TextReply

NOTICE = "正在处理，请稍后回复“查看”获取结果"


@pytest.mark.gen_test(timeout=60)
@pytest.mark.parametrize(("seconds", "attempts"), [("0", 1), ("3", 1), ("7", 2), ("12", 3)])
async def test_in_the_window(
    seconds: str, attempts: int, user: WeChatUser, endpoint: Endpoint
) -> None:
    """A reply that is ready while WeChat asks for it is given then; the hook runs once."""
    delivery = await user.text(f"{seconds} answer")
    assert delivery.reply == TextReply("answer")
    assert len(delivery.attempts) == attempts
    assert endpoint.state["runs"] == ["answer"]
    assert endpoint.state["attempts"] == [1]


@pytest.mark.gen_test(timeout=60)
async def test_after_the_window(user: WeChatUser, endpoint: Endpoint, until: Until) -> None:
    """One that is slower is acknowledged at the third attempt, and comes with the next message."""
    delivery = await user.text("17 answer")
    assert delivery.reply == TextReply(NOTICE)
    outcomes = [attempt.outcome for attempt in delivery.attempts]
    assert outcomes == [Outcome.HUNG_UP, Outcome.HUNG_UP, Outcome.ANSWERED]
    late = endpoint.window.late
    await until(lambda: late.parked[user.openid])
    assert not late.pending
    again = await user.text("0 next")
    assert again.reply == TextReply("answer\n\nnext")
    assert endpoint.state["runs"] == ["answer", "next"]
    assert not late.has(user.openid)
    assert (await user.text("0 third")).reply == TextReply("third")
    assert pushed(user) == []


@pytest.mark.gen_test(timeout=60)
async def test_pick_up(user: WeChatUser, endpoint: Endpoint) -> None:
    """The pick-up word waits for what is late in its own window, and runs no hook."""
    await user.text("17 answer")
    picked = await user.text(" 查看 ")
    assert picked.reply == TextReply("answer")
    assert endpoint.state["runs"] == ["answer"]
    assert len(picked.attempts) == 1


@pytest.mark.gen_test(timeout=60)
async def test_pick_up_of_nothing(user: WeChatUser, endpoint: Endpoint) -> None:
    """Where nothing waits, the word is a text like any other."""
    endpoint.state["answers"][""] = TextReply("an ordinary text")
    slow = await user.text("0")
    assert slow.reply == TextReply("an ordinary text")


@pytest.mark.gen_test(timeout=60)
async def test_nothing_late(user: WeChatUser, endpoint: Endpoint, until: Until) -> None:
    """A slow hook that answers nothing leaves nothing behind."""
    await user.text("16 ")
    await until(lambda: not endpoint.window.late.has(user.openid))
    assert (await user.text("0 next")).reply == TextReply("next")
