"""From the plaintext of a push to the bytes that WeChat sends: signed, and encrypted.

The parameters and the envelope of each mode are those of developers.weixin.qq.com,
消息推送; the request line and the headers those of real logs: HTTP/1.0, text/xml, no
charset, the sender's openid in the query.
"""

import secrets
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from wechat.crypto import EncryptionMode, encrypt
from wechat.signature import sign
from wechat.xml import Output, dump

from simulator.account import Account

USER_AGENT = "Mozilla/4.0"


class Request(NamedTuple):
    """What is sent: the request target, and the body of a POST (None for a GET)."""

    target: str
    body: bytes | None
    host: str

    def encode(self) -> bytes:
        """Return the request as HTTP/1.0."""
        method = "GET" if self.body is None else "POST"
        lines = [
            f"{method} {self.target} HTTP/1.0",
            f"Host: {self.host}",
            f"User-Agent: {USER_AGENT}",
            "Accept: */*",
        ]
        if self.body is not None:
            lines += ["Content-Type: text/xml", f"Content-Length: {len(self.body)}"]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + (self.body or b"")


def push_request(account: Account, fields: Mapping[str, Output], now: float) -> Request:
    """Return the request that pushes `fields`, with a new nonce, signed at `now`."""
    query = signed_query(account.token, now) | {"openid": str(fields["FromUserName"])}
    if account.mode is EncryptionMode.PLAINTEXT:
        return Request(_target(account.url, query), dump(fields).encode(), _host(account.url))
    encrypted = encrypt(dump(fields).encode(), account.key, account.app_id, secrets.token_bytes(16))
    query["encrypt_type"] = "aes"
    query["msg_signature"] = sign(account.token, query["timestamp"], query["nonce"], encrypted)
    beside = fields if account.mode is EncryptionMode.COMPATIBLE else {}
    envelope = {"ToUserName": fields["ToUserName"], **beside, "Encrypt": encrypted}
    return Request(_target(account.url, query), dump(envelope).encode(), _host(account.url))


def verification_request(account: Account, echostr: str, now: float) -> Request:
    """Return the GET of the console: the plain signature in every mode."""
    query = signed_query(account.token, now) | {"echostr": echostr}
    return Request(_target(account.url, query), None, _host(account.url))


def signed_query(token: str, now: float) -> dict[str, str]:
    """Return signature, timestamp and a new nonce."""
    timestamp, nonce = str(int(now)), str(secrets.randbelow(10**9) + 10**9)
    signature = sign(token, timestamp, nonce)
    return {"signature": signature, "timestamp": timestamp, "nonce": nonce}


def _target(url: str, query: Mapping[str, str]) -> str:
    parts = urlsplit(url)
    own = f"{parts.query}&" if parts.query else ""
    return f"{parts.path or '/'}?{own}{urlencode(query)}"


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]
