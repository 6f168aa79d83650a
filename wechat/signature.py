"""Who sent this, and when: the signature over token, timestamp and nonce.

WeChat signs every request: ``sha1`` over the sorted, joined strings, in lower-case
hexadecimal. For ciphertext a second signature also covers the ``Encrypt`` text.
Source: developers.weixin.qq.com/doc/service/guide/dev/push
"""

import hmac
import re
from collections.abc import Iterable
from hashlib import sha1

from wechat.errors import IncompleteQuery, InvalidSignature, StaleTimestamp

_SECONDS = re.compile("[0-9]{1,19}")


def sign(token: str, timestamp: str, nonce: str, *encrypt: str) -> str:
    """Return the signature of a request, or of its ciphertext where `encrypt` is given."""
    # Code points sort as their UTF-8 bytes do, which is the order WeChat means.
    joined = "".join(sorted((token, timestamp, nonce, *encrypt)))
    return sha1(joined.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def verify(signature: str, tokens: Iterable[str], timestamp: str, nonce: str, *encrypt: str) -> str:
    """Return the one of `tokens` that made `signature`; compare in constant time.

    `tokens` are the account's current token and, while a change spreads, its previous one.

    Raises:
        InvalidSignature: none of them did.

    """
    # compare_digest takes no other characters, and a signature has none.
    for token in tokens if signature.isascii() else ():
        if hmac.compare_digest(signature, sign(token, timestamp, nonce, *encrypt)):
            return token
    covered = "the ciphertext" if encrypt else "timestamp and nonce"
    raise InvalidSignature(f"the signature over {covered} does not match the account's token")


def check_freshness(timestamp: str, now: float, tolerance: float) -> None:
    """Refuse a `timestamp` more than `tolerance` seconds from `now`, in either direction.

    `timestamp` and `now` are Unix seconds; a tolerance of 0 switches the check off. A
    repeated request is not an offence: WeChat itself repeats one after a failure.

    Raises:
        StaleTimestamp: it is older, or further ahead.
        IncompleteQuery: it is not a number.

    """
    if not tolerance:
        return
    if not _SECONDS.fullmatch(timestamp):
        raise IncompleteQuery("timestamp", "not a number of seconds")
    offset = int(timestamp) - now
    if abs(offset) > tolerance:
        raise StaleTimestamp(round(offset))
