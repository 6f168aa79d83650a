"""load() on XML: what is read, what is tidied, and what untrusted bytes are refused."""

import pytest

from wechat.errors import MalformedMessage
from wechat.xml import MAX_BYTES, MAX_DEPTH, MAX_MARKUP, Value, load, text


def nested(levels: int, leaf: str) -> bytes:
    """Return a document of so many levels, the root and the innermost element counted."""
    inner = levels - 1
    return f"<xml>{'<a>' * inner}{leaf}{'</a>' * inner}</xml>".encode()


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("<a>1</a>", "1"),
        ("<a><![CDATA[1]]></a>", "1"),
        ("<a><![CDATA[<b>&amp;</b>]]></a>", "<b>&amp;</b>"),
        ("<a>&lt;&amp;&#20320;</a>", "<&你"),
        ("<a><![CDATA[a]]>b<![CDATA[c]]></a>", "abc"),
        ("<a><![CDATA[]]]]><![CDATA[>]]></a>", "]]>"),
        ("<a b='1'>2</a>", "2"),
        ("<a xmlns='urn:x'>2</a>", "2"),
        ("<a>1<!-- 2 -->3</a>", "13"),
        ("<a>9007199254740993</a>", "9007199254740993"),
        ("<a>😀\u2028\x7f\x85</a>", "😀\u2028\x7f\x85"),
        ("<a>1</a><a>2</a>", ["1", "2"]),
        ("<a/><a>2</a><a/>", [None, "2", None]),
        ("<a><b>1</b><c/></a>", {"b": "1", "c": None}),
        ("<a><b>1</b>\n<b>2</b></a>", {"b": ["1", "2"]}),
        ("<a><b>1</b></a><a>2</a>", [{"b": "1"}, "2"]),
        ("<a>loose<b>1</b></a>", {"b": "1", "#text": "loose"}),
    ],
)
def test_values(body: str, value: Value) -> None:
    """A field is text, None, a list of repeated ones or a dict of nested ones."""
    assert load(f"<xml>{body}</xml>".encode()) == {"a": value}


@pytest.mark.parametrize(
    "empty", ["", "<a></a>", "<a/>", "<a><![CDATA[]]></a>", "<a> \n</a>", "<a>\n<![CDATA[ ]]></a>"]
)
def test_empty_and_absent(empty: str) -> None:
    """An empty element, empty CDATA, mere white space and absence are alike."""
    fields = load(f"<xml>{empty}<z>1</z></xml>".encode())
    assert (fields.get("a"), text(fields.get("a"))) == (None, "")


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("<a> 1 </a>", "1"),
        ("<a>\r\n\t<![CDATA[ 1\n]]>\n</a>", "1"),
        ("<a> 1  2 </a>", "1  2"),
        ("<a> 1 </a><a> 2 </a>", ["1", "2"]),
        ("<a>\n<b> 1 </b>\n<b>2\n</b>\n</a>", {"b": ["1", "2"]}),
        ("<a>\n<b>\n<c> 1 </c>\n</b>\n</a>", {"b": {"c": "1"}}),
        ("<a> <b> 1 </b> </a><a> <b> 2 </b> </a>", [{"b": "1"}, {"b": "2"}]),
        ("<a>\n<b>\n</b>\n</a>", {"b": None}),
        ("<a>\n<Content> 1 </Content>\n</a>", {"Content": " 1 "}),
    ],
)
def test_white_space_is_stripped(body: str, value: Value) -> None:
    """White space around a field is stripped at any depth, and white space between fields."""
    assert load(f"<xml>\n{body}\n</xml>".encode()) == {"a": value}


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("<Content> 1\n </Content>", " 1\n "),
        ("<Content>\n<![CDATA[ 1 ]]>\n</Content>", "\n 1 \n"),
        ("<Content> </Content>", " "),
        ("<Content> 1 </Content><Content> 2 </Content>", [" 1 ", " 2 "]),
        ("<Content></Content>", None),
    ],
)
def test_content_keeps_its_white_space(body: str, value: Value) -> None:
    """What a user typed stays as it was typed."""
    assert load(f"<xml>{body}</xml>".encode()) == {"Content": value}


