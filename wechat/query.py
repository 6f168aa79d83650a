"""The query string of a push: what WeChat says beside the body, read once and strictly.

A parameter that decides something must come exactly once: of two values, a proxy and a
service might each believe another one. Parameters that WeChat may add are ignored.
"""

from typing import NamedTuple
from urllib.parse import unquote, unquote_to_bytes

from wechat.errors import IncompleteQuery, ModeMismatch

_SIGNED = ("signature", "timestamp", "nonce")
_NAMES = frozenset({*_SIGNED, "encrypt_type", "msg_signature", "openid", "echostr"})
_ENCRYPTED = {"": False, "raw": False, "aes": True}


class Query(NamedTuple):
    """The parameters of one request; what is absent is an empty string."""

    signature: str
    timestamp: str
    nonce: str
    encrypt_type: str = ""
    msg_signature: str = ""
    openid: str = ""
    echostr: str = ""

    @property
    def encrypted(self) -> bool:
        """Whether the body is said to be ciphertext.

        Raises:
            ModeMismatch: `encrypt_type` is a word that the protocol does not know.

        """
        try:
            return _ENCRYPTED[self.encrypt_type]
        except KeyError:
            raise ModeMismatch("encrypt_type is neither 'raw' nor 'aes'") from None


def read_query(query: str) -> Query:
    """Read the part of a request line after the question mark, its bytes as Latin-1.

    Raises:
        IncompleteQuery: a parameter that the signature needs is missing or empty, or
            one that is read here is repeated or not UTF-8.

    """
    found: dict[str, str] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if "%" in name:
            name = unquote(name)
        if name in _NAMES:
            if name in found:
                raise IncompleteQuery(name, "repeated")
            plain = value.isascii() and "%" not in value and "+" not in value
            found[name] = value if plain else _decode(name, value)
    for name in _SIGNED:
        if not found.get(name):
            problem = "empty" if name in found else "missing"
            raise IncompleteQuery(name, problem, query_is_empty=not query)
    return Query(**found)


def _decode(name: str, value: str) -> str:
    raw = value.replace("+", " ").encode("latin-1", "replace")
    try:
        return unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        raise IncompleteQuery(name, "not UTF-8") from None
