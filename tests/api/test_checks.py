"""What a field may hold: its bounds, and that an error names field and limit."""

import re
from typing import Any

import pytest

from api import checks


@pytest.mark.parametrize("value", ["o", "o-_9" * 16])
def test_openid(value: str) -> None:
    """An openid is up to 64 letters, digits, _ and -."""
    assert checks.openid(value) == value


@pytest.mark.parametrize("value", ["m", "m" * 256, "!~"])
def test_media_id(value: str) -> None:
    """A media id is up to 256 visible characters."""
    assert checks.media_id(value) == value


@pytest.mark.parametrize("value", ["你\n\t\r\b\f\x7f\u2028", "x"])
def test_exact(value: str) -> None:
    """What JSON has a short escape for is sent."""
    assert checks.exact("x", value) == value


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("openid", ("o\n",), ValueError("openid is not an openid")),
        ("openid", ("你", "touser"), ValueError("touser is not an openid")),
        ("media_id", ("m\n",), ValueError("media_id is not a media id")),
        ("media_id", ("m" * 257,), ValueError("1 to 256 visible characters")),
        ("exact", ("x", "a\x07"), ValueError(r"x has '\x07', which cannot be sent")),
        ("exact", ("x", "a\x0b"), ValueError(r"x has '\x0b'")),
        ("exact", ("x", "a\x1f"), ValueError(r"x has '\x1f'")),
        ("exact", ("x", "a\udfff"), ValueError(r"x has '\udfff'")),
        ("exact", ("x", " "), ValueError("x must not be empty")),
        ("text", ("x", None), TypeError("x must be str, not NoneType")),
        ("whole", ("x", 1.0, 0, 9), TypeError("x must be int, not float")),
        ("whole", ("x", 10, 0, 9), ValueError("x is 10: it must be from 0 to 9")),
        ("choice", ("x", 1, frozenset("a")), TypeError("x must be str, not int")),
        ("choice", ("x", "c", frozenset("ab")), ValueError("x is 'c': it must be one of a, b")),
    ],
)
def test_refused(name: str, arguments: Any, error: Exception) -> None:
    """Anything else is refused in words."""
    with pytest.raises(type(error), match=re.escape(str(error))):
        getattr(checks, name)(*arguments)


def test_half_a_character_has_a_size() -> None:
    """What cannot be sent can be measured, so that the codec can say what is wrong with it."""
    with pytest.raises(ValueError, match="x has 3 bytes: the limit is 2"):
        checks.text("x", "\ud83d", most=2)
