"""What is kept of a call for the developer to read: never a token or a secret, never much."""

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from simulator.platform.calls import Answer, File

BLANK = "***"
MOST = 4_000  # characters
MOST_BYTES = 4 * MOST + 8  # hold more than that, whatever is cut in two

_SECRET_NAMES = frozenset({"access_token", "secret", "appsecret"})
# In text that may be no JSON: "secret": "…", to the next quotation mark or the end.
_SECRET_FIELDS = re.compile(
    r'("(?:access_token|secret|appsecret)"\s*:\s*")(?:[^"\\]|\\.)*', re.DOTALL
)


def query(raw: str) -> str:
    """Return a query without what it must not show."""
    pairs = parse_qsl(raw, keep_blank_values=True, errors="replace")
    shown = [(name, BLANK if name in _SECRET_NAMES else value) for name, value in pairs]
    return bounded(urlencode(shown, safe="*", quote_via=quote))


def body(received: bytearray, size: int, content_type: str, secrets: Iterable[str]) -> str:
    """Return the beginning of a body of `size` bytes; of one that is no text, what it is."""
    if content_type.startswith("multipart/"):
        return f"{size} bytes of multipart/form-data"
    beginning = bytes(received[:MOST_BYTES])
    try:
        found = beginning.decode()
    except UnicodeDecodeError as error:
        if size == len(beginning) or error.start < len(beginning) - 3:
            return f"{size} bytes that are no text"
        found = beginning[: error.start].decode()
    return bounded(blanked(found, secrets), size)


def answer(given: Answer) -> str:
    """Return an answer as it is shown: JSON, or a line about the file."""
    if isinstance(given, File):
        return f"{len(given.data)} bytes of {given.content_type}"
    return bounded(blanked(dumped(given), ()))


def dumped(given: Any) -> str:
    """Return JSON as the platform writes it."""
    return json.dumps(given, ensure_ascii=False, separators=(",", ":"))


def blanked(text: str, secrets: Iterable[str]) -> str:
    """Return `text` without the values of secret fields, and without any of `secrets`."""
    for secret in filter(None, secrets):
        text = text.replace(secret, BLANK)
    return _SECRET_FIELDS.sub(rf"\g<1>{BLANK}", text)


def bounded(text: str, size: int = 0) -> str:
    """Return the beginning of what is long, and of how many bytes it is."""
    if len(text) <= MOST:
        return text
    return f"{text[:MOST]}… ({size or len(text.encode())} bytes in all)"
