"""The bodies of pushes and replies: load() reads untrusted bytes, dump() writes our own.

xmltodict reads. Left alone it accepts a DOCTYPE, ten thousand levels and elements by the
hundred thousand, and strips the white space of what a user typed; so the bounds and the
rules here stand around it. WeChat forwards control characters that no XML may contain
(silenceper/wechat 750, WeRoBot 419): they are removed before parsing.

The console's debug tool pushes JSON; load() reads that too.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, TypeAlias
from xml.parsers import expat

import xmltodict

from wechat.errors import MalformedMessage

Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"
Fields: TypeAlias = Mapping[str, Value]
Output: TypeAlias = "str | int | Mapping[str, Output] | Sequence[Mapping[str, Output]]"

MAX_BYTES = 1024 * 1024  # a real message is under 10 kB
MAX_DEPTH = 32  # the deepest real one, MASSSENDJOBFINISH, has 5 levels
MAX_MARKUP = 10_000  # "<", or "," "[" "{": a parser's work grows with them, not with bytes

_WHITE_SPACE = " \t\r\n"
_C0 = bytes(set(range(0x20)) - set(b"\t\n\r"))
_NONCHARACTERS = b"\xef\xbf"  # how U+FFFE and U+FFFF begin
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_BOM = b"\xef\xbb\xbf"


def load(data: bytes) -> Fields:
    """Return the fields of an ``<xml>`` document, or of the debug tool's JSON object.

    Values are strings, None for an empty element, lists for repeated ones, dicts for
    nested ones. White space is stripped around every field except ``Content``. Of a name
    that JSON repeats, the first value is kept.

    Raises:
        MalformedMessage: it is neither, or breaks a bound, or has a DOCTYPE.

    """
    if len(data) > MAX_BYTES:
        raise MalformedMessage(f"the body is over {MAX_BYTES} bytes")
    data = _printable(data).lstrip()
    if not data:
        raise MalformedMessage("the body is empty")
    return _load_json(data) if data.startswith(b"{") else _load_xml(data)


def dump(fields: Mapping[str, Output]) -> str:
    """Return `fields` as WeChat documents a reply: CDATA for text, no declaration."""
    return f"<xml>{_elements(fields)}</xml>"


def clean(text: str) -> str:
    """Return `text` without the characters that no XML document may contain."""
    # isprintable() is quick, and false wherever there is something to remove.
    return text if text.isprintable() else _UNPRINTABLE.sub("", text)


def text(value: Value) -> str:
    """Return a scalar field as text: the first one where it is repeated, "" for none."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return text(value[0]) if value else ""
    if isinstance(value, dict):
        return text(value.get("#text"))
    return ""


def _printable(data: bytes) -> bytes:
    data = data.removeprefix(_BOM).translate(None, _C0)
    if _NONCHARACTERS in data:
        data = data.replace(b"\xef\xbf\xbe", b"").replace(b"\xef\xbf\xbf", b"")
    return data


class _Parser:
    """What xmltodict takes for expat, and for the parser that it makes.

    It lets no DOCTYPE pass, and has attributes handed over in the form that costs least,
    since WeChat sends none.
    """

    buffer_text: bool
    ordered_attributes: bool
    StartElementHandler: Any
    EndElementHandler: Any
    CharacterDataHandler: Any

    @classmethod
    def ParserCreate(cls, *_: object) -> "_Parser":  # noqa: N802  # expat's name
        return cls()

    def Parse(self, data: bytes, _: bool) -> None:  # noqa: FBT001, N802  # expat's name
        _parse(data, self.StartElementHandler, self.EndElementHandler, self.CharacterDataHandler)


def _parse(data: bytes, start: Any, end: Any, said: Any) -> None:
    """Have expat tell of the elements in `data` and of the text between them."""
    parser = expat.ParserCreate("utf-8")  # whatever a declaration may claim
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = said
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.Parse(data, True)  # noqa: FBT003  # expat's own


def _refuse_doctype(*_: object) -> NoReturn:
    raise MalformedMessage("the body has a DOCTYPE")


