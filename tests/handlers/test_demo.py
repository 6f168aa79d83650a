"""The worked example does exactly what it says, to users as WeChat shows it to them."""

from collections.abc import Awaitable, Callable

import pytest

from handlers.demo import DemoHandler
from handlers.wechat import WeChatHandler
from simulator.engine.record import Delivery, Shown
from simulator.user import WeChatUser
from simulator.world import World
from wechat.crypto import EncryptionMode
from wechat.replies import TextReply

Act = Callable[[WeChatUser], Awaitable[Delivery]]
every_mode = pytest.mark.parametrize("account", list(EncryptionMode), indirect=True)


@pytest.fixture
def handler() -> type[WeChatHandler]:
    """Serve the demo account."""
    return DemoHandler


@every_mode
@pytest.mark.parametrize(
    ("act", "text"),
    [
        (lambda user: user.text(" 你好\n"), " 你好\n"),
        (lambda user: user.voice("天气"), "天气"),
        (lambda user: user.voice(), "未识别"),
        (lambda user: user.image(), "I love you, itcast!"),
        (lambda user: user.location(1, 2), "I love you, itcast!"),
        (lambda user: user.message("hologram"), "I love you, itcast!"),
        (lambda user: user.event("subscribe", EventKey="last_trade_no_4"), "感谢您的关注!"),
        (lambda user: user.scan(42), "您扫描的场景值为:42"),
    ],
)
@pytest.mark.gen_test
async def test_answers(act: Act, text: str, user: WeChatUser) -> None:
    """Each of these acts is answered with its text, whatever the mode."""
    assert (await act(user)).reply == TextReply(text)


@every_mode
@pytest.mark.parametrize(
    ("scene", "text"), [(None, "感谢您的关注!"), ("42", "感谢您的关注!场景值:42")]
)
@pytest.mark.gen_test
async def test_greets(scene: str | None, text: str, world: World) -> None:
    """A new follower is thanked, and told the scene of the code that led here."""
    world.users.add("oStranger")
    assert (await world.user("oStranger").follow(scene)).reply == TextReply(text)


@every_mode
@pytest.mark.parametrize("name", ["unsubscribe", "LOCATION", "CLICK", "VIEW", "poi_check_notify"])
@pytest.mark.gen_test
async def test_acknowledges(name: str, user: WeChatUser) -> None:
    """Every other event is acknowledged without a reply."""
    delivery = await user.event(name)
    assert delivery.verdict
    assert delivery.verdict.shown is Shown.SILENCE
    assert delivery.attempts[0].answer == b"success"
