"""A hook that raises, on an attempt that is not the first: it has ended, and is not run again."""

import asyncio

import pytest

from handlers.hooked import Answer
from handlers.service import Endpoint
from handlers.wechat import WeChatHandler
from simulator.user import WeChatUser
from simulator.world import World
from tests.scenarios.conftest import SCALE, Slow
from wechat.messages import TextMessage
from wechat.replies import TextReply


class Failing(Slow):
    """Fails after so many of WeChat's seconds."""

    async def on_text(self, message: TextMessage) -> Answer:
        """Take the time, and fail."""
        self.state["runs"].append(message.content)
        await asyncio.sleep(float(message.content) * SCALE)
        raise LookupError("a mistake")


@pytest.fixture
def handler() -> type[WeChatHandler]:
    """Return the one that fails."""
    return Failing


@pytest.fixture
def more_settings() -> dict[str, str]:
    """Return an account that apologizes."""
    return {"error_reply": "sorry"}


@pytest.mark.gen_test(timeout=60)
async def test_apology(user: WeChatUser, world: World, endpoint: Endpoint) -> None:
    """The second attempt gets the apology, and so does whatever comes after; it ran once."""
    delivery = await user.text("5.5")
    assert delivery.reply == TextReply("sorry")
    assert len(delivery.attempts) == 2
    again = await world.pusher.run(world.pusher.begin(delivery.fields))
    assert again.reply == TextReply("sorry")
    assert endpoint.state["runs"] == ["5.5"]
