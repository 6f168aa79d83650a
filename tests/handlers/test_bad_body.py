"""Bodies that are no message, or that would harm who reads them."""

import pytest

from tests import pushes
from tests.handlers.sending import Refuses, Send, logged
from wechat.crypto import EncryptionMode
from wechat.xml import MAX_DEPTH, MAX_MARKUP

REMEDY = "WeChat sends nothing like it: a proxy changes the body, or the request was forged"
HEAD = b"<FromUserName>oUser1234567890</FromUserName><MsgType>text</MsgType>"
TIMED = HEAD + b"<CreateTime>1</CreateTime>"
BILLION_LAUGHS = (
    b'<!DOCTYPE xml [<!ENTITY a "ha">'
    + b"".join(
        b'<!ENTITY %c "%s">' % (name, b"&%c;" % (name - 1) * 10) for name in range(ord("b"), 107)
    )
    + b"]><xml>"
    + TIMED
    + b"<Content>&j;</Content></xml>"
)


def nested(levels: int) -> bytes:
    """Return a message with a field nested `levels` deep."""
    return b"<xml>" + TIMED + b"<a>" * levels + b"</a>" * levels + b"</xml>"


UNREADABLE = {
    "empty": (b"", "the body is empty"),
    "white space": (b" \r\n\t", "the body is empty"),
    "control characters alone": (b"\x00\x1b", "the body is empty"),
    "a BOM alone": (b"\xef\xbb\xbf", "the body is empty"),
    "text": (b"hello", "the body is not XML"),
    "form data": (b"a=1&b=2", "the body is not XML"),
    "unclosed": (b"<xml>" + TIMED, "the body is not XML"),
    "two documents": (b"<xml>" + TIMED + b"</xml><xml/>", "the body is not XML"),
    "an unknown entity": (b"<xml>" + TIMED + b"&nbsp;</xml>", "the body is not XML"),
    "another root": (b"<msg>" + TIMED + b"</msg>", "the body has no <xml> element"),
    "no fields": (b"<xml/>", "the body has no <xml> element"),
    "text in the root": (b"<xml>hello</xml>", "the body has no <xml> element"),
    "a DOCTYPE": (b"<!DOCTYPE xml><xml>" + TIMED + b"</xml>", "the body has a DOCTYPE"),
    "an external entity": (
        b'<!DOCTYPE xml [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml>&e;</xml>',
        "the body has a DOCTYPE",
    ),
    "an entity bomb": (BILLION_LAUGHS, "the body has a DOCTYPE"),
    "too deep": (nested(MAX_DEPTH), "the body is nested deeper than 32 levels"),
    "ten thousand levels": (nested(10_000), "the body "),
    "too much markup": (
        b"<xml>" + TIMED + b"<a/>" * MAX_MARKUP + b"</xml>",
        "the body has over 10000 elements",
    ),
    "invalid UTF-8": (b"<xml>" + TIMED + b"<Content>\xff\xfe</Content></xml>", "is not XML"),
    "overlong UTF-8": (b"<xml>" + TIMED + b"<Content>\xc0\xaf</Content></xml>", "is not XML"),
    "UTF-16": ("<xml>hello</xml>".encode("utf-16"), "the body is not XML"),
    "GBK": (b"<xml>" + TIMED + "<a>你好</a>".encode("gbk") + b"</xml>", "the body is not XML"),
    "broken JSON": (b'{"FromUserName": ', "the body is not JSON"),
    "deep JSON": (b'{"a":' * 5000 + b"1" + b"}" * 5000, "the body is "),
    "no MsgType": (
        b"<xml><FromUserName>oUser1234567890</FromUserName><CreateTime>1</CreateTime></xml>",
        "MsgType is missing",
    ),
    "an empty MsgType": (b"<xml><MsgType> </MsgType><a>1</a></xml>", "MsgType is missing"),
    "no FromUserName": (
        b"<xml><MsgType>text</MsgType><CreateTime>1</CreateTime></xml>",
        "FromUserName is missing",
    ),
    "an empty FromUserName": (
        b"<xml><MsgType>text</MsgType><FromUserName/></xml>",
        "FromUserName is missing",
    ),
    "no CreateTime": (b"<xml>" + HEAD + b"</xml>", "create_time has no readable value"),
    "CreateTime in words": (
        b"<xml>" + HEAD + b"<CreateTime>now</CreateTime></xml>",
        "create_time has no readable value",
    ),
    "a fractional CreateTime": (
        b"<xml>" + HEAD + b"<CreateTime>1.5</CreateTime></xml>",
        "create_time has no readable value",
    ),
    "an endless CreateTime": (
        b"<xml>" + HEAD + b"<CreateTime>" + b"9" * 5000 + b"</CreateTime></xml>",
        "create_time has no readable value",
    ),
}

unreadable = pytest.mark.parametrize(("body", "cause"), UNREADABLE.values(), ids=UNREADABLE)


@unreadable
@pytest.mark.gen_test
async def test_plaintext(body: bytes, cause: str, refuses: Refuses) -> None:
    """In plaintext, where the body is unsigned, what is unreadable is refused."""
    await refuses(pushes.query(), body, 400, cause, REMEDY)


@unreadable
@pytest.mark.parametrize("account", [EncryptionMode.SAFE, EncryptionMode.COMPATIBLE], indirect=True)
@pytest.mark.gen_test
async def test_signed(body: bytes, cause: str, send: Send, refuses: Refuses) -> None:
    """Under a right msg_signature it is WeChat's own: acknowledged, and logged as an error."""
    query, envelope = pushes.sealed(body, pushes.query())
    response = await send(query, envelope)
    assert (response.code, response.body) == (200, b"success")
    assert refuses.endpoint.state["pushes"] == []
    [line] = logged(refuses.caplog)
    assert line.startswith("default: WeChat sent what this version cannot read: ")
    assert cause in line
    assert [r.levelname for r in refuses.caplog.records] == ["ERROR"]


@unreadable
@pytest.mark.parametrize("account", [EncryptionMode.SAFE], indirect=True)
@pytest.mark.gen_test
async def test_instead_of_an_envelope(
    body: bytes, cause: str, send: Send, refuses: Refuses
) -> None:
    """A safe account that is sent it bare refuses it: nothing shows who made it."""
    query, _ = pushes.sealed(b"", pushes.query())
    response = await send(query, body)
    assert response.code in {400, 403}
    assert refuses.endpoint.state["pushes"] == []
    assert len(logged(refuses.caplog)) == 1


@pytest.mark.gen_test
async def test_deepest(send: Send, refuses: Refuses) -> None:
    """A message just within the bound on nesting is served."""
    response = await send(pushes.query(), nested(MAX_DEPTH - 1))
    assert response.code == 200
    assert len(refuses.endpoint.state["pushes"]) == 1
