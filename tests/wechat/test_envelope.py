"""The envelope of ciphertext: wrapped in WeChat's exact tags, unwrapped of nothing else."""

import pytest

from tests.pushes import AES_KEY, APP_ID, TOKEN
from tests.wechat import samples
from tests.wechat.samples import VECTORS
from wechat.crypto import AESKey, decrypt, encrypt, unwrap, wrap
from wechat.errors import ModeMismatch
from wechat.messages import TextMessage, parse_message
from wechat.signature import sign, verify
from wechat.xml import Fields, load, text

REPLIES = [vector for vector in VECTORS if vector.id.startswith("E")]
T3 = next(vector for vector in VECTORS if vector.id == "T3")


@pytest.mark.parametrize("vector", REPLIES, ids=lambda vector: vector.id)
def test_wrap_an_official_reply(vector: samples.Vector) -> None:
    """A reply of the documentation is wrapped as there, and unwraps to the same."""
    envelope = wrap(vector.encrypt, vector.token, int(vector.timestamp), vector.nonce)
    assert envelope == (
        f"<xml><Encrypt><![CDATA[{vector.encrypt}]]></Encrypt>"
        f"<MsgSignature><![CDATA[{vector.msg_signature}]]></MsgSignature>"
        f"<TimeStamp>{vector.timestamp}</TimeStamp>"
        f"<Nonce><![CDATA[{vector.nonce}]]></Nonce></xml>"
    )
    assert unwrap(load(envelope.encode())) == vector.encrypt


@pytest.mark.parametrize("message", [b"", "<xml>你好😀</xml>".encode(), b"]]>" * 50])
def test_a_reply_can_be_opened(message: bytes) -> None:
    """Who receives a wrapped reply can verify and decrypt it by what is in it alone."""
    encrypted = encrypt(message, AESKey(AES_KEY), APP_ID, bytes(16))
    fields = load(wrap(encrypted, TOKEN, 1714112445, "nonce").encode())
    signature, stamp, nonce = (text(fields[k]) for k in ("MsgSignature", "TimeStamp", "Nonce"))
    assert verify(signature, [TOKEN], stamp, nonce, unwrap(fields)) == TOKEN
    assert decrypt(unwrap(fields), [AESKey(AES_KEY)], APP_ID)[0] == message


def test_the_timestamp_is_covered() -> None:
    """The signature of a reply is over its own timestamp and nonce."""
    fields = load(wrap("QUJD", TOKEN, 1, "n").encode())
    assert fields["MsgSignature"] == sign(TOKEN, "1", "n", "QUJD")
    assert fields["MsgSignature"] != sign(TOKEN, "2", "n", "QUJD")


@pytest.mark.parametrize("mode", ["safe", "compatible"])
def test_only_the_ciphertext_is_believed(mode: str) -> None:
    """In safe and in compatible mode alike, the message is the one that was encrypted."""
    encrypted = unwrap(load(samples.read(f"envelopes/{mode}")))
    verify(T3.msg_signature, [T3.token], T3.timestamp, T3.nonce, encrypted)
    plain, _ = decrypt(encrypted, [AESKey(T3.key)], T3.app_id)
    push = parse_message(load(plain))
    assert isinstance(push, TextMessage)
    assert (push.from_user, push.content) == ("oyORnuP8q7ou2gfYjqLzSIWZf0rs", "abcdteT")


@pytest.mark.parametrize(
    "envelope",
    [
        {},
        {"Encrypt": None},
        {"Encrypt": ""},
        {"Encrypt": [None, "QUJD"]},
        {"Encrypt": {"Encrypt": "QUJD"}},
        {"encrypt": "QUJD"},
        {"Content": "QUJD", "MsgType": "text"},
    ],
)
def test_no_ciphertext(envelope: Fields) -> None:
    """A body without ciphertext is refused, whatever plaintext it has."""
    with pytest.raises(ModeMismatch, match="no Encrypt element"):
        unwrap(envelope)


def test_the_first_ciphertext() -> None:
    """Of two ciphertexts the first is taken, as of any scalar field."""
    assert unwrap({"Encrypt": ["QUJD", "REVG"]}) == "QUJD"
