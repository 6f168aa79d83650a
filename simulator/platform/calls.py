"""One call of the API as its function sees it, and what it may answer."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.platform.errors import ApiError
from simulator.users import User

if TYPE_CHECKING:
    from simulator.world import World

# An escape like \u4f60: a backslash that no other one escapes, and u.
_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")

JSON_BYTES = 1 << 20
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An answer that is no JSON."""

    filename: str
    content_type: str
    data: bytes


Answer = Json | File


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What the service asks for; `body` is None where it was too long to be kept."""

    world: "World"
    path: str
    query: Mapping[str, str]
    content_type: str
    body: bytes | None

    def fields(self, *, escapes: bool = True) -> Json:
        """Return the object that the body is; `escapes`: may it have characters as numbers.

        Raises:
            ApiError: 45002 it is too long, 44002 empty, 40033 has an escape, 47001 is no
                JSON object.

        """
        if self.body is None or len(self.body) > JSON_BYTES:
            raise ApiError(45002)
        if not self.body.strip():
            raise ApiError(44002)
        if not escapes and _ESCAPE.search(self.body):
            raise ApiError(40033)
        try:
            value = json.loads(self.body.decode("utf-8-sig"), parse_constant=_no_constant)
            json.dumps(value, ensure_ascii=False).encode()  # half a pair of \ud83d cannot be
        except (ValueError, RecursionError):
            raise ApiError(47001) from None
        if not isinstance(value, dict):
            raise ApiError(47001)
        return value

    def user(self, openid: Any, errcode: int = 40003) -> User:
        """Return the user of `openid`.

        Raises:
            ApiError: `errcode`, there is none.

        """
        user = self.world.users.get(openid) if isinstance(openid, str) else None
        if user is None:
            raise ApiError(errcode)
        return user


def _no_constant(name: str) -> None:
    """Refuse NaN and Infinity, which are Python's and no JSON."""
    raise ValueError(f"{name} is no JSON")


def text(fields: Json, name: str, errcode: int = 40097) -> str:
    """Return a text that must not be empty.

    Raises:
        ApiError: `errcode`, it is missing, empty or no text.

    """
    value = fields.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ApiError(errcode)
    return value


def optional(fields: Json, name: str) -> str:
    """Return a text, "" where there is none.

    Raises:
        ApiError: 40097, it is no text.

    """
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ApiError(40097)
    return value


def inner(fields: Json, name: str) -> Json:
    """Return an object within an object.

    Raises:
        ApiError: 47001, it is missing or none.

    """
    value = fields.get(name)
    if not isinstance(value, dict):
        raise ApiError(47001)
    return value


OK: Json = {"errcode": 0, "errmsg": "ok"}
