"""A tap on each kind of button pushes what WeChat pushes for it."""

import hashlib
from collections.abc import Mapping
from typing import Any

import pytest

from handlers.service import Endpoint
from simulator.acting import NotFollowing
from simulator.places import Place
from simulator.users import Sender
from simulator.world import World
from wechat import events, messages
from wechat.push import Push

BUND = Place(31.23, 121.47, 18, "外滩", "外滩观景台")
PNG = b"\x89PNG\r\n\x1a\n picture"

TAPS: list[tuple[Mapping[str, Any], type[Push], dict[str, Any]]] = [
    ({"type": "click", "name": "价", "key": "k"}, events.ClickEvent, {"key": "k"}),
    ({"type": "view", "url": "https://x"}, events.ViewEvent, {"url": "https://x"}),
    (
        {"type": "miniprogram", "url": "https://x", "appid": "wx1", "pagepath": "p/i"},
        events.ViewMiniProgramEvent,
        {"path": "p/i"},
    ),
    (
        {"type": "scancode_push", "key": "s"},
        events.ScanCodePushEvent,
        {"key": "s", "scan_type": "qrcode", "scan_result": "EAN_13,690"},
    ),
    (
        {"type": "scancode_waitmsg", "key": "s"},
        events.ScanCodeWaitMsgEvent,
        {"key": "s", "scan_result": "EAN_13,690"},
    ),
    ({"type": "location_select", "key": "l"}, events.LocationSelectEvent, {"poi_name": BUND.name}),
]


def pushed(endpoint: Endpoint) -> list[Push]:
    """Return all that reached a hook."""
    return [push for _, push in endpoint.state["pushes"]]


@pytest.mark.parametrize(("button", "kind", "values"), TAPS)
@pytest.mark.gen_test
async def test_events(
    button: Mapping[str, Any],
    kind: type[Push],
    values: dict[str, Any],
    world: World,
    endpoint: Endpoint,
) -> None:
    """The event has the button's key or address, and what the user chose."""
    delivery = await world.user("oMe").tap(button, scan_result="EAN_13,690", place=BUND)
    assert delivery
    push = pushed(endpoint)[0]
    assert type(push) is kind
    assert {name: getattr(push, name) for name in values} == values


@pytest.mark.gen_test
async def test_place_follows(world: World, endpoint: Endpoint) -> None:
    """A place that was chosen also comes as a message, after the event."""
    await world.user("oMe").tap({"type": "location_select", "key": "l"}, place=BUND)
    event, message = pushed(endpoint)
    assert isinstance(event, events.LocationSelectEvent)
    assert isinstance(message, messages.LocationMessage)
    assert (event.latitude, message.label, message.scale) == (31.23, "外滩", 18)


@pytest.mark.parametrize("kind", ["pic_sysphoto", "pic_photo_or_album", "pic_weixin"])
@pytest.mark.parametrize("count", [0, 1, 2])
@pytest.mark.gen_test
async def test_pictures_follow(kind: str, count: int, world: World, endpoint: Endpoint) -> None:
    """Pictures are counted and summed in the event, then come as messages of their own."""
    add = world.platform.media.add
    ids = tuple(add("image", "a.png", "image/png", PNG).media_id for _ in range(count))
    await world.user("oMe").tap({"type": kind, "key": "p"}, media_ids=ids)
    event, *others = pushed(endpoint)
    assert isinstance(
        event, events.PicSysPhotoEvent | events.PicPhotoOrAlbumEvent | events.PicWeixinEvent
    )
    assert (event.kind, event.count) == (kind, count)
    assert event.md5_sums == (hashlib.md5(PNG).hexdigest(),) * count
    assert [m.media_id for m in others if isinstance(m, messages.ImageMessage)] == list(ids)


@pytest.mark.gen_test
async def test_kept_media(world: World, endpoint: Endpoint) -> None:
    """What the account keeps at the platform is shown without any push."""
    media = world.platform.media.add("image", "a.png", "image/png", PNG)
    user = world.user("oMe")
    assert await user.tap({"type": "media_id", "media_id": media.media_id}) is None
    assert await user.tap({"type": "view_limited", "media_id": "elsewhere"}) is None
    assert await user.tap({"type": "article_id", "article_id": "a1"}) is None
    assert pushed(endpoint) == []
    assert [(item.sender, item.kind) for item in user.user.chat] == [
        (Sender.ACCOUNT, "image"),
        (Sender.ACCOUNT, "mpnews"),
        (Sender.ACCOUNT, "mpnewsarticle"),
    ]
    assert user.user.chat[0].content["url"].endswith(f"/media/{media.media_id}")


@pytest.mark.gen_test
async def test_refused(world: World) -> None:
    """A stranger has no menu, and a folder of buttons cannot be tapped."""
    with pytest.raises(ValueError, match="does nothing when it is tapped"):
        await world.user("oMe").tap({"name": "更多", "sub_button": []})
    world.users.add("oStranger")
    with pytest.raises(NotFollowing):
        await world.user("oStranger").tap(TAPS[0][0])


@pytest.mark.parametrize(("latitude", "longitude"), [(90.1, 0), (0, -180.1), (float("nan"), 0)])
def test_no_such_place(latitude: float, longitude: float) -> None:
    """A place is on the globe."""
    with pytest.raises(ValueError, match="-90 to 90"):
        Place(latitude, longitude)
