"""A hook that is slower than an attempt, on an account that may push."""

import pytest

from handlers.service import Endpoint
from simulator.account import AccountKind
from simulator.engine.record import Shown
from simulator.user import WeChatUser
from simulator.world import World
from stores.memory import MemoryStore
from tests.scenarios.conftest import Until, pushed
from wechat.replies import Article, ImageReply, NewsReply, TextReply, TransferReply

SEND = "/cgi-bin/message/custom/send"


@pytest.fixture
def kind() -> AccountKind:
    """Return an account that may push."""
    return AccountKind.VERIFIED_SERVICE


@pytest.mark.gen_test(timeout=60)
async def test_pushed(
    user: WeChatUser, endpoint: Endpoint, until: Until, store: MemoryStore
) -> None:
    """It is acknowledged at the first deadline, so nobody hangs up, and pushed when ready."""
    delivery = await user.text("7 answer")
    assert delivery.verdict
    assert delivery.verdict.shown is Shown.SILENCE
    assert len(delivery.attempts) == 1
    assert len(await store.items()) == 1
    await until(lambda: pushed(user) == ["answer"])
    await until(lambda: not endpoint.window.late.has(user.openid))
    assert await store.items() == ()
    assert endpoint.state["runs"] == ["answer"]


@pytest.mark.gen_test(timeout=60)
async def test_other_kinds(user: WeChatUser, endpoint: Endpoint, until: Until) -> None:
    """What a customer service message can be is pushed; what it cannot be is parked."""
    endpoint.state["answers"] |= {
        "picture": ImageReply("m" * 40),
        "cards": NewsReply([Article("one"), Article("two")]),
        "transfer": TransferReply(),
    }
    await user.text("7 picture")
    await until(lambda: [item.kind for item in user.user.chat if item.pushed] == ["image"])
    for name in ("cards", "transfer"):
        await user.text(f"7 {name}")
        await until(lambda: endpoint.window.late.parked[user.openid] == 1)
        given = await user.text("0 ")
        assert given.reply is not None
        assert given.reply.kind == endpoint.state["answers"][name].kind
    assert len(pushed(user)) == 1


@pytest.mark.gen_test(timeout=60)
@pytest.mark.parametrize(
    ("errcode", "again"), [(48001, 0), (45015, 0), (45047, 0), (40003, 1), (12345, 1)]
)
async def test_refused(  # noqa: PLR0913, PLR0917
    errcode: int, again: int, user: WeChatUser, endpoint: Endpoint, world: World, until: Until
) -> None:
    """What the platform refuses is parked; where it refuses all, it is not asked again."""
    world.platform.order(refused={"errcode": errcode, "path": SEND})
    await user.text("7 answer")
    await until(lambda: endpoint.window.late.parked[user.openid] == 1)
    world.platform.order(refused=None)
    assert endpoint.window.late.may_push(user.openid) == bool(again)
    assert (await user.text("0 next")).reply == TextReply("answer\n\nnext")


@pytest.mark.gen_test(timeout=60)
async def test_busy(user: WeChatUser, world: World, until: Until) -> None:
    """A platform that is busy is tried again."""
    world.platform.order(busy={"path": SEND, "calls": 5})
    await user.text("7 answer")
    await until(lambda: pushed(user) == ["answer"])


@pytest.mark.gen_test(timeout=60)
async def test_quota(user: WeChatUser, endpoint: Endpoint, until: Until) -> None:
    """Messages are counted before the platform refuses: the sixth is parked, unsent."""
    endpoint.state["later"] = [TextReply(f"extra {number}") for number in range(6)]
    assert (await user.text("0 answer")).reply == TextReply("answer")
    late = endpoint.window.late
    await until(lambda: len(pushed(user)) == 5 and late.parked[user.openid] == 1)
    world = user.world
    sent = [call for call in world.calls if call.path == SEND]
    assert [call.errcode for call in sent] == [0] * 5


@pytest.mark.gen_test(timeout=60)
async def test_long_text(user: WeChatUser, until: Until, endpoint: Endpoint) -> None:
    """The first part of a long text is the answer, cut at a line; the rest is pushed."""
    lines = [f"{number} " + "长" * 100 for number in range(20)]
    endpoint.state["answers"]["long"] = TextReply("\n".join(lines))
    delivery = await user.text("0 long")
    assert isinstance(delivery.reply, TextReply)
    await until(lambda: not endpoint.window.late.has(user.openid))
    parts = [delivery.reply.content, *pushed(user)]
    assert len(parts) > 2
    assert "\n".join(parts).splitlines() == lines
    assert all(len(part.encode()) <= 2000 for part in parts)
