"""客服消息 and 输入状态: who may be written to, how often, and what the user sees of it."""

import asyncio
from typing import Any

import pytest

from simulator.account import AccountKind
from simulator.platform.api import customer_service
from simulator.platform.quotas import Trigger
from simulator.users import Sender
from simulator.world import Change, World
from tests.simulator.platform.calling import USER, Api, Clock, dumped, follower, last
from tests.simulator.platform.conftest import Published


@pytest.fixture(autouse=True)
def wrote(world: World) -> None:
    """Let the user have written."""
    follower(world)
    world.platform.quotas.trigger(USER, Trigger.MESSAGE)


async def typing(api: Api, command: str = "Typing", openid: str = USER) -> int:
    """Return what the platform says to a state of typing."""
    answer = await api.post("message/custom/typing", {"touser": openid, "command": command})
    return int(answer["errcode"])


@pytest.mark.gen_test
async def test_shown(api: Api, world: World, published: Published) -> None:
    """A message stands in the chat as the account's, marked as one that answers nothing."""
    assert await api.send("text", content="你好") == {"errcode": 0, "errmsg": "ok"}
    user = world.users.get(USER)
    assert user
    item = user.chat[-1]
    assert (item.sender, item.pushed, item.delivery) == (Sender.ACCOUNT, True, None)
    assert last(world) == ("text", {"content": "你好"})
    assert (Change.CHAT, (user, item)) in published


@pytest.mark.gen_test
async def test_optional_parts(api: Api) -> None:
    """The name of a customer service account, and the mark of an AI, are taken."""
    message = {
        "touser": USER,
        "msgtype": "text",
        "text": {"content": "x"},
        "customservice": {"kf_account": "test1@kftest"},
        "aimsgcontext": {"is_ai_msg": 1},
    }
    assert (await api.post("message/custom/send", message))["errcode"] == 0


@pytest.mark.gen_test
async def test_count(api: Api) -> None:
    """Five messages for one of the user's."""
    for _ in range(5):
        assert (await api.send("text", content="x"))["errcode"] == 0
    assert (await api.send("text", content="x"))["errcode"] == 45047


@pytest.mark.gen_test
async def test_refused_message_costs_nothing(api: Api, world: World) -> None:
    """A message with a mistake is not counted, and not shown."""
    await api.send("text", content="")
    allowance = world.platform.quotas.left(USER)
    assert allowance
    assert allowance.left == 5
    assert follower(world).chat == []


@pytest.mark.gen_test
async def test_too_late(api: Api, clock: Clock) -> None:
    """After two days the user has to write again."""
    clock.now += 48 * 3600
    assert (await api.send("text", content="x"))["errcode"] == 45015


@pytest.mark.gen_test
async def test_left(api: Api, world: World) -> None:
    """Who stopped following cannot be written to."""
    user = follower(world)
    user.following = False
    world.platform.quotas.close(USER)
    assert (await api.send("text", content="x"))["errcode"] == 45015


@pytest.mark.gen_test
async def test_never_followed(api: Api, world: World) -> None:
    """A stranger has to follow."""
    world.users.add("oStranger")
    assert (await api.send_to("oStranger", "text", content="x"))["errcode"] == 43004


@pytest.mark.parametrize("openid", ["oNobody", "", None, 1, ["o"]])
@pytest.mark.gen_test
async def test_nobody(openid: Any, api: Api) -> None:
    """There has to be somebody of that openid."""
    assert (await api.send_to(openid, "text", content="x"))["errcode"] == 40003


@pytest.mark.parametrize("text", [r"\u4f60", r"a\\\u4f60", r"\uD83D\uDE00"])
@pytest.mark.gen_test
async def test_escapes(text: str, api: Api) -> None:
    r"""Characters as \u4f60 are refused, as real accounts find out."""
    body = f'{{"touser":"{USER}","msgtype":"text","text":{{"content":"{text}"}}}}'
    assert (await api.post("message/custom/send", body.encode()))["errcode"] == 40033


@pytest.mark.gen_test
async def test_no_escapes(api: Api, world: World) -> None:
    """A backslash before a u is text, if it is itself escaped."""
    assert (await api.send("text", content=r"C:\u1234"))["errcode"] == 0
    assert last(world) == ("text", {"content": r"C:\u1234"})


@pytest.mark.gen_test
async def test_typing(
    api: Api,
    world: World,
    clock: Clock,
    published: Published,
) -> None:
    """The user sees it for fifteen seconds, in which it cannot be sent again."""
    user = follower(world)
    assert await typing(api) == 0
    assert user.typing_until == clock.now + 15
    assert (Change.USER, user) in published
    clock.now += 14
    assert await typing(api) == 45081
    clock.now += 1
    assert await typing(api) == 0


@pytest.mark.gen_test
async def test_typing_ends(api: Api, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever shows it is told of its end, too."""
    monkeypatch.setattr(customer_service, "TYPING", 0.05)
    user = follower(world)
    await typing(api)
    told: asyncio.Queue[tuple[Change, Any]] = asyncio.Queue()
    world.listen(lambda *change: told.put_nowait(change))
    assert await told.get() == (Change.USER, user)


@pytest.mark.gen_test
async def test_typing_is_cancelled(api: Api, world: World) -> None:
    """By its own command, and by any message."""
    user = follower(world)
    await typing(api)
    assert await typing(api, "CancelTyping") == 0
    assert user.typing_until == 0
    assert await typing(api) == 0
    await api.send("text", content="x")
    assert user.typing_until == 0
    assert await typing(api) == 0


@pytest.mark.gen_test
async def test_typing_needs_interaction(api: Api, clock: Clock, world: World) -> None:
    """Only to somebody who did something in the last thirty seconds, and follows."""
    clock.now += 30
    assert await typing(api) == 0
    clock.now += 15
    assert await typing(api) == 45080
    world.platform.quotas.trigger(USER, Trigger.MENU)
    assert await typing(api) == 0
    assert await typing(api, "CancelTyping") == 0
    follower(world).following = False
    assert await typing(api) == 45080


@pytest.mark.parametrize("command", ["typing", "", None, 1, {}])
@pytest.mark.gen_test
async def test_typing_commands(command: Any, api: Api) -> None:
    """There are two commands."""
    assert await typing(api, command) == 45072


@pytest.mark.gen_test
async def test_typing_to_nobody(api: Api) -> None:
    """There has to be somebody of that openid."""
    assert await typing(api, openid="oNobody") == 40003


@pytest.mark.parametrize("account_kind", [AccountKind.TEST])
@pytest.mark.gen_test
async def test_msgmenu_of_a_test_account(account_kind: AccountKind, api: Api) -> None:
    """A test account may send everything but a msgmenu."""
    assert (await api.send("text", content="x"))["errcode"] == 0
    items = [{"id": "1", "content": "是"}]
    assert (await api.send("msgmenu", list=items))["errcode"] == 40200


@pytest.mark.gen_test
async def test_published_allowance(api: Api, world: World, published: Published) -> None:
    """A message changes what may still be sent, of which the faces are told."""
    await api.post("message/custom/send", dumped({"touser": USER, "msgtype": "text"}))
    assert [change for change, _ in published] == [Change.CALL]
    await api.send("text", content="x")
    assert (Change.USER, follower(world)) in published
