"""Encrypting and decrypting: official vectors both ways, and every way not to open."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pushes import AES_KEY, APP_ID, OTHER_AES_KEY
from tests.wechat.samples import VECTORS, Vector
from wechat.crypto import AESKey, decrypt, encrypt
from wechat.errors import AppIdMismatch, DecryptionError, InvalidSignature
from wechat.signature import verify

KEY, OTHER = AESKey(AES_KEY), AESKey(OTHER_AES_KEY)
RANDOM = b"0123456789abcdef"
T3 = next(vector for vector in VECTORS if vector.id == "T3")
HEADER = 20


def seal(padded: bytes) -> str:
    """Return whole blocks encrypted as they are, right or wrong."""
    return base64.b64encode(KEY.encrypt(padded)).decode()


def filled(pad: bytes) -> bytes:
    """Return a plaintext with nothing wrong but perhaps its `pad`, in whole blocks."""
    size = -(HEADER + len(APP_ID) + len(pad)) % 32
    return RANDOM + size.to_bytes(4, "big") + b"m" * size + APP_ID.encode() + pad


def padded(plain: bytes) -> bytes:
    """Return `plain` with the right padding."""
    pad = 32 - len(plain) % 32
    return plain + bytes((pad,)) * pad


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.id)
def test_official_vectors(vector: Vector) -> None:
    """An official ciphertext opens, and the same message with the same random makes it."""
    key = AESKey(vector.key)
    assert decrypt(vector.encrypt, [key], vector.app_id) == (vector.plaintext, key)
    assert encrypt(vector.plaintext, key, vector.app_id, vector.random) == vector.encrypt


@given(message=st.binary(max_size=200), app_id=st.text(max_size=40), random=st.binary(min_size=16))
def test_decrypt_is_the_inverse(message: bytes, app_id: str, random: bytes) -> None:
    """Whatever is encrypted can be decrypted to the same bytes."""
    encrypted = encrypt(message, KEY, app_id, random[:16])
    assert decrypt(encrypted, [KEY], app_id) == (message, KEY)


@pytest.mark.parametrize("size", range(33))
def test_blocks_are_of_32_bytes(size: int) -> None:
    """Padding fills blocks of 32 bytes, with 1 to 32 bytes that each say how many."""
    plain = KEY.decrypt(base64.b64decode(encrypt(b"m" * size, KEY, APP_ID, RANDOM)))
    pad = plain[-1]
    assert len(plain) % 32 == 0
    assert 1 <= pad <= 32
    content = RANDOM + size.to_bytes(4, "big") + b"m" * size + APP_ID.encode()
    assert plain == content + bytes((pad,)) * pad


def test_the_length_counts_bytes() -> None:
    """The length field counts the bytes of a message, not its characters."""
    plain = KEY.decrypt(base64.b64decode(encrypt("你😀".encode(), KEY, APP_ID, RANDOM)))
    assert plain[16:HEADER] == b"\0\0\0\x07"


@pytest.mark.parametrize("random", [b"", RANDOM[:15], RANDOM + b"0"])
def test_random_of_another_size(random: bytes) -> None:
    """A message is not encrypted with less, or more, than 16 random bytes."""
    with pytest.raises(ValueError, match="16 bytes"):
        encrypt(b"", KEY, APP_ID, random)


@pytest.mark.parametrize("pad", range(1, 33))
def test_right_padding(pad: int) -> None:
    """Every padding from 1 to 32 bytes is right, and nothing of it stays."""
    message, _ = decrypt(seal(filled(bytes((pad,)) * pad)), [KEY], APP_ID)
    assert set(message) <= {ord("m")}


@pytest.mark.parametrize(
    "pad",
    [
        b"",
        b"\0",
        b"\0" * 32,
        b"\x21" * 33,
        b"\xff" * 255,
        b"\x02",
        b"\x02\x03\x03",
        b"\x05\x05\x04\x05\x05",
        b"\0\0\0\x04",
        b"\x20" * 31,
    ],
)
def test_wrong_padding(pad: bytes) -> None:
    """Padding of 0 or over 32 bytes, or of bytes that differ, is refused."""
    with pytest.raises(DecryptionError, match="padding is wrong") as raised:
        decrypt(seal(filled(pad)), [KEY], APP_ID)
    assert raised.type is DecryptionError


@pytest.mark.parametrize("size", [0, 1, 16, 19])
def test_padding_leaves_no_header(size: int) -> None:
    """Padding that leaves no room for the random bytes and the length is refused."""
    with pytest.raises(DecryptionError, match="length is wrong"):
        decrypt(seal(padded(bytes(size))), [KEY], "")


@pytest.mark.parametrize("beyond", [1, 2, 0xFFFFFFFF - 25])
def test_length_beyond_the_end(beyond: int) -> None:
    """A length field that points beyond the plaintext is refused."""
    plain = RANDOM + (25 + beyond).to_bytes(4, "big") + b"m" * (25 - len(APP_ID)) + APP_ID.encode()
    with pytest.raises(DecryptionError, match="length is wrong") as raised:
        decrypt(seal(padded(plain)), [KEY], APP_ID)
    assert raised.type is DecryptionError


@pytest.mark.parametrize(
    ("length", "tail"),
    [(4, APP_ID[1:]), (2, f"m{APP_ID}"), (3 + len(APP_ID), ""), (0, f"mmm{APP_ID}")],
)
def test_length_within_another_part(length: int, tail: str) -> None:
    """A length field that splits message and app id elsewhere shows as another app id."""
    plain = RANDOM + length.to_bytes(4, "big") + b"mmm" + APP_ID.encode()
    with pytest.raises(AppIdMismatch) as raised:
        decrypt(seal(padded(plain)), [KEY], APP_ID)
    assert raised.value.app_id == tail


@pytest.mark.parametrize("app_id", ["", "wx", f"{APP_ID} ", APP_ID.upper(), APP_ID[::-1]])
def test_another_account(app_id: str) -> None:
    """A message for another app id is refused, and the error says for which."""
    with pytest.raises(AppIdMismatch, match="for the app id") as raised:
        decrypt(encrypt(b"<xml/>", KEY, app_id, RANDOM), [KEY], APP_ID)
    assert raised.value.app_id == app_id


def test_an_app_id_that_is_not_text() -> None:
    """An app id that is not UTF-8 is another account's, not a foreign exception."""
    with pytest.raises(AppIdMismatch) as raised:
        decrypt(seal(padded(RANDOM + b"\0\0\0\0\xff")), [KEY], APP_ID)
    assert raised.value.app_id == "\ufffd"


