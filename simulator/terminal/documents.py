"""A recording taken apart: documents one after another, in XML or in JSON."""

import json
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from wechat.xml import clean

_NAMES = ("xml", "body")  # under which logs keep the XML in an object of JSON


def documents(data: bytes) -> Iterator[bytes]:
    """Yield the payloads of a recording: each an XML document, or an object of JSON.

    Of JSON there may be one value after another, as in JSON lines, or lists. A payload is
    an object with the fields of the push, a string that is XML, or an object that has such
    a string as ``xml`` or ``body``.

    Raises:
        ValueError: it is nothing of that.

    """
    text = clean(data.decode("utf-8-sig")).strip()
    if not text:
        raise ValueError("it is empty")
    if text.startswith("<"):
        yield from _of_xml(text.encode())
    else:
        found = [payload for value in _of_json(text) for payload in _payload(value)]
        if not found:
            raise ValueError("it is an empty list")
        yield from found


def _of_xml(data: bytes) -> Iterator[bytes]:
    while data:
        end = _end(data)
        yield data[:end]
        data = data[end:].lstrip()


def _end(data: bytes) -> int:
    """Return where the first document of `data` ends."""
    parser, depth, end = expat.ParserCreate("utf-8"), 0, 0

    def opened(*_: object) -> None:
        nonlocal depth
        depth += 1

    def closed(_: object) -> None:
        nonlocal depth, end
        depth -= 1
        if not depth:
            end = data.index(b">", parser.CurrentByteIndex) + 1

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    try:
        parser.Parse(data, True)  # noqa: FBT003  # expat's own
    except expat.ExpatError as error:
        if not end:  # else it is the next document that does not belong here
            raise ValueError(f"it is not XML: {error}") from None
    return end


def _of_json(text: str) -> Iterator[Any]:
    decoder = json.JSONDecoder(parse_float=str)
    at = 0
    while at < len(text):
        value, at = decoder.raw_decode(text, at)
        while at < len(text) and text[at].isspace():
            at += 1
        yield value


def _payload(value: Any) -> Iterator[bytes]:
    if isinstance(value, list):
        for item in value:
            yield from _payload(item)
        return
    if isinstance(value, dict):
        held = next((value[name] for name in _NAMES if isinstance(value.get(name), str)), value)
        if held is value:
            yield json.dumps(value).encode()
            return
        value = held
    if not isinstance(value, str):
        raise ValueError(  # noqa: TRY004  # of a type that the file chose
            "it is neither XML nor JSON that holds XML or the fields of a push"
        )
    yield from _of_xml(clean(value).strip().encode())