@pytest.mark.parametrize(
    "character",
    [chr(code) for code in range(0x20) if code not in b"\t\n\r"] + ["\ufffe", "\uffff"],
    ids=lambda character: f"U+{ord(character):04X}",
)
def test_control_characters_are_removed(character: str) -> None:
    """Characters that no XML may contain are removed from wherever they stand."""
    body = "<xml><Content><![CDATA[a_b_]]></Content>_<a>1_2</a></xml>_".replace("_", character)
    assert load(body.encode()) == {"Content": "ab", "a": "12"}


@pytest.mark.parametrize("character", ["\t", "\n", " ", "\x7f", "\ufffd", "\ufeff"])
def test_other_characters_stay(character: str) -> None:
    """Characters that XML may contain are not removed."""
    body = f"<xml><Content>a{character}b</Content></xml>"
    assert load(body.encode()) == {"Content": f"a{character}b"}


@pytest.mark.parametrize(
    "start",
    [
        "\ufeff",
        "\ufeff\n ",
        "\n",
        "\r\n\t ",
        "\0\x0b ",
        '<?xml version="1.0"?>',
        ' <?xml version="1.0" encoding="utf-8"?>\n',
        '\ufeff<?xml version="1.0" encoding="GBK"?>',
        '<?xml version="1.0" encoding="no-such-encoding"?>',
        "<!-- comment -->",
    ],
)
@pytest.mark.parametrize("end", ["", "\n", "<!-- comment -->"])
def test_what_may_stand_around(start: str, end: str) -> None:
    """A BOM, white space, comments and a declaration are no harm; all is read as UTF-8."""
    assert load(f"{start}<xml><a>你</a></xml>{end}".encode()) == {"a": "你"}


BOMB = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE xml><xml><a>1</a></xml>",
        b"<?xml version='1.0'?>\n<!DOCTYPE xml []><xml><a>1</a></xml>",
        b"<!DOCTYPE xml SYSTEM 'file:///etc/passwd'><xml><a>1</a></xml>",
        b"<!DOCTYPE xml PUBLIC '-//x' 'http://localhost/x.dtd'><xml><a>1</a></xml>",
        b"<!DOC\0TYPE xml><xml><a>1</a></xml>",
        b"<!DOCTYPE xml [<!ENTITY a 'b'>]><xml><a>&a;</a></xml>",
        b"<!DOCTYPE xml [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><xml><a>&a;</a></xml>",
        f"<!DOCTYPE xml [<!ENTITY a0 'ha'>{BOMB}]><xml><a>&a9;</a></xml>".encode(),
    ],
)
def test_doctype(body: bytes) -> None:
    """A document type is refused, with or without entities in it."""
    with pytest.raises(MalformedMessage, match="has a DOCTYPE"):
        load(body)


@pytest.mark.parametrize("leaf", ["1", "<a/>"])
def test_depth(leaf: str) -> None:
    """MAX_DEPTH levels are read, and not one more."""
    levels = MAX_DEPTH - leaf.startswith("<")
    assert load(nested(levels, leaf))
    with pytest.raises(MalformedMessage, match=f"deeper than {MAX_DEPTH} levels"):
        load(nested(levels + 1, leaf))


@pytest.mark.parametrize("levels", [100, 1000, 4999, 10_000, 100_000])
def test_far_too_deep(levels: int) -> None:
    """Levels by the thousand are refused like one too many."""
    with pytest.raises(MalformedMessage, match=r"deeper|elements"):
        load(nested(levels, "1"))


