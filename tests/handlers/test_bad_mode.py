"""The account's mode is never the sender's choice: whatever disagrees with it is refused."""

import pytest

from handlers.service import Endpoint
from tests import pushes
from tests.handlers.sending import Refuses, Send
from wechat.crypto import EncryptionMode
from wechat.xml import dump

SAFE, COMPATIBLE, PLAINTEXT = (
    EncryptionMode.SAFE,
    EncryptionMode.COMPATIBLE,
    EncryptionMode.PLAINTEXT,
)
CHOOSE_PLAINTEXT = "the console is not set to 明文模式: choose it there, or set WECHAT_MODE"
FORGED = "oForger"

safe = pytest.mark.parametrize("account", [SAFE], indirect=True)
compatible = pytest.mark.parametrize("account", [COMPATIBLE], indirect=True)
encrypted = pytest.mark.parametrize("account", [SAFE, COMPATIBLE], indirect=True)
plaintext = pytest.mark.parametrize("account", [PLAINTEXT], indirect=True)


def plain_body(**fields: str) -> bytes:
    """Return the plaintext body of a text message."""
    return pushes.body(pushes.message(Content="hello", **fields))


@encrypted
@pytest.mark.parametrize("extra", [{}, {"encrypt_type": "raw"}, {"encrypt_type": ""}])
@pytest.mark.gen_test
async def test_plaintext_where_ciphertext_is_agreed(
    extra: dict[str, str], refuses: Refuses
) -> None:
    """A safe or compatible account refuses what comes in plaintext, however well signed."""
    mode = refuses.endpoint.account.mode
    chosen = {"safe": "安全模式", "compatible": "兼容模式"}[mode]
    remedy = f"the console is not set to {chosen}: choose it there, or set WECHAT_MODE"
    query = pushes.query(openid=pushes.USER) | extra
    await refuses(query, plain_body(), 403, "the message came in plaintext", remedy)


@encrypted
@pytest.mark.gen_test
async def test_no_ciphertext(refuses: Refuses) -> None:
    """A body without Encrypt is refused, though the query announces one and signs the body."""
    query, _ = pushes.sealed(plain_body(), pushes.query())
    await refuses(query, plain_body(), 403, "the body has no Encrypt element", "WECHAT_MODE")


@encrypted
@pytest.mark.parametrize("value", ["", " \n"])
@pytest.mark.gen_test
async def test_empty_ciphertext(value: str, refuses: Refuses) -> None:
    """An empty Encrypt is none."""
    query, _ = pushes.envelope(value, pushes.query())
    body = dump({"ToUserName": pushes.ORIGINAL_ID, "Encrypt": value}).encode()
    await refuses(query, body, 403, "the body has no Encrypt element")


@plaintext
@pytest.mark.gen_test
async def test_ciphertext_where_plaintext_is_agreed(refuses: Refuses) -> None:
    """A plaintext account refuses ciphertext, and says what to set to accept it."""
    query, body = pushes.sealed(plain_body(), pushes.query())
    settings = "WECHAT_MODE, WECHAT_ENCODING_AES_KEY and WECHAT_APP_ID"
    await refuses(query, body, 403, "came encrypted", CHOOSE_PLAINTEXT, settings)


@plaintext
@pytest.mark.parametrize("value", ["bm90aGluZw==", ""])
@pytest.mark.gen_test
async def test_encrypt_element_alone(value: str, refuses: Refuses) -> None:
    """A plaintext account refuses an Encrypt element even where the query announces none."""
    body = plain_body(Encrypt=value)
    await refuses(pushes.query(), body, 403, "the message came encrypted", CHOOSE_PLAINTEXT)


@pytest.mark.parametrize("account", [SAFE, COMPATIBLE, PLAINTEXT], indirect=True)
@pytest.mark.parametrize("word", ["AES", "rsa", "aes ", "none"])
@pytest.mark.gen_test
async def test_unknown_encrypt_type(word: str, refuses: Refuses) -> None:
    """An encrypt_type that the protocol does not know is refused in every mode."""
    query, body = pushes.sealed(plain_body(), pushes.query())
    cause = "encrypt_type is neither 'raw' nor 'aes'"
    await refuses(query | {"encrypt_type": word}, body, 403, cause, "WECHAT_MODE")


@encrypted
@pytest.mark.parametrize("msg_signature", ["0" * 40, "", "ſ", None])
@pytest.mark.gen_test
async def test_wrong_msg_signature(msg_signature: str | None, refuses: Refuses) -> None:
    """Ciphertext that msg_signature does not cover is refused; signature cannot stand in."""
    query, body = pushes.sealed(plain_body(), pushes.query())
    query["msg_signature"] = query["signature"] if msg_signature is None else msg_signature
    cause = "the signature over the ciphertext does not match"
    await refuses(query, body, 403, cause, "WECHAT_TOKEN")


@encrypted
@pytest.mark.gen_test
async def test_another_ciphertext(refuses: Refuses) -> None:
    """A msg_signature does not cover another ciphertext, though both are the account's own."""
    query, _ = pushes.sealed(plain_body(), pushes.query())
    _, body = pushes.sealed(plain_body(), pushes.query())
    await refuses(query, body, 403, "the signature over the ciphertext does not match")


@encrypted
@pytest.mark.gen_test
async def test_signature_is_still_asked_for(refuses: Refuses) -> None:
    """A right msg_signature does not make up for a wrong signature."""
    query, body = pushes.sealed(plain_body(), pushes.query())
    cause = "the signature over timestamp and nonce does not match"
    await refuses(query | {"signature": "0" * 40}, body, 403, cause, "WECHAT_TOKEN")


@encrypted
@pytest.mark.gen_test
async def test_only_the_decrypted_part_counts(send: Send, endpoint: Endpoint) -> None:
    """What stands in plaintext beside the ciphertext is never read, whatever it says."""
    told = pushes.message(Content="true")
    query, body = pushes.sealed(pushes.body(told), pushes.query(openid=pushes.USER))
    lies = plain_body(FromUserName=FORGED, MsgType="event", Event="subscribe")
    beside = lies.removesuffix(b"</xml>") + body.removeprefix(b"<xml>")
    response = await send(query, beside)
    assert response.code == 200
    [(hook, message)] = endpoint.state["pushes"]
    assert (hook, message.from_user, message.content) == ("on_message", pushes.USER, "true")
    assert FORGED not in repr(message.raw)


@compatible
@pytest.mark.gen_test
async def test_first_of_two_ciphertexts(refuses: Refuses) -> None:
    """Of two Encrypt elements the first is opened, and must be the signed one."""
    query, body = pushes.sealed(plain_body(), pushes.query())
    _, other = pushes.sealed(plain_body(), pushes.query())
    both = other.removesuffix(b"</xml>") + body.removeprefix(b"<xml>")
    await refuses(query, both, 403, "the signature over the ciphertext does not match")


@safe
@pytest.mark.parametrize("body", [b"", b"junk", b"<x/>"])
@pytest.mark.gen_test
async def test_no_envelope(body: bytes, refuses: Refuses) -> None:
    """A body that is no envelope at all is refused: no msg_signature covers it."""
    query, _ = pushes.sealed(plain_body(), pushes.query())
    await refuses(query, body, 400, "the body ", "a proxy changes the body")
