"""Every type of message from a sample, and what parse_message() does with odd ones."""

from typing import Any

import pytest

from tests.pushes import USER, body, event, message
from tests.wechat.samples import HEAD, names, push, same
from wechat.errors import MalformedMessage
from wechat.messages import (
    MESSAGES,
    DeviceEventMessage,
    DeviceTextMessage,
    FileMessage,
    ImageMessage,
    LinkMessage,
    LocationMessage,
    MiniProgramPageMessage,
    ShortVideoMessage,
    TextMessage,
    VideoMessage,
    VoiceMessage,
    parse_message,
)
from wechat.push import Event, Message, UnknownEvent, UnknownMessage
from wechat.xml import Output, load

COMMON: dict[str, Any] = {
    **HEAD,
    "msg_id": 6054768590064713728,
    "msg_data_id": "",
    "idx": None,
}
DEVICE: dict[str, Any] = {
    **COMMON,
    "device_type": "gh_0123456789ab",
    "device_id": "device-1",
    "session_id": "42",
    "open_id": USER,
}
SAMPLES: dict[str, Message] = {
    "text": TextMessage(**COMMON, content=" 你好，世界 /::) 😀\n  再见 ", menu_id=""),
    "text_empty": TextMessage(**COMMON, content="", menu_id=""),
    "text_msgmenu": TextMessage(**COMMON, content="满意", menu_id="101"),
    "text_from_article": TextMessage(
        **HEAD,
        msg_id=25231685381080581,
        msg_data_id="2247483650_1",
        idx=2,
        content="这篇写得好",
        menu_id="",
    ),
    "image": ImageMessage(
        **COMMON,
        pic_url="http://mmbiz.qpic.cn/mmbiz_jpg/abc/0?a=1&b=2",
        media_id="gmn3tqEVmxDDpfxI_-Vw",
    ),
    "voice": VoiceMessage(
        **COMMON,
        media_id="v1-Id",
        format="amr",
        media_id_16k="v1-Id16K",
        recognition="今天天气怎么样？",
    ),
    "voice_unrecognized": VoiceMessage(
        **COMMON, media_id="v2-Id", format="speex", media_id_16k="", recognition=""
    ),
    "video": VideoMessage(**COMMON, media_id="movie", thumb_media_id="cover"),
    "shortvideo": ShortVideoMessage(**COMMON, media_id="clip", thumb_media_id="still"),
    "location": LocationMessage(
        **COMMON, latitude=23.134521, longitude=113.358803, scale=20, label="广州市天河区"
    ),
    "location_unlabelled": LocationMessage(
        **COMMON, latitude=-33.0, longitude=-0.5, scale=None, label=""
    ),
    "link": LinkMessage(
        **COMMON, title="公众平台", description="一篇文章", url="http://example.com/?a=1&b=2"
    ),
    "file": FileMessage(
        **COMMON,
        title="报告.pdf",
        description="",
        file_key="f-key",
        file_md5="0cc175b9c0f1b6a831c399e269772661",
        file_total_len=4294967296,
    ),
    "miniprogrampage": MiniProgramPageMessage(
        **COMMON,
        app_id="wxfedcba9876543210",
        title="小程序",
        page_path="pages/index?id=1",
        thumb_url="http://example.com/t.jpg",
        thumb_media_id="thumb",
    ),
    "device_text": DeviceTextMessage(**DEVICE, content="aGVsbG8="),
    "device_event": DeviceEventMessage(
        **DEVICE | {"msg_id": None},
        content="d29ybGQ=",
        event="bind",
        op_type="0",
        device_status="1",
    ),
    "unknown": UnknownMessage(**COMMON, msg_type="sticker"),
}


def parse(fields: dict[str, Output]) -> Message | Event:
    """Return the typed value of a push with such fields."""
    return parse_message(load(body(fields)))


@pytest.mark.parametrize("name", SAMPLES)
def test_samples(name: str) -> None:
    """A message has exactly these attributes, of exactly these types."""
    assert same(push(f"messages/{name}"), SAMPLES[name])


def test_every_type_has_a_sample() -> None:
    """No sample and no class of a message goes without a look."""
    assert [f"messages/{name}" for name in sorted(SAMPLES)] == names("messages")
    assert {type(made) for made in SAMPLES.values()} == {*MESSAGES.values(), UnknownMessage}


def test_unknown_types_stay_readable() -> None:
    """A message of an unknown type has every field under WeChat's own name."""
    made = push("messages/unknown")
    assert made.raw["StickerId"] == "smile"
    assert made.raw["Frames"] == {"Frame": ["1", "2"]}


