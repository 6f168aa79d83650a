"""How an answer is read: leniently, so that no surprise of the platform's is an error."""

from typing import Any

import pytest

from api.results import list_in, objects_in, text_in, whole_in

NO_NUMBERS: list[Any] = [None, 5.5, [], "", "x", "5.0", "-5", "５", "²", "9" * 5000]


@pytest.mark.parametrize(
    ("value", "text"),
    [("x", "x"), (208396938, "208396938"), (None, ""), (True, ""), (1.5, ""), ([], ""), ({}, "")],
)
def test_text(value: Any, text: str) -> None:
    """A number may stand where a text should."""
    assert text_in({"x": value}, "x") == text


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        ("5", 5),
        (6054768590064713728, 6054768590064713728),
        ("6054768590064713728", 6054768590064713728),
        *((value, 0) for value in NO_NUMBERS),
    ],
)
def test_whole(value: Any, number: int) -> None:
    """A text may stand where a number should, though not one of any length."""
    assert whole_in({"x": value}, "x") == number


def test_lists() -> None:
    """A list is itself, or those of its items that are objects."""
    assert list_in({"x": [1, "a"]}, "x") == [1, "a"]
    assert objects_in({"x": [1, {"a": 1}, None, []]}, "x") == [{"a": 1}]


@pytest.mark.parametrize("value", [None, "x", {"a": 1}, 5])
def test_no_lists(value: Any) -> None:
    """What should be a list and is none has nothing in it."""
    assert list_in({"x": value}, "x") == objects_in({"x": value}, "x") == []


def test_nothing() -> None:
    """What is not there is empty."""
    assert (text_in({}, "x"), whole_in({}, "x"), list_in({}, "x")) == ("", 0, [])
