"""The callback URL: its verification by GET, and what a POST is answered with."""

from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from tornado.httpclient import AsyncHTTPClient

from handlers.service import Endpoint, Service
from tests import pushes
from tests.handlers.sending import Refuses, Send, logged
from wechat.crypto import EncryptionMode
from wechat.signature import sign

MODES = list(EncryptionMode)
TOKEN, NONCE, NOW = "AAAAA", "1514711492", 1_714_036_504


@pytest.mark.parametrize("account", MODES, indirect=True)
@pytest.mark.parametrize(
    "echostr",
    ["4375120948345356249", "a+b c%20&=", "<script>alert(1)</script>", "你好", " ", "x" * 5000],
    ids=lambda echostr: echostr[:10],
)
@pytest.mark.gen_test
async def test_echostr(echostr: str, send: Send, endpoint: Endpoint) -> None:
    """A signed GET is answered with echostr and nothing else, as plain text, in every mode."""
    response = await send(pushes.query(echostr=echostr))
    assert (response.code, response.body.decode()) == (200, echostr)
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert endpoint.state["pushes"] == []


@pytest.mark.parametrize("account", [{"token": TOKEN}], indirect=True)
@pytest.mark.gen_test
async def test_documented_vector(service: Service, send: Send) -> None:
    """The verification in WeChat's own documentation succeeds."""
    service.clock = lambda: NOW + 2.0
    query = {
        "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696",
        "timestamp": str(NOW),
        "nonce": NONCE,
        "echostr": "4375120948345356249",
    }
    assert (await send(query)).body == b"4375120948345356249"


@pytest.mark.gen_test
async def test_repeated_get(send: Send, caplog: pytest.LogCaptureFixture) -> None:
    """WeChat may repeat the very same GET; each one is answered, and noted."""
    query = pushes.query(echostr="again")
    assert [(await send(query)).body for _ in range(3)] == [b"again"] * 3
    assert logged(caplog) == ["default: the URL was verified"] * 3


@pytest.mark.parametrize("account", MODES, indirect=True)
@pytest.mark.parametrize(("extra", "problem"), [({}, "missing"), ({"echostr": ""}, "empty")])
@pytest.mark.gen_test
async def test_no_echostr(extra: dict[str, str], problem: str, refuses: Refuses) -> None:
    """A signed GET without echostr is refused: WeChat's console always sends one."""
    await refuses(pushes.query() | extra, None, 403, "'echostr' is missing or empty")


@pytest.mark.parametrize("account", [{"previous_token": "previous1"}], indirect=True)
@pytest.mark.parametrize("token", [pushes.TOKEN, "previous1"])
@pytest.mark.gen_test
async def test_previous_token(token: str, send: Send) -> None:
    """While a change of token spreads, the previous one verifies too."""
    assert (await send(pushes.query(token=token, echostr="ok"))).body == b"ok"


@pytest.mark.parametrize(
    "name", ["foo", "openId", "Signature", "signature[]", "echo", "你", b"\xff"]
)
@pytest.mark.gen_test
async def test_extra_parameters(name: str | bytes, send: Send) -> None:
    """Parameters that the protocol does not know are no reason to refuse."""
    query = urlencode([*pushes.query(echostr="ok").items(), (name, b"\xfe")])
    response = await send(query)
    assert response.body == b"ok"


@pytest.mark.gen_test
async def test_encoded_parameters(send: Send) -> None:
    """A nonce with characters that must be encoded is verified as it was meant."""
    stamp = pushes.query()["timestamp"]
    query = {"timestamp": stamp, "nonce": "a b&c=你", "echostr": "ok"}
    signature = sign(pushes.TOKEN, stamp, query["nonce"])
    assert (await send(query | {"signature": signature})).body == b"ok"


@pytest.mark.gen_test
async def test_reply(service: Service, endpoint: Endpoint, send: Send) -> None:
    """A reply goes from the account to the sender, at our time, as XML in UTF-8."""
    endpoint.state["answer"] = "好 <&>"
    service.clock = lambda: NOW + 0.9
    query = pushes.query(timestamp=NOW)
    response = await send(query, pushes.body(pushes.message(Content="hello", CreateTime=5)))
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert {element.tag: element.text for element in ET.fromstring(response.body)} == {
        "ToUserName": pushes.USER,
        "FromUserName": pushes.ORIGINAL_ID,
        "CreateTime": str(NOW),
        "MsgType": "text",
        "Content": "好 <&>",
    }


@pytest.mark.gen_test
async def test_acknowledgement(send: Send) -> None:
    """A message without an answer is acknowledged by `success`, as plain text."""
    response = await send(pushes.query(), pushes.body(pushes.message(Content="hello")))
    assert response.body == b"success"
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.gen_test
async def test_no_more_headers_than_needed(send: Send) -> None:
    """An answer has the headers that it needs, and none that names the software."""
    response = await send(pushes.query(), pushes.body(pushes.message(Content="hello")))
    names = {name for name, _ in response.headers.get_all()}
    assert names - {"Connection"} == {"Content-Type", "Content-Length", "Date"}


@pytest.mark.parametrize("content_type", ["text/xml", "application/x-www-form-urlencoded", ""])
@pytest.mark.gen_test
async def test_content_type(content_type: str, send: Send, endpoint: Endpoint) -> None:
    """What the request calls its body makes no difference."""
    body = pushes.body(pushes.message(Content="你好=1&b"))
    response = await send(pushes.query(), body, headers={"Content-Type": content_type})
    assert response.code == 200
    assert endpoint.state["pushes"][0][1].content == "你好=1&b"


@pytest.mark.gen_test
async def test_method_override(http_client: AsyncHTTPClient, base_url: str) -> None:
    """A form field or a header cannot make a POST of another method."""
    target = base_url + pushes.url("/wechat", pushes.query(echostr="ok", _method="POST"))
    response = await http_client.fetch(target, headers={"X-HTTP-Method-Override": "POST"})
    assert response.body == b"ok"
