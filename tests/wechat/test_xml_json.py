"""load() on JSON, the form of the console's debug tool: read to the same shape as XML."""

import json

import pytest

from tests.wechat import samples
from wechat.errors import MalformedMessage
from wechat.messages import parse_message
from wechat.push import UnknownEvent
from wechat.xml import MAX_DEPTH, Value, load


def test_the_debug_push() -> None:
    """The push of the console's debug tool is an event with every field readable."""
    push = parse_message(load(samples.read("events/debug_demo.json")))
    assert isinstance(push, UnknownEvent)
    assert (push.event, push.raw["debug_str"]) == ("debug_demo", "hello world")
    assert (push.from_user, push.create_time) == ("o9AgO5Kd5ggOC-bXrbNODIiE3bGY", 1714112445)


@pytest.mark.parametrize("name", samples.ALL)
def test_json_says_the_same_as_xml(name: str) -> None:
    """A push means the same in either form."""
    fields = load(samples.read(name))
    assert load(json.dumps(fields).encode()) == fields
    assert load(json.dumps(fields, ensure_ascii=False, indent=1).encode()) == fields


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ('"1"', "1"),
        ('"\\u4f60\\ud83d\\ude00"', "你😀"),
        ('"a\tb"', "a\tb"),
        ("null", None),
        ('""', None),
        ("[]", None),
        ("{}", {}),
        ("6054768590064713728", "6054768590064713728"),
        ("9007199254740993", "9007199254740993"),
        ("-1", "-1"),
        ("23.10", "23.10"),
        ("1e400", "1e400"),
        ("9" * 5000, "9" * 5000),
        ("NaN", "NaN"),
        ("-Infinity", "-Infinity"),
        ("true", "1"),
        ("false", "0"),
        ("[1]", ["1"]),
        ('[1, null, "", "2"]', ["1", None, None, "2"]),
        ('{"b": 1, "c": [{"d": true}]}', {"b": "1", "c": [{"d": "1"}]}),
    ],
)
def test_values(literal: str, value: Value) -> None:
    """Every value is text, None, a list or a dict; numbers stay exactly as written."""
    assert load(f'{{"a": {literal}}}'.encode()) == {"a": value}


@pytest.mark.parametrize("start", ["", "\ufeff", " \r\n\t", "\0", "\ufeff\n"])
def test_what_may_stand_before(start: str) -> None:
    """JSON is recognized behind a BOM, white space and control characters."""
    assert load(f'{start}{{"a": "b"}}\n'.encode()) == {"a": "b"}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ('{"a": " 1 ", "b": "\\n2\\t"}', {"a": "1", "b": "2"}),
        ('{"a": " ", "b": {"c": [" 1", "\\n"]}}', {"a": None, "b": {"c": ["1", None]}}),
        ('{"Content": " 1 "}', {"Content": " 1 "}),
        ('{"a": {"Content": ["\\n2"]}}', {"a": {"Content": ["\n2"]}}),
    ],
)
def test_white_space(body: str, fields: Value) -> None:
    """White space is stripped around every field except Content, as in XML."""
    assert load(body.encode()) == fields


@pytest.mark.parametrize(
    "character",
    ["\\u0000", "\\u001f", "\\ufffe", "\\uffff", "\\ud800", "\\udfff", "\x01", "\ufffe"],
)
def test_control_characters_are_removed(character: str) -> None:
    """Characters that no XML may contain are removed, escaped or not, from names as well."""
    body = f'{{"a{character}": "1{character}2", "b": {{"c{character}": ["{character}"]}}}}'
    assert load(body.encode()) == {"a": "12", "b": {"c": [None]}}


def test_surrogates_in_utf_8() -> None:
    """Half a character in the bytes themselves is removed like one that is escaped."""
    assert load(b'{"a": "1\xed\xa0\x802"}') == {"a": "12"}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ('{"a": 1, "a": 2}', {"a": "1"}),
        ('{"a": null, "a": 2}', {"a": None}),
        ('{"b": {"a": 1, "a": 2}}', {"b": {"a": "1"}}),
        ('{"a": 1, "a\\u0000": 2}', {"a": "1"}),
    ],
)
def test_the_first_of_equal_names(body: str, fields: Value) -> None:
    """Of two values under one name the first wins, also where only cleaning makes it one."""
    assert load(body.encode()) == fields


def test_a_name_that_is_empty() -> None:
    """A field without a name cannot stand in for what was received."""
    head = {"FromUserName": "o", "CreateTime": 1, "MsgType": "x"}
    push = parse_message(load(json.dumps({"": {"fake": 1}} | head).encode()))
    assert push.raw["FromUserName"] == "o"


@pytest.mark.parametrize(("start", "end"), [('{"a":', "}"), ("[", "]"), ('[{"a":', "}]")])
@pytest.mark.parametrize("times", [MAX_DEPTH + 1, 1000, 100_000])
def test_depth(start: str, end: str, times: int) -> None:
    """What is nested deeper than XML may be is refused, with no RecursionError."""
    with pytest.raises(MalformedMessage, match=r"nested deeper|RecursionError|elements"):
        load(f'{{"a": {start * times}1{end * times}}}'.encode())


@pytest.mark.parametrize(("start", "end"), [('{"a":', "}"), ("[", "]")])
def test_a_permitted_depth(start: str, end: str) -> None:
    """What is nested a little less deep than the bound is read."""
    times = MAX_DEPTH - 2
    assert load(f'{{"a": {start * times}1{end * times}}}'.encode())


@pytest.mark.parametrize("levels", range(MAX_DEPTH - 1, MAX_DEPTH + 4))
def test_the_depth_of_either_form(levels: int) -> None:
    """JSON may be nested exactly as deep as XML."""

    def reads(body: str) -> bool:
        try:
            return bool(load(body.encode()))
        except MalformedMessage:
            return False

    assert reads('{"a":' * levels + "1" + "}" * levels) == reads(
        f"<xml>{'<a>' * levels}1{'</a>' * levels}</xml>"
    )


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"a"}',
        b'{"a": 1,}',
        b"{'a': 1}",
        b'{"a": 1} {"b": 2}',
        b'{"a": 1}<xml/>',
        b'{"a": "\xff"}',
        b'{"a": "\xc0\xbc"}',
        b'{"a": "\\ud83"}',
        b'{"a": undefined}',
        b'{"a": 01}',
    ],
)
def test_not_json(body: bytes) -> None:
    """What begins as JSON and is not is refused."""
    with pytest.raises(MalformedMessage, match="not JSON"):
        load(body)


@pytest.mark.parametrize("body", [b"[1]", b"null", b'"a"', b"1", b'[{"a": 1}]'])
def test_not_an_object(body: bytes) -> None:
    """Only a JSON object is a message."""
    with pytest.raises(MalformedMessage):
        load(body)
