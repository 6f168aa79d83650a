"""Ciphertext that is rightly signed, yet does not open or is not for this account."""

import os
from base64 import b64decode, b64encode
from typing import Any

import pytest

from tests import pushes
from tests.handlers.sending import Refuses, Send, logged
from wechat.crypto import BLOCK, AESKey, encrypt

KEY = AESKey(pushes.AES_KEY)
KEY_DIFFERS = "the EncodingAESKey of the console and WECHAT_ENCODING_AES_KEY differ"
PLAIN = pushes.body(pushes.message(CreateTime=1, MsgId=1, Content="hello"))
CIPHERTEXT = encrypt(PLAIN, KEY, pushes.APP_ID, b"0123456789abcdef")
MODES: list[Any] = [{"mode": "safe"}, {"mode": "compatible"}]

pytestmark = pytest.mark.parametrize("account", MODES, indirect=True, ids=["safe", "compatible"])


def padded(pad: bytes, *, length: int | None = None, app_id: str = pushes.APP_ID) -> str:
    """Return PLAIN as ciphertext that ends with `pad`, whole blocks or not, unchecked."""
    size = len(PLAIN) if length is None else length
    plain = b"0123456789abcdef" + size.to_bytes(4, "big") + PLAIN + app_id.encode()
    fill = BLOCK - (len(plain) + len(pad)) % BLOCK
    return b64encode(KEY.encrypt(plain + b"\x07" * (fill % BLOCK) + pad)).decode()


def rightly_padded(plain: bytes) -> str:
    """Return `plain`, which is no framed message, as ciphertext with right padding."""
    pad = BLOCK - len(plain) % BLOCK
    return b64encode(KEY.encrypt(plain + bytes([pad]) * pad)).decode()


def flipped(position: int, bit: int = 0x80) -> str:
    """Return the ciphertext with one bit of the byte at `position` flipped."""
    raw = bytearray(b64decode(CIPHERTEXT))
    raw[position] ^= bit
    return b64encode(raw).decode()


@pytest.mark.parametrize(
    "pad",
    [b"\x00", b"\x21", b"\xff", b"\x07\x02", b"\x01\x03\x03", b"\x20" * 31, b"\x08" * 7, b" "],
)
@pytest.mark.gen_test
async def test_padding(pad: bytes, refuses: Refuses) -> None:
    """Padding of every wrong kind is refused: zero, over a block, inconsistent, too short."""
    query, body = pushes.envelope(padded(pad), pushes.query())
    await refuses(query, body, 400, "the padding is wrong", KEY_DIFFERS)


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"0123456789abcdef",
        b"0123456789abcdef\x00\x00\x00",
        b"0123456789abcdef\xff\xff\xff\xff",
    ],
)
@pytest.mark.gen_test
async def test_frame(plain: bytes, refuses: Refuses) -> None:
    """A frame too short for its own length field, or that claims more than there is."""
    query, body = pushes.envelope(rightly_padded(plain), pushes.query())
    await refuses(query, body, 400, "the length is wrong", KEY_DIFFERS)


@pytest.mark.parametrize("excess", [1, len(pushes.APP_ID) + 1, 1 << 31])
@pytest.mark.gen_test
async def test_length_field_too_large(excess: int, refuses: Refuses) -> None:
    """A length that reaches into the app id, or beyond, is refused."""
    size = len(PLAIN) + excess
    plain = b"0123456789abcdef" + size.to_bytes(4, "big") + PLAIN + pushes.APP_ID.encode()
    query, body = pushes.envelope(rightly_padded(plain), pushes.query())
    await refuses(query, body, 403 if excess == 1 else 400, "refused POST /wechat")


@pytest.mark.gen_test
async def test_length_field_too_small(refuses: Refuses) -> None:
    """What a short length leaves of a message is no app id, and is not shown in the log."""
    frame = b"0123456789abcdef" + (10).to_bytes(4, "big") + PLAIN + pushes.APP_ID.encode()
    query, body = pushes.envelope(rightly_padded(frame), pushes.query())
    await refuses(query, body, 403, "WECHAT_APP_ID is not the app id of this account")
    [line] = logged(refuses.caplog)
    assert pushes.USER not in line


