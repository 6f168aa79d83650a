"""The catalogue: every message and every event of WeChat, as WeChat writes it."""

from typing import Any

import pytest

from simulator.engine import pushes
from tests.pushes import ORIGINAL_ID, USER
from tests.wechat import samples
from wechat import messages, push, xml
from wechat.fields import folded
from wechat.messages import parse_message

NOW = 1_714_037_059.9
# Sections of the documentation as their samples in tests/ have them.
SAMPLES = {name: xml.load(samples.read(name)) for name in samples.ALL if "unknown" not in name}
HEAD = {"tousername", "fromusername", "createtime", "msgtype", "event", "msgid"}


def parsed(fields: pushes.Fields) -> push.Push:
    """Return a push as a service reads it."""
    return parse_message(xml.load(xml.dump(fields).encode()))


def shape(value: xml.Value) -> Any:
    """Return the names in a value, at every depth; of a list, those of its first item."""
    if isinstance(value, list):
        return shape(value[0])
    if isinstance(value, dict):
        return {name.lower(): shape(item) for name, item in value.items()}
    return None


def shape_of(fields: xml.Fields) -> dict[str, Any]:
    """Return the names of a push beside those that all have."""
    return {k: v for k, v in shape(dict(fields)).items() if k not in HEAD}


@pytest.mark.parametrize("kind", pushes.MESSAGES)
def test_message(kind: str) -> None:
    """A message has the head of one, and a service reads it as its own type, every field."""
    fields = pushes.message(kind, USER, ORIGINAL_ID, NOW)
    message = parsed(fields)
    assert type(message) is messages.MESSAGES[kind]
    assert isinstance(message, push.Message)
    assert (message.to_user, message.from_user) == (ORIGINAL_ID, USER)
    assert message.create_time == 1_714_037_059
    assert message.msg_id == fields["MsgId"]
    assert message.raw["MsgType"] == kind


@pytest.mark.parametrize("name", pushes.EVENTS)
def test_event(name: str) -> None:
    """An event has its own head, no MsgId, and is read as its own type."""
    fields = pushes.event(name, USER, ORIGINAL_ID, NOW)
    event = parsed(fields)
    assert type(event) is messages.EVENTS[name.lower()]
    assert isinstance(event, push.Event)
    assert (event.to_user, event.from_user) == (ORIGINAL_ID, USER)
    assert (event.create_time, event.event) == (1_714_037_059, name)
    assert "MsgId" not in fields
    assert event.raw["MsgType"] == "event"


def test_every_kind() -> None:
    """The catalogue has every message and every event that the service has a type for."""
    assert set(pushes.MESSAGES) == set(messages.MESSAGES)
    missing = set(messages.EVENTS) - {name.lower() for name in pushes.EVENTS}
    assert missing <= {"debug_demo"}  # the console's debug tool's, in JSON


@pytest.mark.parametrize("name", SAMPLES)
def test_in_the_catalogue(name: str) -> None:
    """Each sample of the documentation has its like in the catalogue, spelled as there."""
    fields = SAMPLES[name]
    kind = xml.text(fields["Event" if fields["MsgType"] == "event" else "MsgType"])
    known = pushes.EVENTS if fields["MsgType"] == "event" else pushes.MESSAGES
    assert kind in known


def made(fields: xml.Fields) -> pushes.Fields:
    """Return what the catalogue makes of the kind of `fields`."""
    if fields["MsgType"] == "event":
        return pushes.event(xml.text(fields["Event"]), USER, ORIGINAL_ID, NOW)
    return pushes.message(xml.text(fields["MsgType"]), USER, ORIGINAL_ID, NOW)


# Those samples show what may be left out, or comes only now and then.
COMPLETE = sorted(
    {"messages/" + kind for kind in pushes.MESSAGES}
    | {
        name
        for name in SAMPLES
        if name.partition("/")[2] in {event.lower() for event in pushes.EVENTS}
    }
)


@pytest.mark.parametrize("name", COMPLETE)
def test_shape(name: str) -> None:
    """A push of the catalogue has the elements of its sample, at every depth, and no other."""
    actual = xml.load(xml.dump(made(SAMPLES[name])).encode())
    expected = shape_of(SAMPLES[name])
    assert shape_of(actual) == expected


@pytest.mark.parametrize("name", COMPLETE)
def test_readable(name: str) -> None:
    """Every field that is a number in a sample is one in the catalogue, and so for text."""
    ours, theirs = folded(made(SAMPLES[name])), folded(SAMPLES[name])  # type: ignore[arg-type]
    for field, value in theirs.items():
        if field not in {"content", "eventkey"} and isinstance(value, str):
            assert str(ours[field]).isdecimal() == value.isdecimal(), field


def test_fields_win() -> None:
    """What is given replaces the sample's, and adds to it."""
    fields = pushes.message("text", USER, ORIGINAL_ID, NOW, Content="hi", bizmsgmenuid="7")
    assert (fields["Content"], fields["bizmsgmenuid"]) == ("hi", "7")
    event = pushes.event("CLICK", USER, ORIGINAL_ID, NOW, EventKey="k", CreateTime=5)
    assert (event["EventKey"], event["CreateTime"]) == ("k", 5)


def test_unknown_kind() -> None:
    """What is not in the catalogue is pushed with the fields that are given."""
    fields = pushes.message("hologram", USER, ORIGINAL_ID, NOW, Depth=3)
    assert isinstance(parsed(fields), push.UnknownMessage)
    event = pushes.event("user_get_card", USER, ORIGINAL_ID, NOW, CardId="c")
    assert isinstance(parsed(event), push.UnknownEvent)
    assert event["CardId"] == "c"


def test_msg_ids() -> None:
    """MsgIds are unique, fit 64 bits with their sign, and no double holds them all exactly."""
    ids = [pushes.new_msg_id() for _ in range(10_000)]
    assert len(set(ids)) == len(ids)
    assert all(1 << 53 < number < 1 << 63 for number in ids)
    assert any(int(float(number)) != number for number in ids)
    two = [pushes.message("text", USER, ORIGINAL_ID, NOW)["MsgId"] for _ in range(2)]
    assert two[0] != two[1]


def test_given_msg_id() -> None:
    """A MsgId that is given is kept, to send the same message twice."""
    assert pushes.message("text", USER, ORIGINAL_ID, NOW, MsgId=7)["MsgId"] == 7


def test_unawaited() -> None:
    """Nobody looks for an answer to what the platform reports, or to who has left."""
    assert set(pushes.PLATFORM_EVENTS) < pushes.UNAWAITED
    assert {"unsubscribe", "VIEW", "view_miniprogram"} < pushes.UNAWAITED
    assert not {"subscribe", "SCAN", "CLICK", "scancode_waitmsg"} & pushes.UNAWAITED