@pytest.mark.parametrize("keys", [[KEY, OTHER], [OTHER, KEY], [OTHER, OTHER, KEY]])
def test_the_previous_key_is_tried(keys: list[AESKey]) -> None:
    """The key that opens a message is found wherever it stands, and returned."""
    assert decrypt(encrypt(b"hello", KEY, APP_ID, RANDOM), keys, APP_ID) == (b"hello", KEY)


@pytest.mark.parametrize("keys", [[KEY, OTHER], [OTHER, KEY]])
def test_another_account_says_more_than_another_key(keys: list[AESKey]) -> None:
    """Where one key shows a foreign app id and another does not fit, the app id is told."""
    with pytest.raises(AppIdMismatch) as raised:
        decrypt(encrypt(b"hello", KEY, "wxforeign", RANDOM), keys, APP_ID)
    assert raised.value.app_id == "wxforeign"


@pytest.mark.parametrize("keys", [[], [OTHER], [OTHER, OTHER]])
def test_no_key_fits(keys: list[AESKey]) -> None:
    """A message that no key opens is refused, also where there is no key."""
    with pytest.raises(DecryptionError, match=r"has no key|is wrong") as raised:
        decrypt(encrypt(b"hello", KEY, APP_ID, RANDOM), keys, APP_ID)
    assert raised.type is DecryptionError


@pytest.mark.parametrize(
    "encrypted",
    [
        "not base64!",
        "AAAAA",
        "AAA",
        "====",
        "QUJD" * 8 + "中文",
        "\ud800",
        f"{T3.encrypt[:8]}\n{T3.encrypt[8:]}",
        f" {T3.encrypt}",
        f"{T3.encrypt}AAAA",
        f"{T3.encrypt}=",
        T3.encrypt.replace("+", "-").replace("/", "_"),
    ],
)
def test_not_base64(encrypted: str) -> None:
    """What is not strictly base64 is refused before any key is tried."""
    with pytest.raises(DecryptionError, match="not base64"):
        decrypt(encrypted, [AESKey(T3.key)], T3.app_id)


@pytest.mark.parametrize("size", [0, 1, 16, 31, 33, 48, 319])
def test_not_whole_blocks(size: int) -> None:
    """Ciphertext of anything but whole blocks of 32 bytes is refused."""
    with pytest.raises(DecryptionError, match=f"is {size} bytes, not whole blocks"):
        decrypt(base64.b64encode(bytes(size)).decode(), [KEY], APP_ID)


def test_truncated() -> None:
    """No beginning of a ciphertext opens, wherever it was cut."""
    for end in range(len(T3.encrypt)):
        with pytest.raises(DecryptionError):
            decrypt(T3.encrypt[:end], [AESKey(T3.key)], T3.app_id)


@given(st.sets(st.integers(0, 320 * 8 - 1), min_size=1, max_size=5))
def test_flipped_bits(positions: set[int]) -> None:
    """Flipped bits break the signature, and never lead to the message or another error."""
    raw = bytearray(base64.b64decode(T3.encrypt))
    for position in positions:
        raw[position // 8] ^= 1 << position % 8
    flipped = base64.b64encode(raw).decode()
    with pytest.raises(InvalidSignature):
        verify(T3.msg_signature, [T3.token], T3.timestamp, T3.nonce, flipped)
    try:
        message, _ = decrypt(flipped, [AESKey(T3.key)], T3.app_id)
    except DecryptionError:
        return
    assert message != T3.plaintext
