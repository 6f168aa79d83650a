"""Every event of followers and menus from a sample, and names that are no event's."""

from typing import Any

import pytest

from tests.pushes import body, event
from tests.wechat.samples import HEAD, names, push, same
from wechat import events
from wechat.events import (
    ClickEvent,
    EnterEvent,
    LocationEvent,
    LocationSelectEvent,
    PicPhotoOrAlbumEvent,
    PicSysPhotoEvent,
    PicWeixinEvent,
    ScanCodePushEvent,
    ScanCodeWaitMsgEvent,
    ScanEvent,
    SubscribeEvent,
    UnsubscribeEvent,
    ViewEvent,
    ViewMiniProgramEvent,
)
from wechat.messages import EVENTS, LocationMessage, parse_message
from wechat.push import Event, UnknownEvent
from wechat.xml import Output, load

SUMS = (
    "1b5f7c23b5bf75682a53e7b6d163e185",
    "5a75aaca956d97be686719218f275c6b",
    "0cc175b9c0f1b6a831c399e269772661",
)
SUBSCRIBE: dict[str, Any] = {**HEAD, "event": "subscribe"}
TRADE = "last_trade_no_4006252001201607"
BARCODE = "scanbarcode|EAN_13,6901234567892|qrscene_1"
SAMPLES: dict[str, Event] = {
    "subscribe": SubscribeEvent(**SUBSCRIBE, event_key="", ticket=""),
    "subscribe_qrscene": SubscribeEvent(**SUBSCRIBE, event_key="qrscene_123123", ticket="TICKET=="),
    "subscribe_qrscene_twice": SubscribeEvent(
        **SUBSCRIBE, event_key="qrscene_a_qrscene_b", ticket="TICKET=="
    ),
    "subscribe_last_trade_no": SubscribeEvent(**SUBSCRIBE, event_key=TRADE, ticket=""),
    "subscribe_scanbarcode": SubscribeEvent(**SUBSCRIBE, event_key=BARCODE, ticket=""),
    "unsubscribe": UnsubscribeEvent(**HEAD, event="unsubscribe", key=TRADE),
    "scan": ScanEvent(**HEAD, event="SCAN", scene="qrscene_7", ticket="TICKET=="),
    "location": LocationEvent(
        **HEAD, event="LOCATION", latitude=23.137466, longitude=113.352425, precision=119.38504
    ),
    "click": ClickEvent(**HEAD, event="CLICK", key="V1001_TODAY"),
    "view": ViewEvent(**HEAD, event="VIEW", url="http://www.qq.com/?a=1&b=2", menu_id=4294967297),
    "view_miniprogram": ViewMiniProgramEvent(
        **HEAD, event="view_miniprogram", path="pages/index/index", menu_id=407894023456789012
    ),
    "scancode_push": ScanCodePushEvent(
        **HEAD,
        event="scancode_push",
        key="6",
        scan_type="qrcode",
        scan_result="http://example.com/1",
    ),
    "scancode_waitmsg": ScanCodeWaitMsgEvent(
        **HEAD,
        event="scancode_waitmsg",
        key="7",
        scan_type="barcode",
        scan_result="EAN_13,6901234567892",
    ),
    "pic_sysphoto": PicSysPhotoEvent(
        **HEAD, event="pic_sysphoto", key="6", count=1, md5_sums=SUMS[:1]
    ),
    "pic_photo_or_album": PicPhotoOrAlbumEvent(
        **HEAD, event="pic_photo_or_album", key="6", count=2, md5_sums=SUMS[:2]
    ),
    "pic_weixin_lists": PicWeixinEvent(**HEAD, event="pic_weixin", key="6", count=3, md5_sums=SUMS),
    "pic_weixin_none": PicWeixinEvent(**HEAD, event="pic_weixin", key="6", count=0, md5_sums=()),
    "location_select": LocationSelectEvent(
        **HEAD,
        event="location_select",
        key="6",
        latitude=23.5,
        longitude=113.0,
        scale=15,
        label="广州市海珠区客村艺苑路 106号",
        poi_name="",
    ),
    "enter": EnterEvent(**HEAD, event="ENTER"),
    "unknown": UnknownEvent(**HEAD, event="user_get_card"),
}


def parse(fields: dict[str, Output]) -> object:
    """Return the typed value of a push with such fields."""
    return parse_message(load(body(fields)))


