"""Pushes as WeChat makes them, for tests: the bodies, the queries, the request lines."""

import itertools
import os
import time
from collections.abc import Mapping
from urllib.parse import urlencode

from wechat.crypto import AESKey, encrypt
from wechat.signature import sign
from wechat.xml import Output, dump

TOKEN = "testtoken"
APP_ID = "wx0123456789abcdef"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OTHER_AES_KEY = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefg"
USER = "oUser1234567890"
ORIGINAL_ID = "gh_0123456789ab"

_ids = itertools.count(6_054_768_590_064_713_728)


def message(kind: str = "text", **fields: Output) -> dict[str, Output]:
    """Return the fields of a message of `kind`; a field given as None is left out."""
    head: dict[str, Output] = {
        "ToUserName": ORIGINAL_ID,
        "FromUserName": USER,
        "CreateTime": int(time.time()),
        "MsgType": kind,
        "MsgId": next(_ids),
    }
    return head | fields


def event(name: str, **fields: Output) -> dict[str, Output]:
    """Return the fields of an event, which has no MsgId."""
    made = message("event", Event=name, **fields)
    del made["MsgId"]
    return made


def body(fields: Mapping[str, Output]) -> bytes:
    """Return the plaintext body of a push."""
    return dump(fields).encode()


def query(token: str = TOKEN, timestamp: float | None = None, **extra: str) -> dict[str, str]:
    """Return a signed query; `extra` adds parameters, or replaces them."""
    stamp, nonce = str(int(time.time() if timestamp is None else timestamp)), "nonce12345"
    signature = sign(token, stamp, nonce)
    return {"signature": signature, "timestamp": stamp, "nonce": nonce} | extra


def url(path: str, parameters: Mapping[str, str]) -> str:
    """Return the request target of a push."""
    return f"{path}?{urlencode(parameters)}"


def sealed(
    plain: bytes,
    parameters: Mapping[str, str],
    *,
    token: str = TOKEN,
    key: str = AES_KEY,
    app_id: str = APP_ID,
) -> tuple[dict[str, str], bytes]:
    """Return the query and the body of the safe-mode push of `plain`."""
    encrypted = encrypt(plain, AESKey(key), app_id, os.urandom(16))
    return envelope(encrypted, parameters, token=token)


def envelope(
    encrypted: str, parameters: Mapping[str, str], *, token: str = TOKEN
) -> tuple[dict[str, str], bytes]:
    """Return the query and the body that carry `encrypted`, rightly signed."""
    stamp, nonce = parameters["timestamp"], parameters["nonce"]
    signature = sign(token, stamp, nonce, encrypted)
    signed = {"encrypt_type": "aes", "msg_signature": signature, **parameters}
    return signed, dump({"ToUserName": ORIGINAL_ID, "Encrypt": encrypted}).encode()
