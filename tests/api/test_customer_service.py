"""客服消息: what reaches the chat, in whose name, and how often."""

import json
import re
from typing import Any

import pytest

from api.client import Api
from api.errors import (
    InvalidUser,
    NoRight,
    NotFollowing,
    ReplyWindowClosed,
    TooManyMessages,
    Unclear,
)
from api.messages import CustomMessage, MsgMenu, Video
from simulator.account import AccountKind
from simulator.platform.state import Platform
from simulator.users import User
from simulator.world import World
from tests.api.platform import START, USER, Clock, calls, failure, follower
from tests.api.test_messages import FORMS, ITEMS, MEDIA, THUMB
from wechat.replies import ImageReply, Reply

SEND, TYPING = "/cgi-bin/message/custom/send", "/cgi-bin/message/custom/typing"
# How the forms look in the chat, where that is not what was sent.
SHOWN: dict[str, dict[str, Any]] = {
    "image": {"media_id": MEDIA, "url": ""},
    "voice": {"media_id": MEDIA, "url": "", "recognition": ""},
    "video": {"media_id": MEDIA, "url": "", "title": "题", "description": "说明"},
    "music": {
        "title": "题",
        "description": "说明",
        "url": "http://x/a",
        "hq_url": "http://x/b",
        "thumb_url": "",
    },
    "news": {
        "articles": [
            {"title": "今日", "description": "说明", "pic_url": "http://x/p", "url": "http://x/"}
        ]
    },
    "msgmenu": {
        "head": "您满意吗?",
        "items": [{"id": "1", "content": "满意"}, {"id": "2", "content": "不满意"}],
        "tail": "谢谢",
    },
    "miniprogrampage": {
        "title": "题",
        "app_id": "wx1",
        "pagepath": "pages/index",
        "thumb_url": "",
    },
}


@pytest.fixture(autouse=True)
def user(world: World) -> User:
    """Return a user who wrote just now."""
    return follower(world)


def shown(user: User) -> list[Any]:
    """Return the texts of the chat."""
    return [item.content["content"] for item in user.chat if item.pushed]


def sent(world: World, path: str = SEND) -> Any:
    """Return what the last call of `path` said."""
    return json.loads(calls(world, path)[-1].request)


@pytest.mark.gen_test
@pytest.mark.parametrize(("message", "kind", "content"), FORMS)
async def test_every_kind(
    message: CustomMessage | Reply | str, kind: str, content: Any, api: Api, user: User
) -> None:
    """Every message that there is reaches the chat."""
    await api.send(USER, message)
    [item] = user.chat
    assert (item.kind, item.content, item.pushed) == (kind, SHOWN.get(kind, content), True)


@pytest.mark.gen_test
async def test_uploaded(api: Api, platform: Platform, user: User) -> None:
    """What was uploaded is shown; of another kind than the message, it is refused."""
    video = platform.media.add("video", "x.mp4", "video/mp4", b"x")
    cover = platform.media.add("thumb", "x.jpg", "image/jpeg", b"x")
    await api.send(USER, Video(video.media_id, cover.media_id))
    assert user.chat[-1].content["url"].endswith(video.media_id)
    assert "40007" in str(await failure(api.send(USER, ImageReply(video.media_id))))


@pytest.mark.gen_test
async def test_plain(api: Api, world: World) -> None:
    """A message has nothing but what it needs."""
    await api.send(USER, "你好")
    assert sent(world) == {"touser": USER, "msgtype": "text", "text": {"content": "你好"}}


@pytest.mark.gen_test
async def test_kf_account(api: Api, world: World) -> None:
    """A message comes under the name that is given."""
    await api.send(USER, "你好", kf_account="anna@shop")
    assert sent(world)["customservice"] == {"kf_account": "anna@shop"}


@pytest.mark.gen_test
async def test_made_by_ai(api: Api, world: World) -> None:
    """WeChat is told what a machine wrote."""
    await api.send(USER, "你好", made_by_ai=True)
    assert sent(world)["aimsgcontext"] == {"is_ai_msg": 1}


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("text", "arrives"),
    [
        ("x" * 2048, "x" * 2048),
        ("a\x00\x01b\x1d", "ab"),
        ("\\u4f60 \\\\u4f60", "\\u4f60 \\\\u4f60"),
        ("你\n好\t😀 \"'\\", "你\n好\t😀 \"'\\"),
        ("\ud83d!", "!"),
    ],
)
async def test_text(text: str, arrives: str, api: Api, user: User) -> None:
    """Every character arrives as itself but those that WeChat shows nobody."""
    await api.send(USER, text)
    assert shown(user) == [arrives]


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("openid", "options", "error"),
    [
        ("", {}, ValueError("openid must not be empty")),
        ("o 1", {}, ValueError("openid is not an openid")),
        ("o" * 65, {}, ValueError("1 to 64 letters")),
        (5, {}, TypeError("openid must be str, not int")),
        (USER, {"kf_account": "x" * 65}, ValueError("kf_account has 65 bytes: the limit is 64")),
        (USER, {"kf_account": 5}, TypeError("kf_account must be str, not int")),
    ],
)
async def test_refused(openid: Any, options: Any, error: Exception, api: Api, world: World) -> None:
    """To whom and in whose name is checked before anything is sent."""
    with pytest.raises(type(error), match=re.escape(str(error))):
        await api.send(openid, "你好", **options)
    assert not calls(world)


