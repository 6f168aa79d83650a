"""What a person does reaches the service as WeChat would push it, and shows in the chat."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from handlers.service import Endpoint
from simulator.acting import AlreadyFollowing, NotFollowing
from simulator.engine.record import FAULT_LINE, Shown
from simulator.user import WeChatUser
from simulator.users import Sender
from simulator.world import World
from wechat import events, messages
from wechat.push import Push
from wechat.replies import TextReply, TransferReply

Act = Callable[[WeChatUser], Awaitable[Any]]
POINT = {"latitude": 31.23, "longitude": 121.47}

MESSAGES: list[tuple[Act, type[Push], dict[str, Any]]] = [
    (lambda u: u.text("你好 😀"), messages.TextMessage, {"content": "你好 😀"}),
    (lambda u: u.text("是", menu_id="101"), messages.TextMessage, {"menu_id": "101"}),
    (
        lambda u: u.image("m1", pic_url="http://x/1.png"),
        messages.ImageMessage,
        {"media_id": "m1", "pic_url": "http://x/1.png"},
    ),
    (
        lambda u: u.voice("天气", media_id="v", format="speex"),
        messages.VoiceMessage,
        {"recognition": "天气", "media_id": "v", "media_id_16k": "v", "format": "speex"},
    ),
    (lambda u: u.voice(), messages.VoiceMessage, {"recognition": "", "format": "amr"}),
    (
        lambda u: u.video("m", thumb_media_id="t"),
        messages.VideoMessage,
        {"media_id": "m", "thumb_media_id": "t"},
    ),
    (lambda u: u.video(short=True), messages.ShortVideoMessage, {}),
    (
        lambda u: u.location(31.23, 121.47, scale=18, label="外滩"),
        messages.LocationMessage,
        POINT | {"scale": 18, "label": "外滩"},
    ),
    (
        lambda u: u.link("题", "述", "https://x"),
        messages.LinkMessage,
        {"title": "题", "description": "述", "url": "https://x"},
    ),
    (
        lambda u: u.message("file", Title="a.pdf"),
        messages.FileMessage,
        {"title": "a.pdf", "file_total_len": 20480},
    ),
]

EVENTS: list[tuple[Act, type[Push], dict[str, Any]]] = [
    (lambda u: u.scan(7), events.ScanEvent, {"scene": "7"}),
    (lambda u: u.click("buy"), events.ClickEvent, {"key": "buy"}),
    (lambda u: u.view("https://x", 5), events.ViewEvent, {"url": "https://x", "menu_id": 5}),
    (lambda u: u.enter(), events.EnterEvent, {}),
    (
        lambda u: u.report_location(31.23, 121.47, 65),
        events.LocationEvent,
        POINT | {"precision": 65.0},
    ),
    (
        lambda u: u.event("CLICK", EventKey="k", name="x", sender="y"),
        events.ClickEvent,
        {"key": "k"},
    ),
    (lambda u: u.event("scancode_push"), events.ScanCodePushEvent, {"scan_type": "qrcode"}),
]


def last(endpoint: Endpoint) -> Push:
    """Return the newest push that reached a hook."""
    _, push = endpoint.state["pushes"][-1]
    assert isinstance(push, Push)
    return push


def holds(push: Push, values: dict[str, Any]) -> bool:
    """Return whether a push has these attributes."""
    return all(getattr(push, name) == value for name, value in values.items())


@pytest.mark.parametrize(("act", "kind", "values"), MESSAGES)
@pytest.mark.gen_test
async def test_messages(
    act: Act, kind: type[Push], values: dict[str, Any], world: World, endpoint: Endpoint
) -> None:
    """Each message arrives typed, from this user, and is a line of the chat."""
    user = world.user("oMe")
    await act(user)
    push = last(endpoint)
    assert (type(push), push.from_user) == (kind, "oMe")
    assert holds(push, values)
    [item] = user.user.chat
    assert (item.sender, item.delivery) == (Sender.USER, world.deliveries[0].id)
    assert item.kind == kind.kind


@pytest.mark.parametrize(("act", "kind", "values"), EVENTS)
@pytest.mark.gen_test
async def test_events(
    act: Act, kind: type[Push], values: dict[str, Any], world: World, endpoint: Endpoint
) -> None:
    """Each event arrives typed, from this user."""
    await act(world.user("oMe"))
    push = last(endpoint)
    assert (type(push), push.from_user) == (kind, "oMe")
    assert holds(push, values)


@pytest.mark.gen_test
async def test_card_of_a_mini_program(world: World) -> None:
    """The card shows its title and where it leads; of another kind, its name is shown."""
    user = world.user("oMe")
    await user.message("miniprogrampage", Title="点单")
    await user.message("file")
    card, file = (item.content for item in user.user.chat)
    assert (card["title"], card["pagepath"]) == ("点单", "pages/index/index")
    assert file == {"summary": "file"}


@pytest.mark.gen_test
async def test_coming_and_going(world: World, endpoint: Endpoint) -> None:
    """Who follows by a code is known by its scene; who goes is told no more, nor can write."""
    world.users.add("oMe", "小明")
    user = world.user("oMe")
    with pytest.raises(NotFollowing, match="小明 does not follow"):
        await user.text("hi")
    code = world.platform.qrcodes.create(42, permanent=False)
    await user.follow(42)
    assert holds(last(endpoint), {"scene": "42", "ticket": code.ticket})
    assert (user.user.qr_scene, user.user.subscribe_scene) == (42, "ADD_SCENE_QR_CODE")
    with pytest.raises(AlreadyFollowing):
        await user.follow()
    endpoint.state["answer"] = "再见"
    delivery = await user.unfollow()
    assert isinstance(last(endpoint), events.UnsubscribeEvent)
    assert (delivery.reply, delivery.fault, user.user.following) == (None, False, False)
    assert [item.kind for item in user.user.chat] == ["event"]
    with pytest.raises(NotFollowing):
        await user.unfollow()


@pytest.mark.gen_test
async def test_stranger_scans(world: World, endpoint: Endpoint) -> None:
    """A stranger who scans a code follows by it; of a code made elsewhere a ticket is made up."""
    world.users.add("oMe")
    await world.user("oMe").scan("poster")
    push = last(endpoint)
    assert isinstance(push, events.SubscribeEvent)
    assert push.scene == "poster"
    assert push.ticket.startswith("gQ")
    user = world.user("oMe").user
    assert (user.qr_scene, user.qr_scene_str, user.following) == (0, "poster", True)


@pytest.mark.gen_test
async def test_plain_follow(world: World, endpoint: Endpoint) -> None:
    """Who follows without a code has no scene, and an EventKey that is there but empty."""
    world.users.add("oMe")
    await world.user("oMe").follow()
    push = last(endpoint)
    assert holds(push, {"scene": "", "key": "", "ticket": ""})
    assert "EventKey" in push.raw


@pytest.mark.parametrize(
    ("act", "allowed"),
    [
        (lambda u: u.text("hi"), 5),
        (lambda u: u.text("hi", menu_id="1"), 3),
        (lambda u: u.image(), 5),
        (lambda u: u.click("key"), 3),
        (lambda u: u.scan("1"), 3),
        (lambda u: u.view("https://x"), 0),
        (lambda u: u.enter(), 0),
    ],
)
@pytest.mark.gen_test
async def test_triggers(act: Act, allowed: int, world: World) -> None:
    """What the user does decides how many messages the account may send."""
    user = world.user("oMe")
    await act(user)
    current = world.platform.quotas.left("oMe")
    assert (current.left if current else 0) == allowed


@pytest.mark.gen_test
async def test_authorization_events(world: World, endpoint: Endpoint) -> None:
    """An event about a user's data names this user."""
    await world.user("oMe").event("user_authorization_revoke")
    assert holds(last(endpoint), {"open_id": "oMe", "revoke_info": "205"})


