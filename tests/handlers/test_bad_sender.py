"""Well-formed messages that name the wrong sender or receiver, and odd ones that are served."""

from typing import Any

import pytest

from handlers.service import Endpoint
from tests import pushes
from tests.handlers.sending import Refuses, Send, logged
from wechat.crypto import EncryptionMode
from wechat.push import UnknownEvent

OTHER_ID = {"original_id": "gh_another"}
MODES = list(EncryptionMode)


@pytest.mark.parametrize("sender", ["oSomebodyElse", pushes.USER.upper(), pushes.USER + "1"])
@pytest.mark.gen_test
async def test_openid_differs(sender: str, refuses: Refuses) -> None:
    """In plaintext the sender must be the openid of the signed query."""
    body = pushes.body(pushes.message(FromUserName=sender, Content="forged"))
    cause = "FromUserName is not the openid of the query"
    await refuses(pushes.query(openid=pushes.USER), body, 403, cause, "安全模式")


@pytest.mark.gen_test
async def test_injected_sender(send: Send, endpoint: Endpoint) -> None:
    """Of a repeated FromUserName the first counts: a user can only add elements behind it."""
    fields = pushes.message(Content="hello")
    injected = b"<FromUserName>oForged</FromUserName></xml>"
    body = pushes.body(fields).removesuffix(b"</xml>") + injected
    response = await send(pushes.query(openid=pushes.USER), body)
    assert response.code == 200
    [(_, message)] = endpoint.state["pushes"]
    assert message.from_user == pushes.USER


@pytest.mark.parametrize("query", [{"openid": pushes.USER}, {"openid": ""}, {}])
@pytest.mark.gen_test
async def test_openid_agrees_or_is_absent(
    query: dict[str, str], send: Send, endpoint: Endpoint
) -> None:
    """A message is served where the openid agrees, and where WeChat sent none."""
    response = await send(pushes.query() | query, pushes.body(pushes.message(Content="hello")))
    assert response.code == 200
    assert len(endpoint.state["pushes"]) == 1


@pytest.mark.parametrize("account", [OTHER_ID], indirect=True)
@pytest.mark.gen_test
async def test_other_receiver(refuses: Refuses) -> None:
    """A message to another account's original id is refused where one is set."""
    body = pushes.body(pushes.message(Content="hello"))
    cause = "ToUserName is not this account"
    await refuses(pushes.query(), body, 403, cause, "compare WECHAT_ORIGINAL_ID with 原始ID")


@pytest.mark.parametrize("account", [OTHER_ID | {"mode": "safe"}], indirect=True)
@pytest.mark.gen_test
async def test_other_receiver_encrypted(refuses: Refuses) -> None:
    """So is one that came encrypted, whatever the envelope says."""
    plain = pushes.body(pushes.message(Content="hello"))
    query, body = pushes.sealed(plain, pushes.query())
    body = body.replace(pushes.ORIGINAL_ID.encode(), OTHER_ID["original_id"].encode())
    await refuses(query, body, 403, "ToUserName is not this account", "WECHAT_ORIGINAL_ID")


@pytest.mark.parametrize("account", [{"original_id": pushes.ORIGINAL_ID}], indirect=True)
@pytest.mark.gen_test
async def test_right_receiver(send: Send, endpoint: Endpoint) -> None:
    """A message to the account's own original id is served."""
    response = await send(pushes.query(), pushes.body(pushes.message(Content="hello")))
    assert response.code == 200
    assert len(endpoint.state["pushes"]) == 1


async def push(send: Send, endpoint: Endpoint, body: bytes) -> Any:
    """Push `body` as the account's mode wants it; return the hook it reached and its value."""
    query = pushes.query(openid=pushes.USER)
    if endpoint.account.mode is not EncryptionMode.PLAINTEXT:
        query, body = pushes.sealed(body, query)
    response = await send(query, body)
    assert (response.code, response.body) == (200, b"success")
    [reached] = endpoint.state["pushes"]
    return reached


@pytest.mark.parametrize("account", MODES, indirect=True)
@pytest.mark.parametrize(
    "unwanted",
    [bytes([code]) for code in (0, 1, 8, 11, 12, 14, 27, 31)] + [b"\xef\xbf\xbe", b"\xef\xbf\xbf"],
)
@pytest.mark.gen_test
async def test_control_characters(unwanted: bytes, send: Send, endpoint: Endpoint) -> None:
    """NUL, control characters and noncharacters are removed, and the message is served."""
    body = pushes.body(pushes.message(Content="a?b")).replace(b"?", unwanted)
    hook, message = await push(send, endpoint, unwanted + body)
    assert (hook, message.content) == ("on_message", "ab")


@pytest.mark.parametrize("account", MODES, indirect=True)
@pytest.mark.parametrize(
    "name",
    [
        "finish",
        "connection_close",
        "__init__",
        "message",
        "event",
        "text",
        "Finish",
        "on_finish",
        "../finish",
        "",
        "x" * 10_240,
        "订阅",
    ],
    ids=lambda name: name[:20],
)
@pytest.mark.gen_test
async def test_event_names(name: str, send: Send, endpoint: Endpoint) -> None:
    """An event whose name looks like a method reaches on_event, and no other method."""
    hook, message = await push(send, endpoint, pushes.body(pushes.event(name)))
    assert hook == "on_event"
    assert type(message) is UnknownEvent
    assert message.event == name


@pytest.mark.gen_test
async def test_nothing_to_complain_of(
    send: Send, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    """What is served leaves no line in the log."""
    await push(send, endpoint, pushes.body(pushes.message(Content="hello")))
    assert logged(caplog) == []
