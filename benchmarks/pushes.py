"""The pushes of WeChat's that the servers are asked with, and what they answer, read back."""

import json
import os
import re
import time
from typing import NamedTuple
from urllib.parse import urlencode

from wechat.crypto import AESKey, decrypt, encrypt, unwrap
from wechat.signature import sign
from wechat.xml import dump, load

TOKEN = "benchmark"
APP_ID = "wx0123456789abcdef"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
BARE, PLAINTEXT, SAFE = "/bare", "/wechat/plaintext", "/wechat/safe"
SLOW = "benchmarks.slow:SlowEcho"
USER = "oyORnuP8q7ou2gfYjqLzSIWZf0rs"
ACCOUNT = "gh_10f6c3c3ac5a"
FIRST_ID = 6_054_768_590_064_713_728
END_OF_HEAD = b"\r\n\r\n"


def config(**others: str | int) -> str:
    """Return the service's configuration, with `others` for both of its accounts."""
    settings = {"token": TOKEN, **others}
    keys = {"app_id": APP_ID, "encoding_aes_key": AES_KEY}
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    safe = [f"{name} = {json.dumps(value)}" for name, value in keys.items()]
    head = 'store = "memory://"'
    return "\n".join([head, "[accounts.plaintext]", *lines, "[accounts.safe]", *lines, *safe])


class Push(NamedTuple):
    """A push, and the text that its user is to get."""

    request: bytes
    answer: str


def timed(path: str, number: int, seconds: float) -> Push:
    """Return a push, each of another user, whose hook takes so long: SLOW, or the bare one."""
    words = f"{seconds:g} 今天天气怎么样? {number}"
    user = f"{USER[:-9]}{number:09}"
    if path == BARE:
        return Push(text(f"{BARE}/{seconds:g}", number, words, user), "success")
    return Push(text(path, number, words, user), words)


def text(path: str, number: int, content: str, user: str = USER) -> bytes:
    """Return one signed push, as nginx passes it on; encrypted for a safe account."""
    timestamp, nonce = str(int(time.time())), str(1_000_000_000 + number)
    query = {
        "signature": sign(TOKEN, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": user,
    }
    fields: dict[str, str | int] = {
        "ToUserName": ACCOUNT,
        "FromUserName": user,
        "CreateTime": int(timestamp),
        "MsgType": "text",
        "Content": content,
        "MsgId": FIRST_ID + number,
    }
    body = re.sub(r"(</\w+>)<", r"\1\n<", dump(fields))  # a line for each element, as WeChat's
    if path == SAFE:
        encrypted = encrypt(body.encode(), AESKey(AES_KEY), APP_ID, os.urandom(16))
        query["encrypt_type"] = "aes"
        query["msg_signature"] = sign(TOKEN, timestamp, nonce, encrypted)
        body = dump({"ToUserName": ACCOUNT, "Encrypt": encrypted})
    return request(f"{path}?{urlencode(query)}", body.encode())


def request(uri: str, body: bytes) -> bytes:
    """Return a POST."""
    head = (
        f"POST {uri} HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def content(response: bytes) -> str:
    """Return the text that the user gets by a response; what is no message, as it is."""
    body = response.partition(END_OF_HEAD)[2]
    if not body.startswith(b"<"):
        return body.decode()
    fields = load(body)
    if "Encrypt" in fields:
        plain, _ = decrypt(unwrap(fields), [AESKey(AES_KEY)], APP_ID)
        fields = load(plain)
    return str(fields["Content"])
