"""dump(): WeChat's form, and what it writes is read back by load() and by xmltodict."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st

from wechat.xml import Output, clean, dump, load

NAMES = st.sampled_from(["a", "B", "Content", "item", "X_1", "MsgId"])
TEXTS = st.text() | st.text(st.sampled_from("]>[<&! \n\t\r\0\x0b\ufffe\ud800aé😀CDAT")).map(
    lambda text: text.replace("C", "<![CDATA[")
)
SCALARS: st.SearchStrategy[Output] = TEXTS | st.integers()
DOCUMENTS: st.SearchStrategy[Mapping[str, Output]] = st.dictionaries(
    NAMES,
    st.recursive(
        SCALARS,
        lambda inner: (
            st.dictionaries(NAMES, inner, max_size=4)
            | st.lists(st.dictionaries(NAMES, inner, max_size=3), max_size=3)
        ),
        max_leaves=12,
    ),
)


def as_read(value: Output, *, strip: bool, name: str = "") -> Any:
    """Return what a reader makes of `value`: XML knows no numbers, no empty lists, no CR."""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        read = re.sub(r"\r\n?", "\n", clean(value))
        return (read.strip(" \t\n") if strip and name != "Content" else read) or None
    if isinstance(value, Mapping):
        fields = {key: as_read(item, strip=strip, name=key) for key, item in value.items()}
        return {key: item for key, item in fields.items() if item != []} or None
    items = [as_read(item, strip=strip) for item in value]
    return items[0] if len(items) == 1 else items


@pytest.mark.parametrize(
    ("fields", "written", "read"),
    [
        ({"a": "1"}, "<a><![CDATA[1]]></a>", {"a": "1"}),
        ({"a": 1}, "<a>1</a>", {"a": "1"}),
        ({"a": -(2**63)}, "<a>-9223372036854775808</a>", {"a": "-9223372036854775808"}),
        ({"a": ""}, "<a><![CDATA[]]></a>", {"a": None}),
        ({"a": "<&>'\""}, "<a><![CDATA[<&>'\"]]></a>", {"a": "<&>'\""}),
        ({"a": "你\n😀"}, "<a><![CDATA[你\n😀]]></a>", {"a": "你\n😀"}),
        ({"b": "1", "a": "2"}, "<b><![CDATA[1]]></b><a><![CDATA[2]]></a>", {"b": "1", "a": "2"}),
        ({"a": {"b": 1}}, "<a><b>1</b></a>", {"a": {"b": "1"}}),
        ({"a": {"b": {"c": 1}}}, "<a><b><c>1</c></b></a>", {"a": {"b": {"c": "1"}}}),
        ({"a": {}}, "<a></a>", {"a": None}),
        ({"a": [{"b": 1}]}, "<a><b>1</b></a>", {"a": {"b": "1"}}),
        (
            {"a": [{"b": 1}, {"b": 2}]},
            "<a><b>1</b></a><a><b>2</b></a>",
            {"a": [{"b": "1"}, {"b": "2"}]},
        ),
        ({"z": 1, "a": []}, "<z>1</z>", {"z": "1"}),
        ({"a": "]]>"}, "<a><![CDATA[]]]]><![CDATA[>]]></a>", {"a": "]]>"}),
        (
            {"a": "1]]></a><b>2</b>"},
            "<a><![CDATA[1]]]]><![CDATA[></a><b>2</b>]]></a>",
            {"a": "1]]></a><b>2</b>"},
        ),
        ({"a": "]]]]>>"}, "<a><![CDATA[]]]]]]><![CDATA[>>]]></a>", {"a": "]]]]>>"}),
        ({"a": "]]"}, "<a><![CDATA[]]]]></a>", {"a": "]]"}),
        ({"a": "]]\0>"}, "<a><![CDATA[]]]]><![CDATA[>]]></a>", {"a": "]]>"}),
        ({"a": "]\ud800]\uffff>"}, "<a><![CDATA[]]]]><![CDATA[>]]></a>", {"a": "]]>"}),
        ({"a": "1\x022\x1d\ufffe"}, "<a><![CDATA[12]]></a>", {"a": "12"}),
        ({"Content": " 1\n"}, "<Content><![CDATA[ 1\n]]></Content>", {"Content": " 1\n"}),
    ],
)
def test_written_and_read(
    fields: Mapping[str, Output], written: str, read: dict[str, object]
) -> None:
    """Text is written as CDATA that nothing in it can close, and reads back the same."""
    assert dump(fields) == f"<xml>{written}</xml>"
    assert load(dump(fields).encode()) == read


@given(DOCUMENTS)
def test_load_is_the_inverse(fields: Mapping[str, Output]) -> None:
    """Whatever dump() writes, load() reads, but for the white space that it strips."""
    fields = {**fields, "always": "1"}
    assert load(dump(fields).encode()) == as_read(fields, strip=True)


@given(DOCUMENTS)
def test_xmltodict_reads_it(fields: Mapping[str, Output]) -> None:
    """Whatever dump() writes, xmltodict alone reads as well, to the last blank."""
    fields = {**fields, "always": "1"}
    read = xmltodict.parse(dump(fields), strip_whitespace=False)
    assert read == {"xml": as_read(fields, strip=False)}


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("", ""),
        ("a\tb\nc\rd", "a\tb\nc\rd"),
        ("".join(map(chr, range(0x20))), "\t\n\r"),
        ("\ufffd\ufffe\uffff\U00010000", "\ufffd\U00010000"),
        ("a\ud800b\udfffc", "abc"),
        ("\x7f\x80\u2028", "\x7f\x80\u2028"),
    ],
)
def test_clean(text: str, cleaned: str) -> None:
    """Exactly the characters that no XML may contain are removed."""
    assert clean(text) == cleaned


def test_clean_of_every_character() -> None:
    """Of all code points none is removed but C0, surrogates, U+FFFE and U+FFFF."""
    removed = {code for code in range(0x110000) if not clean(chr(code))}
    controls = set(range(0x20)) - set(b"\t\n\r")
    assert removed == controls | set(range(0xD800, 0xE000)) | {0xFFFE, 0xFFFF}
