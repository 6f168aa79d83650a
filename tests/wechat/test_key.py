"""An EncodingAESKey: 43 letters and digits, canonical or not, that never show."""

import base64

import pytest

from tests.pushes import AES_KEY
from tests.wechat.samples import VECTORS
from wechat.crypto import AESKey, EncryptionMode, decrypt

T3 = next(vector for vector in VECTORS if vector.id == "T3")


def test_a_key_whose_last_bits_are_not_zero() -> None:
    """The two unused bits of a key's last character may be set, as in official samples."""
    canonical = base64.b64encode(base64.b64decode(f"{T3.key}=")).decode().rstrip("=")
    assert canonical != T3.key
    for spelling in (T3.key, canonical):
        assert decrypt(T3.encrypt, [AESKey(spelling)], T3.app_id)[0] == T3.plaintext


@pytest.mark.parametrize(
    "key",
    [
        "",
        AES_KEY[:42],
        f"{AES_KEY}A",
        f"{AES_KEY}=",
        f"{AES_KEY}\n",
        f" {AES_KEY[1:]}",
        f"+{AES_KEY[1:]}",
        f"/{AES_KEY[1:]}",
        f"é{AES_KEY[1:]}",
        f"１{AES_KEY[1:]}",
    ],
)
def test_not_a_key(key: str) -> None:
    """What is not 43 letters and digits is no key, and the error does not show it."""
    with pytest.raises(ValueError, match="43 letters and digits") as raised:
        AESKey(key)
    assert not key or key not in str(raised.value)


def test_a_key_does_not_show() -> None:
    """No way of printing a key shows it, neither as it was given nor decoded."""
    key, raw = AESKey(AES_KEY), base64.b64decode(f"{AES_KEY}=")
    shown = f"{key!r} {key} {[key]} {key._cipher!r}"
    for secret in (AES_KEY, raw.hex(), repr(raw)[2:-1]):
        assert not any(secret[start : start + 8] in shown for start in range(len(secret) - 7))


def test_modes() -> None:
    """The three modes have the names that settings are written in."""
    assert [str(mode) for mode in EncryptionMode] == ["plaintext", "compatible", "safe"]
