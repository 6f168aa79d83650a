"""The user does something other than writing: what is awaited, and what nobody sees."""

import asyncio

import pytest

from handlers.hooked import Answer
from handlers.service import Endpoint
from handlers.wechat import WeChatHandler
from simulator.engine import pushes
from simulator.engine.record import Outcome
from simulator.user import WeChatUser
from simulator.world import World
from tests.scenarios.conftest import SCALE, Slow, Until
from wechat.events import ClickEvent, ViewEvent
from wechat.replies import TextReply, TransferReply


class Tapped(Slow):
    """Answers taps on buttons, too."""

    async def on_click_event(self, message: ClickEvent) -> Answer:
        """Answer with the key, after as many of WeChat's seconds as it says."""
        self.state["runs"].append(message.key)
        await asyncio.sleep(float(message.key.partition(" ")[0]) * SCALE)
        return message.key.partition(" ")[2] or None

    async def on_view_event(self, message: ViewEvent) -> Answer:
        """Take longer than WeChat waits."""
        self.state["runs"].append("view")
        await asyncio.sleep(30 * SCALE)
        return "seen by nobody"


@pytest.fixture
def handler() -> type[WeChatHandler]:
    """Return what is tapped."""
    return Tapped


@pytest.mark.gen_test(timeout=60)
async def test_nobody_waits(user: WeChatUser, endpoint: Endpoint) -> None:
    """A slow hook of an event that shows no answer is acknowledged at once, without a notice."""
    delivery = await user.view("https://example.com/")
    assert [attempt.outcome for attempt in delivery.attempts] == [Outcome.ANSWERED]
    assert delivery.attempts[0].answer == b"success"


@pytest.mark.gen_test(timeout=60)
async def test_somebody_waits(user: WeChatUser, endpoint: Endpoint) -> None:
    """A tap on a button is answered at the second attempt, as a message would be."""
    delivery = await user.click("5.5 tapped")
    assert delivery.reply == TextReply("tapped")
    assert len(delivery.attempts) == 2
    assert endpoint.state["runs"] == ["5.5 tapped"]


@pytest.mark.gen_test(timeout=60)
async def test_two_in_one_second(user: WeChatUser, world: World, endpoint: Endpoint) -> None:
    """Two taps of a second are two, by what else they say; the same once more is not."""
    one, two = (
        pushes.event("CLICK", user.openid, "gh_0123456789ab", 1, EventKey=f"0 {key}")
        for key in ("one", "two")
    )
    for fields in (one, two, one):
        delivery = await world.pusher.push(fields)
        assert delivery.reply == TextReply(str(fields["EventKey"])[2:])
    assert endpoint.state["runs"] == ["0 one", "0 two"]


@pytest.mark.gen_test(timeout=60)
@pytest.mark.parametrize(
    ("says", "given"),
    [("tapped", "parked\n\ntapped"), ("", "parked")],
    ids=["answered", "acknowledged"],
)
async def test_parked(
    says: str, given: str, user: WeChatUser, endpoint: Endpoint, until: Until
) -> None:
    """What is parked goes out with a tap, answered or not; but not with what shows nothing."""
    endpoint.state["later"] = [TextReply("parked")]
    await user.text("0 answer")
    await until(lambda: endpoint.window.late.parked[user.openid])
    assert (await user.enter()).reply is None
    assert (await user.click(f"0 {says}")).reply == TextReply(given)
    assert not endpoint.window.late.has(user.openid)


@pytest.mark.gen_test(timeout=60)
async def test_parked_transfer(user: WeChatUser, endpoint: Endpoint, until: Until) -> None:
    """A transfer to customer service waits for a message: WeChat takes none for a tap."""
    endpoint.state["later"] = [TransferReply()]
    await user.text("0 answer")
    await until(lambda: endpoint.window.late.parked[user.openid])
    endpoint.state["later"] = []
    assert (await user.click("0 tapped")).reply == TextReply("tapped")
    assert (await user.text("0 ")).reply == TransferReply()