@pytest.mark.parametrize("name", SAMPLES)
def test_samples(name: str) -> None:
    """An event has exactly these attributes, of exactly these types."""
    assert same(push(f"events/{name}"), SAMPLES[name])


def test_every_event_has_a_sample() -> None:
    """No sample and no class of an event goes without a look."""
    classes = {cls for cls in EVENTS.values() if cls.__module__ == events.__name__}
    assert [f"events/{name}" for name in sorted(SAMPLES)] == names("events")
    assert {type(made) for made in SAMPLES.values()} == {*classes, UnknownEvent}


def test_unknown_events_stay_readable() -> None:
    """An event without a class has every field, with no white space around its CDATA."""
    made = push("events/unknown")
    assert made.raw["UserCardCode"] == "12312312"
    assert (made.raw["IsGiveByFriend"], made.kind) == ("1", "")


@pytest.mark.parametrize(
    ("event_key", "scene", "key"),
    [
        ("", "", ""),
        ("qrscene_123123", "123123", ""),
        ("qrscene_last_trade_no_1", "last_trade_no_1", ""),
        ("qrscene_a_qrscene_b", "a_qrscene_b", ""),
        ("qrscene_qrscene_a", "qrscene_a", ""),
        ("qrscene_你好", "你好", ""),
        (TRADE, "", TRADE),
        (BARCODE, "", BARCODE),
        ("scanimage|1", "", "scanimage|1"),
        ("QRSCENE_1", "", "QRSCENE_1"),
        ("a_qrscene_1", "", "a_qrscene_1"),
        ("qrscene", "", "qrscene"),
    ],
)
def test_scene_of_a_subscription(event_key: str, scene: str, key: str) -> None:
    """Only a leading qrscene_ makes a scene, and is taken off once; the rest is the key."""
    made = parse(event("subscribe", EventKey=event_key))
    assert isinstance(made, SubscribeEvent)
    assert (made.scene, made.key, made.event_key) == (scene, key, event_key)


def test_scene_of_a_scan() -> None:
    """The scene of a follower's scan is the whole EventKey, which has no prefix."""
    made = parse(event("SCAN", EventKey="qrscene_1"))
    assert isinstance(made, ScanEvent)
    assert made.scene == "qrscene_1"


@pytest.mark.parametrize("key", ["<EventKey></EventKey>", "<EventKey/>", "<EventKey> </EventKey>"])
def test_empty_keys(key: str) -> None:
    """An empty EventKey is the same as none."""
    plain = body(event("subscribe", CreateTime=1))
    empty = plain.replace(b"</xml>", f"{key}</xml>".encode())
    assert parse_message(load(empty)) == parse_message(load(plain))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("LOCATION", {"Longitude": "1"}),
        ("LOCATION", {"Latitude": "1"}),
        ("LOCATION", {"Latitude": "north", "Longitude": "1"}),
        ("location_select", {}),
        ("location_select", {"SendLocationInfo": ""}),
        ("location_select", {"SendLocationInfo": {"Location_X": "1", "Location_Y": "east"}}),
    ],
)
def test_a_known_event_that_cannot_be_typed(name: str, fields: dict[str, Output]) -> None:
    """A known event without the numbers that make it arrives as an unknown one."""
    made = parse(event(name, **fields))
    assert isinstance(made, UnknownEvent)
    assert made.event == name


def test_precision_may_be_missing() -> None:
    """A position is one without its precision, too."""
    made = parse(event("LOCATION", Latitude="1", Longitude="2"))
    assert isinstance(made, LocationEvent)
    assert made.precision is None


def test_location_is_a_message_and_an_event() -> None:
    """A location that was sent and one that was reported are different types."""
    assert isinstance(push("messages/location"), LocationMessage)
    assert isinstance(push("events/location"), LocationEvent)


@pytest.mark.parametrize(
    "name",
    [
        "finish",
        "connection_close",
        "__init__",
        "__class__",
        "text",
        "subscribe ed",
        "SubscribeEvent",
        "unknown",
        "订阅",
        "x" * 10_240,
    ],
)
def test_any_other_name(name: str) -> None:
    """Any other Event arrives as an unknown one that says which."""
    made = parse(event(name))
    assert isinstance(made, UnknownEvent)
    assert (made.event, made.kind) == (name, "")