def _tidied(fields: dict[str, Value], depth: int = 1) -> dict[str, Value]:
    """Bound the depth, strip white space, make None of what is empty; in place."""
    if depth >= MAX_DEPTH:  # what is in it is a level deeper
        raise MalformedMessage(f"the body is nested deeper than {MAX_DEPTH} levels")
    for name, value in fields.items():
        if isinstance(value, str):
            if name != "Content":
                fields[name] = value.strip(_WHITE_SPACE) or None
        elif isinstance(value, dict):
            _tidied(value, depth + 1)
        elif isinstance(value, list):
            inner = depth + any(isinstance(item, list) for item in value)  # in JSON only
            fields[name] = [_tidied({name: item}, inner)[name] for item in value]
    # The line breaks between nested elements. Text there is none of WeChat's, but kept.
    if not fields.get("#text", True):
        del fields["#text"]
    return fields


def _load_xml(data: bytes) -> Fields:
    if data.count(b"<") > MAX_MARKUP:
        raise MalformedMessage(f"the body has over {MAX_MARKUP} elements")
    try:
        return _load_flat(data) or _load_nested(data)
    except (expat.ExpatError, ValueError) as error:
        raise MalformedMessage(f"the body is not XML: {error}") from None


class _NotFlat(Exception):
    """A message has nested or repeated fields."""


def _load_flat(data: bytes) -> dict[str, Value]:
    """Return the fields of a message without nested or repeated ones, as most are; else {}.

    It is what xmltodict would say, in less than half its time: that is 4 % of a whole
    request, and 6 % in safe mode, which has two documents.
    """
    fields: dict[str, Value] = {}
    said: list[str] = []
    depth = 0

    def start(name: str, _: object) -> None:
        nonlocal depth
        depth += 1
        said.clear()
        if depth > 2 or name in fields or (depth == 1 and name != "xml"):  # noqa: PLR2004
            raise _NotFlat

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if depth:
            value = "".join(said)
            fields[name] = (value if name == "Content" else value.strip(_WHITE_SPACE)) or None

    try:
        _parse(data, start, end, said.append)
    except _NotFlat:
        return {}
    return fields


def _load_nested(data: bytes) -> dict[str, Value]:
    parsed = xmltodict.parse(data, expat=_Parser, xml_attribs=False, strip_whitespace=False)
    fields = parsed.get("xml")
    if not isinstance(fields, dict):
        raise MalformedMessage("the body has no <xml> element with fields in it")
    fields = _tidied(fields)
    fields.pop("#text", None)  # outside of all fields
    return fields


def _load_json(data: bytes) -> Fields:
    if sum(map(data.count, (b",", b"[", b"{"))) > MAX_MARKUP:
        raise MalformedMessage(f"the body has over {MAX_MARKUP} elements")
    try:
        # Numbers stay as written: a 64-bit id must not become a float.
        fields = json.loads(
            data,
            strict=False,
            parse_int=str,
            parse_float=str,
            parse_constant=str,
            object_pairs_hook=_first_of_each,
        )
        return _tidied({key: _as_value(value) for key, value in fields.items()})
    except (ValueError, RecursionError) as error:
        raise MalformedMessage(f"the body is not JSON: {type(error).__name__}") from None


def _first_of_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    first: dict[str, Any] = {}
    for key, value in pairs:
        first.setdefault(clean(key), value)
    return first


def _as_value(value: Any) -> Value:
    """Give JSON the shape that XML has."""
    if isinstance(value, dict):
        return {key: _as_value(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_value(item) for item in value] or None
    if isinstance(value, bool):
        return "1" if value else "0"
    return clean(value) or None if isinstance(value, str) else None


def _elements(fields: Mapping[str, Output]) -> str:
    return "".join(
        [
            element(tag, value) if isinstance(value, str) else _element(tag, value)
            for tag, value in fields.items()
        ]
    )


def element(tag: str, value: str) -> str:
    """Return a text field as an element that holds nothing else, whatever the text is."""
    # Cleaned first: what is removed may have stood within a "]]>".
    content = clean(value).replace("]]>", "]]]]><![CDATA[>")
    return f"<{tag}><![CDATA[{content}]]></{tag}>"


def _element(tag: str, value: int | Mapping[str, Output] | Sequence[Mapping[str, Output]]) -> str:
    if isinstance(value, int):
        return f"<{tag}>{value}</{tag}>"
    if isinstance(value, Mapping):
        return f"<{tag}>{_elements(value)}</{tag}>"
    return "".join([_element(tag, item) for item in value])
