"""What a field may hold, checked before anything is sent; the errors name field and limit."""

import re

_OPENID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MEDIA_ID = re.compile(r"[\x21-\x7e]{1,256}")
# What `api.codec` leaves out, and what it refuses.
_NOT_SENT = re.compile("[\x00-\x07\x0b\x0e-\x1f\ud800-\udfff]")


def text(name: str, value: object, *, most: int | None = None, empty: bool = False) -> str:
    """Return a text of at most `most` bytes of UTF-8, not empty unless it may be.

    Raises:
        TypeError: it is no text.
        ValueError: it is empty, or too long.

    """
    if not isinstance(value, str):
        raise TypeError(f"{name} must be str, not {type(value).__name__}")
    if not empty and not value.strip():
        raise ValueError(f"{name} must not be empty")
    size = len(value.encode("utf-8", "surrogatepass"))
    if most is not None and size > most:
        raise ValueError(f"{name} has {size} bytes: the limit is {most}")
    return value


def exact(name: str, value: object, *, most: int | None = None) -> str:
    """Return a text, not empty, that has to arrive as it is: a key, or what comes back.

    Raises:
        TypeError: it is no text.
        ValueError: it is empty or too long, or something of it would not be sent.

    """
    known = text(name, value, most=most)
    if lost := _NOT_SENT.search(known):
        raise ValueError(f"{name} has {lost[0]!a}, which cannot be sent")
    return known


def whole(name: str, value: object, low: int, high: int) -> int:
    """Return a whole number from `low` to `high`.

    Raises:
        TypeError: it is no int.
        ValueError: it is out of bounds.

    """
    if type(value) is not int:  # bool is an int to Python
        raise TypeError(f"{name} must be int, not {type(value).__name__}")
    if not low <= value <= high:
        raise ValueError(f"{name} is {value}: it must be from {low} to {high}")
    return value


def openid(value: object, name: str = "openid") -> str:
    """Return an openid.

    Raises:
        TypeError: it is no text.
        ValueError: it can be none.

    """
    if not _OPENID.fullmatch(text(name, value)):
        raise ValueError(f"{name} is not an openid: 1 to 64 letters, digits, _ and -")
    return str(value)


def media_id(value: object, name: str = "media_id") -> str:
    """Return the id of a file that was uploaded.

    Raises:
        TypeError: it is no text.
        ValueError: it can be none.

    """
    if not _MEDIA_ID.fullmatch(text(name, value)):
        raise ValueError(f"{name} is not a media id: 1 to 256 visible characters")
    return str(value)


def choice(name: str, value: object, among: frozenset[str]) -> str:
    """Return one of a few words.

    Raises:
        TypeError: it is no text.
        ValueError: it is another.

    """
    if text(name, value) not in among:
        raise ValueError(f"{name} is {value!r}: it must be one of {', '.join(sorted(among))}")
    return str(value)
