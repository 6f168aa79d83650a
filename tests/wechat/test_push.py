"""What holds for every push: nothing lost, names in any case, frozen, one dedupe key."""

from collections import Counter
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields
from typing import cast
from xml.etree import ElementTree as ET

import pytest

from tests.pushes import body, event, message
from tests.wechat import samples
from wechat import messages
from wechat.errors import MalformedMessage
from wechat.fields import Untypable, folded
from wechat.messages import EVENTS, MESSAGES, parse_message
from wechat.push import Event, Message, Push, UnknownEvent, UnknownMessage, make, registry
from wechat.xml import Fields, Output, Value, load

EVERY_SAMPLE = pytest.mark.parametrize("name", samples.ALL)


def leaves(value: Value, name: str = "") -> list[tuple[str, str]]:
    """Return every scalar in a value with the name it stands under."""
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, key)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in leaves(item, name)]
    return [(name, (value or "").strip())]


def renamed(value: Value, change: Callable[[str], str]) -> Value:
    """Return a value with every name in it changed."""
    if isinstance(value, dict):
        return {change(key): renamed(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [renamed(item, change) for item in value]
    return value


def parse(made: dict[str, Output]) -> Message | Event:
    """Return the typed value of a push with such fields."""
    return parse_message(load(body(made)))


@EVERY_SAMPLE
def test_raw_is_everything(name: str) -> None:
    """Every element that was received is in `raw`, under its own name."""
    received = [
        (element.tag, (element.text or "").strip())
        for element in ET.fromstring(samples.read(name)).iter()
        if not len(element)
    ]
    assert Counter(leaves(dict(samples.push(name).raw))) == Counter(received)


@EVERY_SAMPLE
@pytest.mark.parametrize("change", [str.lower, str.upper, str.swapcase])
def test_element_names_in_any_case(name: str, change: Callable[[str], str]) -> None:
    """A push is the same value whatever the case of its element names, nested ones too."""
    raw = load(samples.read(name))
    swapped = cast(Fields, renamed(dict(raw), change))
    assert samples.same(parse_message(swapped), parse_message(raw))


@EVERY_SAMPLE
@pytest.mark.parametrize("change", [str.lower, str.upper, str.swapcase])
def test_type_names_in_any_case(name: str, change: Callable[[str], str]) -> None:
    """A push is of the same type whatever the case of its MsgType and Event."""
    raw = dict(load(samples.read(name)))
    for field in {"MsgType", "Event"} & raw.keys():
        raw[field] = change(cast(str, raw[field]))
    assert type(parse_message(raw)) is type(samples.push(name))


@EVERY_SAMPLE
def test_frozen(name: str) -> None:
    """No attribute of a push can be assigned, and none added."""
    push = samples.push(name)
    for attribute in fields(push):
        with pytest.raises(FrozenInstanceError):
            setattr(push, attribute.name, None)
    with pytest.raises((AttributeError, TypeError)):
        push.later = 1  # type: ignore[union-attr]
    assert hash(push) == hash(samples.push(name))


@EVERY_SAMPLE
def test_repr_does_not_repeat_raw(name: str) -> None:
    """The repr shows the attributes, not everything a second time."""
    push = samples.push(name)
    assert repr(push).startswith(f"{type(push).__name__}(to_user=")
    assert "raw={" not in repr(push)


@EVERY_SAMPLE
def test_a_retry_has_the_same_key(name: str) -> None:
    """A push that comes again has the key it had, in whatever order its fields are."""
    first = samples.push(name)
    again = parse_message(dict(reversed(list(load(samples.read(name)).items()))))
    assert again.dedupe_key == first.dedupe_key
    assert first.dedupe_key.startswith(f"{first.from_user}:")


def test_no_two_samples_share_a_key() -> None:
    """Different pushes of one user in one second have different keys."""
    pushes = [samples.push(name) for name in samples.ALL]
    distinct = [push for push in pushes if not isinstance(push, Message) or push.msg_id is None]
    assert len({push.dedupe_key for push in distinct}) == len(distinct)


SECOND: dict[str, Output] = {"CreateTime": 1714037059}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (event("VIEW", EventKey="k"), event("CLICK", EventKey="k")),
        (event("CLICK", EventKey="a"), event("CLICK", EventKey="b")),
        (event("CLICK"), event("CLICK", FromUserName="oSomebodyElse")),
        (event("subscribe"), event("subscribe", Ticket="t")),
        (
            event("LOCATION", Latitude="1", Longitude="2"),
            event("LOCATION", Latitude="1", Longitude="3"),
        ),
        (event("TEMPLATESENDJOBFINISH", MsgID=1), event("TEMPLATESENDJOBFINISH", MsgID=2)),
        (event("hologram", A="1"), event("hologram", A="2")),
        (event("hologram"), event("holograph")),
        (message("text", MsgId=1), message("text", MsgId=2)),
        (message("text", MsgId=1), message("text", MsgId=1, FromUserName="oSomebodyElse")),
        (message("text", MsgId="", Content="a"), message("text", MsgId="", Content="b")),
        (message("text", MsgId=""), event("CLICK")),
        (
            event(
                "subscribe_msg_popup_event", SubscribeMsgPopupEvent={"List": {"TemplateId": "a"}}
            ),
            event(
                "subscribe_msg_popup_event", SubscribeMsgPopupEvent={"List": {"TemplateId": "b"}}
            ),
        ),
    ],
)
def test_other_pushes_have_other_keys(one: dict[str, Output], other: dict[str, Output]) -> None:
    """Two pushes of the same second that differ in anything have different keys."""
    assert parse(one | SECOND).dedupe_key != parse(other | SECOND).dedupe_key
    assert parse(one | SECOND).dedupe_key == parse(one | SECOND).dedupe_key