def test_elements() -> None:
    """MAX_MARKUP tags are read, and not one more."""
    most = MAX_MARKUP - 2
    assert load(f"<xml>{'<a/>' * most}</xml>".encode()) == {"a": [None] * most}
    with pytest.raises(MalformedMessage, match=f"over {MAX_MARKUP} elements"):
        load(f"<xml>{'<a/>' * (most + 1)}</xml>".encode())


def test_size() -> None:
    """MAX_BYTES bytes are read, and not one more, whatever they are."""
    content = b"x" * (MAX_BYTES - len("<xml><a></a></xml>"))
    assert load(b"<xml><a>%b</a></xml>" % content) == {"a": content.decode()}
    for body in (b"<xml><a>%bx</a></xml>" % content, b" " * (MAX_BYTES + 1)):
        with pytest.raises(MalformedMessage, match=f"over {MAX_BYTES} bytes"):
            load(body)


@pytest.mark.parametrize("body", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\0\x01", b"\xef\xbf\xbf"])
def test_empty_body(body: bytes) -> None:
    """A body with nothing in it is refused."""
    with pytest.raises(MalformedMessage, match="body is empty"):
        load(body)


@pytest.mark.parametrize(
    "body",
    [
        b"success",
        b"<xml>",
        b"<xml><a></xml>",
        b"<xml><a>1</a></xml><xml><a>1</a></xml>",
        b"<xml><a>1</a></xml>GET /",
        b"<xml><a>&nbsp;</a></xml>",
        b"<xml><a>&#0;&#xFFFF;</a></xml>",
        b"<xml><a><![CDATA[1]]</a></xml>",
        b"<xml><a b=1>1</a></xml>",
        b"<xml><1>1</1></xml>",
        b"<xml><a>\xff</a></xml>",
        b"<xml><a>\xc0\xbc</a></xml>",
        b"<xml><a>\xed\xa0\x80</a></xml>",
        b"<xml><a>\xe4\xbd</a></xml>",
        "<xml><a>你</a></xml>".encode("gbk"),
        "<xml><a>1</a></xml>".encode("utf-16"),
        "<?xml version='1.0' encoding='UTF-16'?><xml><a>1</a></xml>".encode("utf-16"),
        "<xml><a>1</a></xml>".encode("utf-32"),
    ],
)
def test_not_xml(body: bytes) -> None:
    """What is not XML in UTF-8 is refused."""
    with pytest.raises(MalformedMessage, match="not XML"):
        load(body)


@pytest.mark.parametrize(
    "body",
    [
        b"<html><a>1</a></html>",
        b"<XML><a>1</a></XML>",
        b"<a><xml><b>1</b></xml></a>",
        b"<xml/>",
        b"<xml></xml>",
        b"<xml>text</xml>",
        b"<xml> \n </xml>",
        b"<x:xml xmlns:x='urn:x'><a>1</a></x:xml>",
    ],
)
def test_not_a_message(body: bytes) -> None:
    """A document with another root, or with no fields in it, is refused."""
    with pytest.raises(MalformedMessage, match="no <xml> element with fields"):
        load(body)


@pytest.mark.parametrize(
    ("value", "scalar"),
    [
        (None, ""),
        ("", ""),
        ("1", "1"),
        (["1", "2"], "1"),
        ([None, "2"], ""),
        ([["1"], "2"], "1"),
        ([{"#text": "1"}, "2"], "1"),
        ({"a": "1"}, ""),
        ({"a": "1", "#text": "2"}, "2"),
    ],
)
def test_text(value: Value, scalar: str) -> None:
    """Any field can be read as text: the first of several, "" where there is none."""
    assert text(value) == scalar


def test_text_outside_of_fields() -> None:
    """Text between the fields is no field, with repeated ones beside it or without."""
    assert load(b"<xml>a<B>1</B>b<C>2</C></xml>") == {"B": "1", "C": "2"}
    assert load(b"<xml>a<B>1</B>b<C>2</C><C>3</C></xml>") == {"B": "1", "C": ["2", "3"]}
