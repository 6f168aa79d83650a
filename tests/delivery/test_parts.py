"""A long text in parts: measured in bytes, cut where a reader would, complete."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.parts import parts
from wechat.replies import TEXT_BYTES
from wechat.xml import clean


def test_limit_is_in_bytes() -> None:
    """A character of three bytes counts three."""
    assert list(parts("长" * 667)) == ["长" * 666, "长"]
    assert list(parts("a" * TEXT_BYTES)) == ["a" * TEXT_BYTES]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. two\nthree four", ["One. two", "three four"]),
        ("One two. Three four", ["One two.", "Three four"]),
        ("一二三。四五六", ["一二三。", "四五六"]),
        ("one two three four", ["one two", "three four"]),
        ("一二三，四五六", ["一二三，", "四五六"]),
        ("onetwothreefour", ["onetwothreef", "our"]),
        ("a\nbcdefghijklmno", ["a\nbcdefghijk", "lmno"]),
        ("v1.2345 is it", ["v1.2345 is", "it"]),
    ],
)
def test_cut(text: str, expected: list[str]) -> None:
    """It is cut behind a line, else a sentence, else a word; never in the first half."""
    assert list(parts(text, 12)) == expected


def test_nothing() -> None:
    """A text of blanks alone has no part, however long it is."""
    assert list(parts("")) == []
    assert list(parts(" \n" * TEXT_BYTES)) == []


def test_unprintable() -> None:
    """What no message can contain takes up no room."""
    assert list(parts("a\x00" * TEXT_BYTES)) == ["a" * TEXT_BYTES]


@given(st.text("ab长。，. \n\x01\ud800", max_size=200), st.integers(4, 30))
def test_complete(text: str, most: int) -> None:
    """Nothing is lost but white space at the cuts; no part is too long, or blank."""
    found = list(parts(text, most))
    assert "".join("".join(found).split()) == "".join(clean(text).split())
    assert all(len(part.encode()) <= most and part.strip() for part in found)
