"""How the fields of an answer are read: leniently, since only `raw` is sure to be whole."""

import re
from collections.abc import Mapping
from typing import Any

Raw = Mapping[str, Any]
_DIGITS = re.compile("[0-9]{1,20}")  # of 64 bits


def text_in(answer: Raw, name: str) -> str:
    """Return a text; a number as its digits, "" where there is nothing."""
    value = answer.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""


def whole_in(answer: Raw, name: str) -> int:
    """Return a whole number, also one that came as text; 0 where there is none."""
    value = answer.get(name)
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    return value if isinstance(value, int) else 0


def list_in(answer: Raw, name: str) -> list[Any]:
    """Return a list, empty where there is none."""
    value = answer.get(name)
    return value if isinstance(value, list) else []


def objects_in(answer: Raw, name: str) -> list[Raw]:
    """Return the objects of a list."""
    return [item for item in list_in(answer, name) if isinstance(item, Mapping)]