@pytest.mark.parametrize(
    ("app_id", "shown"),
    [
        ("wx" + "f" * 16, "wx" + "f" * 16),
        (pushes.APP_ID + "x", pushes.APP_ID + "x"),
        (pushes.APP_ID.upper(), pushes.APP_ID.upper()),
        ("", ""),
        ("\0" * 18, ""),
        ("wx\nforged line", ""),
        ("x" * 10_000, ""),
    ],
    ids=["another", "longer", "upper case", "empty", "NULs", "a line break", "much longer"],
)
@pytest.mark.gen_test
async def test_wrong_app_id(app_id: str, shown: str, refuses: Refuses) -> None:
    """A message for another account is refused; one safe line names the setting to compare."""
    query, body = pushes.sealed(PLAIN, pushes.query(), app_id=app_id)
    cause = "the message is for the app id "
    await refuses(query, body, 403, cause, shown, "WECHAT_APP_ID is not the app id of this account")
    [line] = logged(refuses.caplog)
    assert line.isprintable()
    assert len(line) < 300


@pytest.mark.gen_test
async def test_wrong_key(refuses: Refuses) -> None:
    """Ciphertext of another EncodingAESKey is refused."""
    encrypted = encrypt(PLAIN, AESKey(pushes.OTHER_AES_KEY), pushes.APP_ID, b"0123456789abcdef")
    query, body = pushes.envelope(encrypted, pushes.query())
    await refuses(query, body, 400, KEY_DIFFERS)


@pytest.mark.parametrize(
    "encrypted",
    [
        "not base64!",
        CIPHERTEXT[:-1],
        "=" + CIPHERTEXT,
        CIPHERTEXT[:8] + "\n" + CIPHERTEXT[8:],
        CIPHERTEXT.replace("A", "-"),
        "密文",
        "====",
    ],
)
@pytest.mark.gen_test
async def test_not_base64(encrypted: str, refuses: Refuses) -> None:
    """What is not strict base64 is refused."""
    query, body = pushes.envelope(encrypted, pushes.query())
    await refuses(query, body, 400, "the ciphertext is not base64", KEY_DIFFERS)


@pytest.mark.parametrize("size", [1, 16, 31, 33, 48])
@pytest.mark.gen_test
async def test_not_whole_blocks(size: int, refuses: Refuses) -> None:
    """Ciphertext that is not a multiple of 32 bytes is refused, even if AES could take it."""
    query, body = pushes.envelope(b64encode(os.urandom(size)).decode(), pushes.query())
    await refuses(query, body, 400, f"the ciphertext is {size} bytes, not whole blocks")


@pytest.mark.parametrize("blocks", [1, 2, 5])
@pytest.mark.gen_test
async def test_truncated(blocks: int, refuses: Refuses) -> None:
    """Ciphertext cut at a block is refused."""
    whole = b64decode(CIPHERTEXT)[: blocks * BLOCK]
    query, body = pushes.envelope(b64encode(whole).decode(), pushes.query())
    await refuses(query, body, 400, " is wrong", KEY_DIFFERS)


@pytest.mark.parametrize(("position", "cause"), [(0, "length"), (-1, "padding"), (-20, "padding")])
@pytest.mark.gen_test
async def test_flipped_and_signed(position: int, cause: str, refuses: Refuses) -> None:
    """A flipped bit in the frame is refused even under a right msg_signature."""
    query, body = pushes.envelope(flipped(position), pushes.query())
    await refuses(query, body, 400, f"the {cause} is wrong")


@pytest.mark.parametrize("position", [0, 40, 200, -1])
@pytest.mark.gen_test
async def test_flipped(position: int, refuses: Refuses) -> None:
    """A bit flipped on the way is refused by its signature, before anything is decrypted."""
    query, _ = pushes.envelope(CIPHERTEXT, pushes.query())
    _, body = pushes.envelope(flipped(position), pushes.query())
    await refuses(query, body, 403, "the signature over the ciphertext does not match")


@pytest.mark.parametrize("position", [40, 100, 200])
@pytest.mark.gen_test
async def test_garbled_inside(position: int, send: Send, refuses: Refuses) -> None:
    """A message garbled inside a right frame reaches no hook; who signed it is acknowledged."""
    query, body = pushes.envelope(flipped(position), pushes.query())
    response = await send(query, body)
    assert (response.code, response.body) == (200, b"success")
    assert refuses.endpoint.state["pushes"] == []
    [line] = logged(refuses.caplog)
    assert line.startswith("default: WeChat sent what this version cannot read: the body is not")