@pytest.mark.parametrize("kind", ["Text", "TEXT", "tExT"])
def test_types_in_any_case(kind: str) -> None:
    """MsgType counts in any case, as simulators write it."""
    assert isinstance(parse(message(kind, Content="a")), TextMessage)
    assert isinstance(parse(event("CLICK") | {"MsgType": "Event"}), Event)


@pytest.mark.parametrize(
    "kind", ["hologram", "__class__", "textmessage", "text message", "unknown", "x" * 10_240]
)
def test_any_other_type(kind: str) -> None:
    """Any other MsgType arrives as an unknown message that says which."""
    made = parse(message(kind))
    assert isinstance(made, UnknownMessage)
    assert (made.msg_type, made.kind) == (kind, "")


@pytest.mark.parametrize("field", ["Location_X", "Location_Y"])
@pytest.mark.parametrize("value", ["", "north", "1e3", "nan", "inf", "1,5", {"a": "1"}, None])
def test_a_known_type_that_cannot_be_typed(field: str, value: "Output | None") -> None:
    """A known type without a field that makes it what it is arrives as an unknown message."""
    fields = message("location", Location_X="1", Location_Y="2", Label="here")
    fields.pop(field) if value is None else fields.update({field: value})
    made = parse(fields)
    assert isinstance(made, UnknownMessage)
    assert (made.msg_type, made.raw["Label"]) == ("location", "here")
    assert made.raw.get(field) == (value or None)


@pytest.mark.parametrize("scale", ["", "big", "1.5", {"a": "1"}])
def test_a_number_that_may_be_none(scale: Output) -> None:
    """A number that a message can do without is None where it is not one."""
    made = parse(message("location", Location_X="1", Location_Y="2", Scale=scale))
    assert isinstance(made, LocationMessage)
    assert made.scale is None


@pytest.mark.parametrize("msg_id", [22239703566971011, 2**53 + 1, 2**63 - 1, 2**64 - 1])
def test_ids_are_exact(msg_id: int) -> None:
    """An id of 64 bits loses none, whether it is written as a number or as text."""
    for written in (msg_id, str(msg_id)):
        made = parse(message("text", MsgId=written))
        assert isinstance(made, TextMessage)
        assert made.msg_id == msg_id


@pytest.mark.parametrize("head", [message("text"), message("hologram"), event("CLICK"), event("?")])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("MsgType", ""),
        ("MsgType", " "),
        ("MsgType", None),
        ("MsgType", {"text": "1"}),
        ("FromUserName", ""),
        ("FromUserName", "\n"),
        ("FromUserName", None),
        ("FromUserName", {"a": "o"}),
        ("CreateTime", ""),
        ("CreateTime", None),
        ("CreateTime", "yesterday"),
        ("CreateTime", "1.5"),
        ("CreateTime", "1e9"),
        ("CreateTime", "9" * 21),
        ("CreateTime", {"a": "1"}),
    ],
)
def test_malformed(head: dict[str, Output], field: str, value: "Output | None") -> None:
    """A push without type or sender, or whose time is no number, is refused."""
    fields = head | ({} if value is None else {field: value})
    if value is None:
        del fields[field]
    named = "create_time" if field == "CreateTime" else f"{field} is missing"
    with pytest.raises(MalformedMessage, match=named):
        parse(fields)


@pytest.mark.parametrize(
    ("field", "forged"),
    [
        ("FromUserName", "oSomebodyElse"),
        ("fromusername", "oSomebodyElse"),
        ("ToUserName", "gh_other"),
        ("CreateTime", "1"),
        ("MsgType", "event"),
        ("MsgId", "1"),
        ("Content", "other"),
    ],
)
def test_injected_elements(field: str, forged: str) -> None:
    """What a user smuggles in behind a field of the message does not stand in for it."""
    fields = message("text", Content="hello")
    honest = parse(fields)
    smuggled = f"<{field}><![CDATA[{forged}]]></{field}></xml>".encode()
    made = parse_message(load(body(fields).replace(b"</xml>", smuggled)))
    assert same(made, honest)
    assert forged in repr(made.raw)


def test_an_event_without_a_name() -> None:
    """An event that does not say which it is arrives as an unknown one."""
    fields = event("")
    made = parse(fields)
    del fields["Event"]
    assert isinstance(made, UnknownEvent)
    assert (made.event, made) == ("", parse(fields))
