"""Acts as pages send them: JSON that may hold anything, read value by value.

An act is an object as in ``{"id": 1, "do": "text", "user": "oSomebody", "content": "你好"}``;
`id` is the page's own number, under which the answer comes.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

MOST_CHARACTERS = 65_536  # of an act; a menu with every button full has a third of it
_LARGEST = 1 << 53  # what JavaScript counts exactly
_REQUIRED: Any = object()
_SAMPLE = '{"id": 1, "do": "verify"} or another object'


class BadAct(ValueError):
    """An act that cannot be done; the text says why, and what would be right."""


@dataclass(frozen=True, slots=True)
class Values:
    """The values of an object. `where` is what stands before their names in an error.

    Each reader returns `default` where there is no such value, and raises BadAct where
    there is none, or one of another type.
    """

    given: Mapping[str, Any]
    where: str = ""

    def text(self, name: str, default: str = _REQUIRED) -> str:
        """Return a text that XML can hold."""
        value = self._value(name, default)
        if not isinstance(value, str):
            self._refuse(name, "a text")
        if any("\ud800" <= character <= "\udfff" for character in value):
            self._refuse(name, "a text of whole characters")
        return value

    def number(self, name: str, default: float = _REQUIRED) -> float:
        """Return a finite number."""
        value = self._value(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._refuse(name, "a number")
        if not -_LARGEST <= value <= _LARGEST:  # not a number fails this, too
            self._refuse(name, "a number of usual size")
        return float(value)

    def whole(self, name: str, default: int = _REQUIRED) -> int:
        """Return a number without a fraction."""
        value = self.number(name, default)
        if not value.is_integer():
            self._refuse(name, "a whole number")
        return int(value)

    def decimal(self, name: str) -> int:
        """Return the number that a text consists of, as in "123"."""
        value = self.text(name)
        if not re.fullmatch("-?[0-9]{1,18}", value):
            self._refuse(name, "a number")
        return int(value)

    def flag(self, name: str, default: bool = _REQUIRED) -> bool:  # noqa: FBT001
        """Return true or false."""
        value = self._value(name, default)
        if not isinstance(value, bool):
            self._refuse(name, "true or false")
        return value

    def listed(self, name: str, default: list[Any] = _REQUIRED) -> list[Any]:
        """Return a list of anything."""
        value = self._value(name, default)
        if not isinstance(value, list):
            self._refuse(name, "a list")
        return value

    def texts(self, name: str, default: list[str] = _REQUIRED) -> tuple[str, ...]:
        """Return a list of texts."""
        items = self._items(name, default)
        return tuple(items.text(key) for key in items.given)

    def wholes(self, name: str, default: list[int] = _REQUIRED) -> tuple[int, ...]:
        """Return a list of whole numbers."""
        items = self._items(name, default)
        return tuple(items.whole(key) for key in items.given)

    def part(self, name: str) -> "Values":
        """Return the values of an object in this one; none of them if it is missing."""
        value = self._value(name, {})
        if not isinstance(value, dict):
            self._refuse(name, "an object")
        return Values(value, f"{self.where}{name}.")

    def _items(self, name: str, default: list[Any]) -> "Values":
        items = self.listed(name, default)
        return Values({str(n): item for n, item in enumerate(items)}, f"{self.where}{name}.")

    def _value(self, name: str, default: Any) -> Any:
        value = self.given.get(name, default)
        if value is _REQUIRED:
            raise BadAct(f"{self.where}{name} is missing")
        return value

    def _refuse(self, name: str, wanted: str) -> NoReturn:
        raise BadAct(f"{self.where}{name} must be {wanted}, not {shortened(self.given.get(name))}")


@dataclass(frozen=True, slots=True)
class Act(Values):
    """What a page asks for; `id` is None where it gave no number."""

    id: int | None = None


def read_act(message: str | bytes) -> Act:
    """Read what came over the WebSocket.

    Raises:
        BadAct: it is no JSON object, or too long.

    """
    if isinstance(message, bytes):
        raise BadAct("an act is JSON in a text message, not in a binary one")
    if len(message) > MOST_CHARACTERS:
        raise BadAct(f"the act has {len(message)} characters: send at most {MOST_CHARACTERS}")
    try:
        given = json.loads(message)
    except (ValueError, RecursionError):
        raise BadAct(
            'the act is not JSON: send an object as in {"id": 1, "do": "verify"}'
        ) from None
    if not isinstance(given, dict):
        raise BadAct(f"the act is no object: send {_SAMPLE}")
    number = given.get("id")
    known = isinstance(number, int) and not isinstance(number, bool) and abs(number) <= _LARGEST
    return Act(given, id=number if known else None)


def shortened(value: object) -> str:
    """Return the beginning of a value, as an error names it."""
    shown = json.dumps(value, ensure_ascii=False)
    most = 60
    return shown if len(shown) <= most else f"{shown[:most]}…"
