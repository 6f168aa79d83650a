"""The example of a slow answerer, as its users meet it."""

import pytest

from handlers.chatbot import STORY, ChatbotHandler
from handlers.service import Endpoint
from handlers.wechat import WeChatHandler
from simulator.account import AccountKind
from simulator.engine.record import Shown
from simulator.user import WeChatUser
from tests.scenarios.conftest import SCALE, Until, pushed
from wechat.replies import TextReply

ANSWER = f"“讲个故事”？{STORY}"


@pytest.fixture
def handler() -> type[WeChatHandler]:
    """Return the example."""
    return ChatbotHandler


def slow_down(endpoint: Endpoint, seconds: float) -> None:
    """Let an answer take so many of WeChat's seconds."""
    endpoint.state.pause = seconds * SCALE / (len(ANSWER) / endpoint.state.step)


@pytest.mark.gen_test(timeout=60)
async def test_within_the_window(user: WeChatUser, endpoint: Endpoint) -> None:
    """An answer of 11 seconds is there at the third attempt."""
    slow_down(endpoint, 11)
    assert (await user.text("讲个故事")).reply == TextReply(ANSWER)


@pytest.mark.gen_test(timeout=60)
async def test_fetched(user: WeChatUser, endpoint: Endpoint) -> None:
    """One of 20 seconds is fetched by the word that the hook's own notice names."""
    slow_down(endpoint, 20)
    notice = await user.text("讲个故事")
    assert notice.reply == TextReply("正在思考，稍后回复“查看”获取回答")
    assert (await user.text("查看")).reply == TextReply(ANSWER)


@pytest.mark.parametrize("kind", [AccountKind.VERIFIED_SERVICE])
@pytest.mark.gen_test(timeout=60)
async def test_pushed(user: WeChatUser, endpoint: Endpoint, until: Until) -> None:
    """On a verified account it just comes, and nobody had to wait or to ask."""
    slow_down(endpoint, 8)
    delivery = await user.text("讲个故事")
    assert delivery.verdict
    assert delivery.verdict.shown is Shown.SILENCE
    assert len(delivery.attempts) == 1
    await until(lambda: pushed(user) == [ANSWER])


@pytest.mark.gen_test(timeout=60)
async def test_greeting(user: WeChatUser, endpoint: Endpoint) -> None:
    """A quick hook of the same account is as quick as any."""
    await user.unfollow()
    assert (await user.follow()).reply == TextReply("问我任何问题。")
