"""What encrypted messages are made of, and the envelope they travel in.

Plaintext is ``random(16) + length(4, big-endian) + message + app id``, padded by PKCS#7 to
blocks of 32 bytes (not AES's 16), then AES-256-CBC with the key's first half as IV, then
base64. Source: developers.weixin.qq.com/doc/service/guide/dev/push and the official
WXBizMsgCrypt samples.

Decrypt only what `msg_signature` covers: that, not this module, shows who made it.
"""

import binascii
import re
from base64 import b64encode
from collections.abc import Sequence
from enum import StrEnum

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from wechat.errors import AppIdMismatch, DecryptionError, ModeMismatch
from wechat.signature import sign
from wechat.xml import Fields, clean, element, text

BLOCK = 32
RANDOM_BYTES = 16
HEADER_BYTES = RANDOM_BYTES + 4
ENCODED_KEY = re.compile(r"[A-Za-z0-9]{43}")


class EncryptionMode(StrEnum):
    """消息加解密方式, as the console of the account names it."""

    PLAINTEXT = "plaintext"  # 明文模式
    COMPATIBLE = "compatible"  # 兼容模式: plaintext beside ciphertext
    SAFE = "safe"  # 安全模式: ciphertext only


class AESKey:
    """An EncodingAESKey, ready for use. Its repr does not show it."""

    __slots__ = ("_cipher",)

    def __init__(self, encoding_aes_key: str) -> None:
        """Take the 43 letters and digits of the console.

        Raises:
            ValueError: it is not such a key.

        """
        if not ENCODED_KEY.fullmatch(encoding_aes_key):
            raise ValueError("an EncodingAESKey is 43 letters and digits")
        # The last character carries two unused bits, in official sample keys not zero.
        key = binascii.a2b_base64(encoding_aes_key + "=")
        self._cipher = Cipher(AES(key), CBC(key[:16]))

    def encrypt(self, padded: bytes) -> bytes:
        """Encrypt whole blocks."""
        encryptor = self._cipher.encryptor()
        return encryptor.update(padded) + encryptor.finalize()

    def decrypt(self, ciphertext: bytes) -> bytes:
        """Decrypt whole blocks."""
        decryptor = self._cipher.decryptor()
        return decryptor.update(ciphertext) + decryptor.finalize()


def encrypt(message: bytes, key: AESKey, app_id: str, random: bytes) -> str:
    """Return `message` as the base64 text of an ``Encrypt`` element.

    `random` is 16 fresh random bytes: the IV is fixed, so they alone keep equal messages
    from looking equal.
    """
    if len(random) != RANDOM_BYTES:
        raise ValueError(f"random must be {RANDOM_BYTES} bytes")
    plain = b"".join((random, len(message).to_bytes(4, "big"), message, app_id.encode()))
    pad = BLOCK - len(plain) % BLOCK
    return b64encode(key.encrypt(plain + bytes((pad,)) * pad)).decode()


def decrypt(encrypted: str, keys: Sequence[AESKey], app_id: str) -> tuple[bytes, AESKey]:
    """Open the base64 text of an ``Encrypt`` element; return the message and its key.

    `keys` are the account's current key and, while a change spreads, its previous one:
    they are tried in that order.

    Raises:
        AppIdMismatch: a key opens it, but the message is another account's.
        DecryptionError: no key opens it.

    """
    ciphertext = _decode(encrypted)
    failure: DecryptionError | None = None
    for key in keys:
        try:
            return _unpack(key.decrypt(ciphertext), app_id), key
        except DecryptionError as error:
            # A foreign app id says more than that another key does not fit either.
            if failure is None or isinstance(error, AppIdMismatch):
                failure = error
    raise failure or DecryptionError("the account has no key")


def _decode(encrypted: str) -> bytes:
    try:
        ciphertext = binascii.a2b_base64(encrypted, strict_mode=True)
    except ValueError:
        raise DecryptionError("the ciphertext is not base64") from None
    if not ciphertext or len(ciphertext) % BLOCK:
        raise DecryptionError(f"the ciphertext is {len(ciphertext)} bytes, not whole blocks")
    return ciphertext


def _unpack(padded: bytes, app_id: str) -> bytes:
    pad = padded[-1]
    if not 1 <= pad <= BLOCK or not padded.endswith(bytes((pad,)) * pad):
        raise DecryptionError("the padding is wrong")
    plain = padded[:-pad]
    end = HEADER_BYTES + int.from_bytes(plain[RANDOM_BYTES:HEADER_BYTES], "big")
    if end > len(plain):
        raise DecryptionError("the length is wrong")
    receiver = plain[end:].decode("utf-8", "replace")
    if receiver != app_id:
        raise AppIdMismatch(receiver)
    return plain[HEADER_BYTES:end]


def unwrap(envelope: Fields) -> str:
    """Return the ``Encrypt`` text of an envelope, and nothing else of it.

    In compatible mode the plaintext beside it is covered by no signature.

    Raises:
        ModeMismatch: there is none.

    """
    encrypted = text(envelope.get("Encrypt"))
    if not encrypted:
        raise ModeMismatch("the body has no Encrypt element")
    return encrypted


def wrap(encrypted: str, token: str, timestamp: int, nonce: str) -> str:
    """Return the signed envelope of an encrypted reply, in WeChat's exact tags.

    `timestamp` is our own clock's; `nonce` is the request's.
    """
    nonce = clean(nonce)  # what is signed is what is written
    signature = sign(token, str(timestamp), nonce, encrypted)
    # Of these only the nonce is not our own, and can hold what XML minds.
    return (
        f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt>"
        f"<MsgSignature><![CDATA[{signature}]]></MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp>{element('Nonce', nonce)}</xml>"
    )