@pytest.mark.gen_test
async def test_answers(world: World, endpoint: Endpoint) -> None:
    """A reply is the account's line of the chat, silence none, a fault the system's."""
    user = world.user("oMe")
    endpoint.state["answer"] = "收到"
    assert (await user.text("1")).reply == TextReply("收到")
    endpoint.state["answer"] = None
    assert (await user.text("2")).reply is None
    endpoint.state["answer"] = TransferReply("kf@shop")
    await user.text("3")
    world.configure(account={"token": "another"})
    delivery = await user.text("4")
    assert (delivery.reply, delivery.fault) == (None, True)
    account = [item for item in user.user.chat if item.sender is not Sender.USER]
    assert [(i.sender, i.kind, i.content["content"]) for i in account] == [
        (Sender.ACCOUNT, "text", "收到"),
        (Sender.ACCOUNT, "notice", "已转接客服：kf@shop"),
        (Sender.SYSTEM, "fault", FAULT_LINE),
    ]


@pytest.mark.gen_test
async def test_unawaited(world: World, endpoint: Endpoint) -> None:
    """To who has left for a page, or is told of by the platform, nothing is shown."""
    user = world.user("oMe")
    endpoint.state["answer"] = "hello"
    for delivery in (await user.view("https://x"), await user.event("kf_create_session")):
        assert delivery.verdict
        assert delivery.verdict.shown is Shown.SILENCE
    world.configure(account={"token": "another"})
    assert (await user.event("annual_renew")).fault
    assert [item.kind for item in user.user.chat] == ["event"]


@pytest.mark.parametrize("scene", ["", "9" * 65, "字" * 65])
@pytest.mark.gen_test
async def test_no_such_scene(scene: str, world: World, endpoint: Endpoint) -> None:
    """A scene that no code can have is refused, and nobody has followed by it."""
    world.users.add("oMe")
    with pytest.raises(ValueError, match="1 to 64 characters"):
        await world.user("oMe").follow(scene)
    assert not world.user("oMe").user.following
    assert endpoint.state["pushes"] == []


@pytest.mark.parametrize(
    ("scene", "number", "text"),
    [("7", 7, ""), ("007", 0, "007"), ("٣", 0, "٣"), ("4294967296", 0, "4294967296")],
)
@pytest.mark.gen_test
async def test_scene_of_a_code_made_elsewhere(
    scene: str, number: int, text: str, world: World
) -> None:
    """A scene is a number where it is written as one of 32 bits, else a text."""
    world.users.add("oMe")
    await world.user("oMe").follow(scene)
    user = world.user("oMe").user
    assert (user.qr_scene, user.qr_scene_str) == (number, text)
