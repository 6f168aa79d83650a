"""What the page reads of the account's own writing, where it could be led astray."""

from typing import Any

import pytest
from playwright.sync_api import Page

RICH = """async (text) => {
    const { rich } = await import("/static/js/phone/links.js");
    const said = (node) => node.nodeType ? [node.tagName, node.href ?? "", node.textContent] : node;
    return rich(text, "oNobody").map(said);
}"""
PARSE = """async (xml) => {
    const { parse } = await import("/static/js/markup.js");
    return parse(xml);
}"""
FIELDS = """async (xml) => {
    const { fieldsOf } = await import("/static/js/markup.js");
    return fieldsOf(xml);
}"""


def link(href: str, text: str) -> list[str]:
    """Return what a link is told as."""
    return ["A", href, text]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("plain <b>text</b>", ["plain <b>text</b>"]),
        ('<a href="http://a.test/">x</a>!', [link("http://a.test/", "x"), "!"]),
        ("<A HREF='https://a.test/?b=1&amp;c'>x</A>", [link("https://a.test/?b=1&c", "x")]),
        ("<a href=https://a.test/>x</a>", [link("https://a.test/", "x")]),
        ('<a href="javascript:alert(1)">x</a>', ['<a href="javascript:alert(1)">x</a>']),
        ('<a href=" javascript:alert(1)">x</a>', ['<a href=" javascript:alert(1)">x</a>']),
        ('<a href="data:text/html,x">x</a>', ['<a href="data:text/html,x">x</a>']),
        ('<a href="//a.test/">x</a>', ['<a href="//a.test/">x</a>']),
        (
            '<a onclick="alert(1)" href="http://a.test/">x</a>',
            [link("http://a.test/", "x")],
        ),
        ("see http://a.test/b, or", ["see ", link("http://a.test/b", "http://a.test/b"), ", or"]),
        ("<a href=", ["<a href="]),
        ('<a href="weixin://bizmsgmenu?msgmenucontent=y">x</a>', [["BUTTON", "", "x"]]),
    ],
)
def test_links(page: Page, text: str, made: list[Any]) -> None:
    """Only a link to a web page, or an answer to a message menu, is more than text."""
    assert page.evaluate(RICH, text) == made


def test_fields(page: Page) -> None:
    """Text is read alike in CDATA and without; an element may be empty."""
    xml = (
        '<?xml version="1.0"?>\n<xml><A><![CDATA[<b> & ]]]]><![CDATA[>]]></A>'
        "<B>1 &lt; 2 &#20320;&#x1F600;</B><C/><D></D></xml>\n"
    )
    expected = {"A": "<b> & ]]>", "B": "1 < 2 你😀", "C": "", "D": ""}
    assert page.evaluate(FIELDS, xml) == expected


@pytest.mark.parametrize(
    "xml",
    ["", "success", "<xml>", "<xml></a>", "<xml/><xml/>", "</xml>", "<xml a='b'/>", "<a>" * 60],
)
def test_no_xml(page: Page, xml: str) -> None:
    """What is no such XML is said to be none."""
    assert page.evaluate(PARSE, xml) is None