def test_an_event_at_another_time() -> None:
    """The same event a second later is another one."""
    first, later = (parse(event("CLICK", CreateTime=time)) for time in (1, 2))
    assert first.dedupe_key != later.dedupe_key


def test_a_message_is_known_by_its_id() -> None:
    """The key of a message is its sender and MsgId, whatever else a retry changes."""
    first = parse(message("text", MsgId=7, CreateTime=1, FromUserName="o"))
    again = parse(message("text", MsgId="7", CreateTime=2, FromUserName="o", Extra="1"))
    assert first.dedupe_key == again.dedupe_key == "o:7"


@pytest.mark.parametrize("msg_id", ["", "seven", None])
def test_a_message_without_an_id(msg_id: str | None) -> None:
    """A message without a readable MsgId is known by all of its fields."""
    head = message("text", CreateTime=1, Content="a")
    del head["MsgId"]
    head |= {} if msg_id is None else {"MsgId": msg_id}
    push = parse(head)
    assert isinstance(push, Message)
    assert push.msg_id is None
    assert push.dedupe_key == parse(head).dedupe_key == push.fields_key()
    assert push.dedupe_key != parse(head | {"Content": "b"}).dedupe_key


def test_registry() -> None:
    """Each class of a namespace stands under each of its kinds, and others under none."""
    assert MESSAGES["text"] is messages.TextMessage
    assert EVENTS["publishjobfinish"] is EVENTS["freepublishjobfinish"]
    assert registry(vars(messages), Event) == {}
    assert not {"", "event", Push.kind} & (MESSAGES.keys() | EVENTS.keys())
    assert all(kind == kind.lower() for kind in MESSAGES.keys() | EVENTS.keys())


@pytest.mark.parametrize("kind", ["text", "hologram"])
def test_make_has_two_tries(kind: str) -> None:
    """A push that not even the unknown type can hold is malformed, not merely untypable."""
    with pytest.raises(MalformedMessage, match="create_time") as raised:
        make(MESSAGES, UnknownMessage, kind, folded({"FromUserName": "o"}))
    assert not isinstance(raised.value, Untypable)


def test_make_of_an_unknown_event() -> None:
    """A push under no known kind is made as the unknown type."""
    made = make(EVENTS, UnknownEvent, "hologram", folded({"CreateTime": "1", "Event": "hologram"}))
    assert type(made) is UnknownEvent
