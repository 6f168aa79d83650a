"""The user asks for what is late by the word that the notice names."""

import pytest

from handlers.hooked import Answer
from handlers.service import Endpoint
from handlers.wechat import WeChatHandler
from simulator.user import WeChatUser
from tests.scenarios.conftest import Slow, Until
from tests.scenarios.test_slow_answer import NOTICE
from wechat.messages import TextMessage
from wechat.replies import TextReply

WORD = "查看"
HOOKS = TextReply("the hook's own")


class Worded(Slow):
    """Has an answer of its own for the word."""

    async def on_text(self, message: TextMessage) -> Answer:
        """Answer the word at once, all else slowly."""
        if message.content == WORD:
            self.state["runs"].append(WORD)
            return HOOKS
        return await super().on_text(message)


@pytest.fixture
def handler() -> type[WeChatHandler]:
    """Return what has a hook for the word, too."""
    return Worded


@pytest.fixture
def more_settings() -> dict[str, str]:
    """Return an account that acknowledges the first attempt."""
    return {"ack_attempt": "1"}


@pytest.mark.gen_test(timeout=60)
async def test_not_ready_yet(user: WeChatUser, endpoint: Endpoint) -> None:
    """The word waits until its own deadline; then it gets the notice again, and may be repeated."""
    assert (await user.text("10 answer")).reply == TextReply(NOTICE)
    assert (await user.text(WORD)).reply == TextReply(NOTICE)
    assert (await user.text(WORD)).reply == TextReply("answer")
    assert endpoint.state["runs"] == ["answer"]
    assert (await user.text(WORD)).reply == HOOKS  # nothing waits any more
    assert endpoint.state["runs"] == ["answer", WORD]


@pytest.mark.gen_test(timeout=60)
async def test_no_message_is_swallowed(user: WeChatUser, endpoint: Endpoint, until: Until) -> None:
    """Any other text has its own hook, and takes along what is parked; oldest first."""
    endpoint.state["later"] = [TextReply("one"), TextReply("two")]
    assert (await user.text("0 answer")).reply == TextReply("answer")
    await until(lambda: endpoint.window.late.parked[user.openid] == 2)
    endpoint.state["later"] = []
    assert (await user.text("0 查看!")).reply == TextReply("one\n\ntwo\n\n查看!")
    assert (await user.text("0 next")).reply == TextReply("next")


@pytest.mark.gen_test(timeout=60)
async def test_another_user(user: WeChatUser, endpoint: Endpoint, until: Until) -> None:
    """What is parked for one is nobody else's."""
    endpoint.state["later"] = [TextReply("mine")]
    await user.text("0 answer")
    await until(lambda: endpoint.window.late.parked[user.openid])
    assert (await user.world.user("oOther").text(WORD)).reply == HOOKS
    assert (await user.text(WORD)).reply == TextReply("mine")


class TestOtherWord:
    """The word is a setting; where it is empty there is none."""

    @pytest.fixture
    def more_settings(self) -> dict[str, str]:
        """Return an account without a word."""
        return {"pickup": ""}

    @pytest.mark.gen_test(timeout=60)
    async def test_none(self, user: WeChatUser, endpoint: Endpoint, until: Until) -> None:
        """It is a text like any other."""
        endpoint.state["later"] = [TextReply("one")]
        await user.text("0 answer")
        await until(lambda: endpoint.window.late.parked[user.openid])
        assert (await user.text(WORD)).reply == TextReply("one\n\nthe hook's own")
