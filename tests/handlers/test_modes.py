"""Replies in all three modes: encrypted whenever the request was, with what it came with."""

from xml.etree import ElementTree as ET

import pytest

from handlers.service import Endpoint, Service
from tests import pushes
from tests.handlers.sending import Send
from wechat.crypto import AESKey, EncryptionMode, decrypt
from wechat.replies import ACK, Acknowledgement, ImageReply, TransferReply
from wechat.signature import verify
from wechat.xml import load

ENCRYPTED = [EncryptionMode.SAFE, EncryptionMode.COMPATIBLE]
NOW = 1_750_000_000
PREVIOUS = {
    "mode": "safe",
    "token": "newtoken",
    "previous_token": pushes.TOKEN,
    "encoding_aes_key": pushes.OTHER_AES_KEY,
    "previous_encoding_aes_key": pushes.AES_KEY,
}

encrypted = pytest.mark.parametrize("account", ENCRYPTED, indirect=True)


def opened(body: bytes, token: str = pushes.TOKEN, key: str = pushes.AES_KEY) -> str:
    """Return the reply in an encrypted answer as WeChat reads it: verified, then decrypted."""
    envelope = {element.tag: element.text or "" for element in ET.fromstring(body)}
    assert list(envelope) == ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"]
    stamp, nonce, text = envelope["TimeStamp"], envelope["Nonce"], envelope["Encrypt"]
    assert verify(envelope["MsgSignature"], [token], stamp, nonce, text) == token
    assert (stamp, nonce) == (str(NOW), "nonce12345")
    return decrypt(text, [AESKey(key)], pushes.APP_ID)[0].decode()


@pytest.fixture
def service() -> Service:
    """Return a process that lives at NOW."""
    return Service(clock=lambda: NOW + 0.5)


def query(token: str = pushes.TOKEN) -> dict[str, str]:
    """Return a query signed two seconds ago, so that its time is not the reply's."""
    return pushes.query(token, NOW - 2, openid=pushes.USER)


PLAIN = pushes.body(pushes.message(Content="hello"))


@encrypted
@pytest.mark.parametrize("answer", ["你好 😀 ]]>", ImageReply("media"), TransferReply()])
@pytest.mark.gen_test
async def test_encrypted_reply(answer: object, send: Send, endpoint: Endpoint) -> None:
    """A reply is encrypted, and signed over our own time and the request's nonce."""
    endpoint.state["answer"] = answer
    response = await send(*pushes.sealed(PLAIN, query()))
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    reply = load(opened(response.body).encode())
    assert (reply["ToUserName"], reply["FromUserName"]) == (pushes.USER, pushes.ORIGINAL_ID)
    assert reply["CreateTime"] == str(NOW)
    if isinstance(answer, str):
        assert reply["Content"] == answer


@pytest.mark.gen_test
async def test_plaintext_reply(send: Send, endpoint: Endpoint) -> None:
    """In plaintext mode the reply is plaintext."""
    endpoint.state["answer"] = "你好"
    response = await send(query(), PLAIN)
    assert load(response.body)["Content"] == "你好"


@pytest.mark.parametrize(
    "account",
    [{"mode": "plaintext", "encoding_aes_key": pushes.AES_KEY, "app_id": pushes.APP_ID}],
    indirect=True,
)
@pytest.mark.gen_test
async def test_plaintext_with_a_key(send: Send, endpoint: Endpoint) -> None:
    """A plaintext account that has a key, since it changes its mode soon, does not use it."""
    endpoint.state["answer"] = "你好"
    assert load((await send(query(), PLAIN)).body)["Content"] == "你好"


@encrypted
@pytest.mark.parametrize(
    "answer", [None, ACK, "", RuntimeError("hook"), Acknowledgement()], ids=repr
)
@pytest.mark.gen_test
async def test_success_is_never_encrypted(answer: object, send: Send, endpoint: Endpoint) -> None:
    """`success` goes out bare, as WeChat wants it, whyever it is the answer."""
    endpoint.state["answer"] = answer
    response = await send(*pushes.sealed(PLAIN, query()))
    assert (response.code, response.body) == (200, b"success")


@pytest.mark.parametrize("account", [PREVIOUS], indirect=True)
@pytest.mark.parametrize("token", ["newtoken", pushes.TOKEN])
@pytest.mark.parametrize("key", [pushes.OTHER_AES_KEY, pushes.AES_KEY])
@pytest.mark.gen_test
async def test_rotation(token: str, key: str, send: Send, endpoint: Endpoint) -> None:
    """While a change spreads, the reply has the token and the key that the request had."""
    endpoint.state["answer"] = "你好"
    response = await send(*pushes.sealed(PLAIN, query(token), token=token, key=key))
    assert load(opened(response.body, token, key).encode())["Content"] == "你好"


@pytest.mark.parametrize("account", [PREVIOUS], indirect=True)
@pytest.mark.gen_test
async def test_signatures_of_two_tokens(send: Send, endpoint: Endpoint) -> None:
    """Where the two signatures disagree, the reply follows the one over the ciphertext."""
    endpoint.state["answer"] = "你好"
    signed, body = pushes.sealed(PLAIN, query("newtoken"))
    response = await send(signed, body)
    assert load(opened(response.body).encode())["Content"] == "你好"


@encrypted
@pytest.mark.gen_test
async def test_fresh_random_bytes(service: Service, send: Send, endpoint: Endpoint) -> None:
    """Two equal replies look different, by 16 random bytes each; no more are drawn."""
    drawn: list[int] = []

    def random(count: int) -> bytes:
        drawn.append(count)
        return bytes([len(drawn)]) * count

    service.random = random
    endpoint.state["answer"] = "同"
    pushed = pushes.sealed(PLAIN, query())
    first, second = [(await send(*pushed)).body for _ in range(2)]
    assert first != second
    assert opened(first) == opened(second)
    assert drawn == [16, 16]


@encrypted
@pytest.mark.gen_test
async def test_long_reply(send: Send, endpoint: Endpoint) -> None:
    """A text over the limit is cut first, then encrypted."""
    endpoint.state["answer"] = "字" * 1000
    response = await send(*pushes.sealed(PLAIN, query()))
    assert load(opened(response.body).encode())["Content"] == "字" * 666


@pytest.mark.parametrize("account", list(EncryptionMode), indirect=True)
@pytest.mark.gen_test
async def test_debug_push(send: Send, endpoint: Endpoint) -> None:
    """The console's debug tool pushes JSON: it is understood, and acknowledged."""
    debug = (
        b'{"ToUserName": "gh_0123456789ab", "FromUserName": "oUser1234567890", '
        b'"CreateTime": 1714112445, "MsgType": "event", "Event": "debug_demo", '
        b'"debug_str": "hello world"}'
    )
    pushed = (query(), debug)
    if endpoint.account.mode is not EncryptionMode.PLAINTEXT:
        pushed = pushes.sealed(debug, query())
    response = await send(*pushed)
    assert (response.code, response.body) == (200, b"success")
    [(hook, event)] = endpoint.state["pushes"]
    assert (hook, event.event, event.raw["debug_str"]) == ("on_event", "debug_demo", "hello world")
