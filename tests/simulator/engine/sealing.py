"""Encrypted answers, right and wrong, as services make them."""

import os

from tests.pushes import AES_KEY, APP_ID, TOKEN
from wechat.crypto import AESKey, encrypt
from wechat.signature import sign
from wechat.xml import Output, dump


def seal(
    plain: str | bytes,
    *,
    token: str = TOKEN,
    key: str = AES_KEY,
    app_id: str = APP_ID,
    **envelope: Output,
) -> str:
    """Return `plain` encrypted and in its envelope; a tag given as "" is left out of that."""
    plain = plain.encode() if isinstance(plain, str) else plain
    encrypted = encrypt(plain, AESKey(key), app_id, os.urandom(16))
    known: dict[str, Output] = {
        "Encrypt": encrypted,
        "MsgSignature": sign(token, "1713424427", "415670741", encrypted),
        "TimeStamp": 1_713_424_427,
        "Nonce": "415670741",
    }
    return dump({tag: value for tag, value in (known | envelope).items() if value != ""})
