"""JSON to and from the platform: characters as themselves, and patience with what comes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.codec import NotJson, dumps, loads


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ({"content": "你好 😀"}, '{"content":"你好 😀"}'),
        ({"content": 'a"b\\c/d'}, '{"content":"a\\"b\\\\c/d"}'),
        ({"content": "a\nb\tc"}, '{"content":"a\\nb\\tc"}'),
        ({"content": "a\x00\x10b\x1d\x1d"}, '{"content":"ab"}'),
        ({"content": "\\u4f60 \\u0001"}, '{"content":"\\\\u4f60 \\\\u0001"}'),
        ({"content": "\\\x01\\\\\x02"}, '{"content":"\\\\\\\\\\\\"}'),
        (
            {"n": 6054768590064713728, "t": True, "x": None},
            '{"n":6054768590064713728,"t":true,"x":null}',
        ),
    ],
)
def test_sent(value: dict[str, Any], sent: str) -> None:
    """No character is escaped that need not be, and none is sent that could only be escaped."""
    assert dumps(value) == sent.encode()


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.booleans() | st.none()))
def test_round_trip(value: dict[str, Any]) -> None:
    """Whatever is sent is JSON, and says the same but for control characters."""

    def without(text: Any) -> Any:
        shown = (
            [c for c in text if c >= " " or c in "\b\f\n\r\t"] if isinstance(text, str) else text
        )
        return "".join(shown) if isinstance(text, str) else shown

    body = dumps(value)
    assert b"\\u" not in body.replace(b"\\\\", b"")
    assert json.loads(body) == {without(key): without(each) for key, each in value.items()}


@pytest.mark.parametrize(
    ("value", "error", "words"),
    [
        ({"x": "\ud83d"}, ValueError, "half of a character"),
        ({"x": float("nan")}, ValueError, "not JSON compliant"),
        ({"x": b"bytes"}, TypeError, "bytes is not JSON serializable"),
    ],
)
def test_not_json(value: dict[str, Any], error: type[Exception], words: str) -> None:
    """What JSON has not is refused before it is sent."""
    with pytest.raises(error, match=words):
        dumps(value)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": "\x01\x1d\n"}', {"a": "\x01\x1d\n"}),
        (b'{"a": "\xe4\xbd"}', {"a": "�"}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b' {"a": 1}\n', {"a": 1}),
    ],
)
def test_received(body: bytes, value: dict[str, Any]) -> None:
    """Control characters, broken UTF-8 and a mark before it are no obstacle."""
    assert loads(body) == value


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'"ok"', b"null", b"{", b"[" * 100_000, b"\xff\xfe{\x00}\x00"]
)
def test_no_object(body: bytes) -> None:
    """What is no object is said to be none."""
    with pytest.raises(NotJson):
        loads(body)
