"""JSON as the platform writes and reads it. No I/O."""

import json
import re
from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]

# A control character as json writes it; an escaped backslash before a u is none.
_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\u00[01][0-9a-f]")


class NotJson(ValueError):
    """What came is no JSON object."""


def dumps(value: Json) -> bytes:
    r"""Return JSON in UTF-8, every character as itself: the platform refuses ``\u4f60``.

    Control characters, which JSON could only escape, are left out.

    Raises:
        ValueError: half of a surrogate pair, or a number that JSON has not.
        TypeError: a value that JSON has not.

    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    if "\\u" in text:
        text = _ESCAPE.sub(r"\1", text)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        broken = ascii(text[error.start])
        raise ValueError(f"{broken} is half of a character: decode the text anew") from None


def loads(body: bytes) -> dict[str, Any]:
    """Return the object in an answer, in which control characters and broken UTF-8 occur.

    Raises:
        NotJson: it is no object.

    """
    try:
        value = json.loads(body.decode("utf-8-sig", "replace"), strict=False)
    except (ValueError, RecursionError):
        raise NotJson("the answer is no JSON") from None
    if not isinstance(value, dict):
        raise NotJson("the answer is no JSON object")
    return value