@pytest.mark.gen_test
async def test_typing(api: Api, user: User, world: World) -> None:
    """对方正在输入 is shown for 15 seconds, or no longer."""
    await api.typing(USER)
    assert user.typing_until == START + 15
    await api.typing(USER, shown=False)
    assert user.typing_until == 0
    assert sent(world, TYPING) == {"touser": USER, "command": "CancelTyping"}


@pytest.mark.gen_test
async def test_typing_until_the_message(api: Api, user: User) -> None:
    """The message ends it."""
    await api.typing(USER)
    await api.send(USER, "你好")
    assert user.typing_until == 0


@pytest.mark.gen_test
async def test_typing_already(api: Api, user: User, platform: Platform) -> None:
    """It is no error that it is shown already, least of all where the answer to that was lost."""
    platform.order(lost={"path": TYPING, "calls": 1})
    await api.typing(USER)
    await api.typing(USER)
    assert user.typing_until == START + 15
    platform.order(refused={"errcode": 45081})
    assert "45081" in str(await failure(api.typing(USER, shown=False)))


@pytest.mark.gen_test
async def test_typing_too_late(api: Api, clock: Clock) -> None:
    """It can be shown for half a minute after what the user did."""
    clock.now += 31
    error = await failure(api.typing(USER))
    assert isinstance(error, ReplyWindowClosed)
    assert "30 seconds" in error.remedy


@pytest.mark.gen_test
async def test_typing_to_nobody(api: Api, world: World) -> None:
    """The openid is checked before anything is sent."""
    assert isinstance(await failure(api.typing("x y")), ValueError)
    assert not calls(world)


@pytest.mark.gen_test
async def test_window(api: Api, clock: Clock, user: User) -> None:
    """48 hours after the user's message nothing can be sent any more."""
    clock.now += 48 * 3600 - 1
    await api.send(USER, "just in time")
    clock.now += 1
    error = await failure(api.send(USER, "too late"))
    assert isinstance(error, ReplyWindowClosed)
    assert shown(user) == ["just in time"]


@pytest.mark.gen_test
async def test_too_many(api: Api, user: User) -> None:
    """A message of the user's allows five."""
    for number in range(5):
        await api.send(USER, str(number))
    assert isinstance(await failure(api.send(USER, "6")), TooManyMessages)
    assert shown(user) == list("01234")


@pytest.mark.gen_test
async def test_to_a_stranger(api: Api, world: World) -> None:
    """Who never followed cannot be written to, and nobody else."""
    world.users.add("oStranger")
    assert isinstance(await failure(api.send("oStranger", "x")), NotFollowing)
    assert isinstance(await failure(api.send("oNobody", "x")), InvalidUser)


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "account_kind", [AccountKind.UNVERIFIED_SUBSCRIPTION, AccountKind.UNVERIFIED_SERVICE]
)
async def test_no_right(api: Api, user: User) -> None:
    """An account that is not verified may not."""
    assert isinstance(await failure(api.send(USER, "x")), NoRight)
    assert isinstance(await failure(api.typing(USER)), NoRight)
    assert not user.chat


@pytest.mark.gen_test
@pytest.mark.parametrize("account_kind", [AccountKind.TEST])
async def test_no_menu_of_a_test_account(api: Api, user: User) -> None:
    """A test account may send everything but menus."""
    assert isinstance(await failure(api.send(USER, MsgMenu(ITEMS))), NoRight)
    await api.send(USER, "x")
    assert [item.kind for item in user.chat] == ["text"]


@pytest.mark.gen_test
async def test_lost(api: Api, platform: Platform, user: User, world: World) -> None:
    """Where the answer is lost the message was sent once, and it is not known."""
    platform.order(lost={"path": SEND})
    assert type(await failure(api.send(USER, "x"))) is Unclear
    assert (shown(user), len(calls(world, SEND))) == (["x"], 1)


@pytest.mark.gen_test
async def test_repeated(api: Api, platform: Platform, user: User) -> None:
    """Asked to, it is sent once more, and may be shown twice."""
    platform.order(lost={"path": SEND, "calls": 1})
    await api.send(USER, Video(MEDIA, THUMB), repeat_unclear=True)
    assert [item.kind for item in user.chat] == ["video", "video"]


@pytest.mark.gen_test
async def test_repeated_once(api: Api, platform: Platform, user: User) -> None:
    """It is not sent a third time."""
    platform.order(lost={"path": SEND})
    assert type(await failure(api.send(USER, "x", repeat_unclear=True))) is Unclear
    assert shown(user) == ["x", "x"]
