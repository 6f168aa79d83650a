"""Everything that a received request can be refused for.

::

    ProtocolError                 a request that is not served
    ├── InvalidSignature      403 nothing shows that WeChat sent it
    │   └── IncompleteQuery   403 a signed parameter is missing, empty, repeated or unreadable
    ├── StaleTimestamp        403 rightly signed, but too long ago or in the future
    ├── ModeMismatch          403 encrypted where plaintext is agreed, or the reverse
    ├── WrongIdentity         403 the sender or the receiver is not the one it should be
    ├── DecryptionError       400 the ciphertext does not open
    │   └── AppIdMismatch     403 it opens, but was made for another account
    └── MalformedMessage      400 what it carries is not a message

An error says the cause in words that may be logged: never a token, a key, a signature or
the content of a message. The HTTP edge alone turns `status` into a response.
"""

from typing import ClassVar

_MAX_ID = 32  # characters; an app id has 18


class ProtocolError(Exception):
    """A request that must not reach a hook. `status` is the HTTP status it deserves."""

    status: ClassVar[int] = 400


class InvalidSignature(ProtocolError):
    """No token of the account yields the signature that came with the request."""

    status = 403


class IncompleteQuery(InvalidSignature):
    """A parameter that the signature needs is missing, empty, repeated or unreadable.

    `parameter` is its name; `query_is_empty` is true where the request had no query at all.
    """

    def __init__(self, parameter: str, problem: str, *, query_is_empty: bool = False) -> None:
        super().__init__(f"query parameter {parameter!r} is {problem}")
        self.parameter = parameter
        self.query_is_empty = query_is_empty


class StaleTimestamp(ProtocolError):
    """The signature is right, but its timestamp is `offset` seconds from our clock.

    A positive offset is a timestamp in the future.
    """

    status = 403

    def __init__(self, offset: int) -> None:
        direction = "ahead of" if offset > 0 else "behind"
        super().__init__(f"the timestamp is {abs(offset)} s {direction} this machine's clock")
        self.offset = offset


class ModeMismatch(ProtocolError):
    """The request is encrypted where the account expects plaintext, or the reverse."""

    status = 403


class WrongIdentity(ProtocolError):
    """`field` is not whom it should name: the query's openid, or this account."""

    status = 403

    def __init__(self, field: str, expected: str) -> None:
        super().__init__(f"{field} is not {expected}")
        self.field = field


class DecryptionError(ProtocolError):
    """The ciphertext is not one that the account's key made."""


class AppIdMismatch(DecryptionError):
    """The ciphertext opens, but the app id at its end (`app_id`) is another account's."""

    status = 403

    def __init__(self, app_id: str) -> None:
        # Where the length before it is wrong, it is not an id but the end of the message.
        shown = repr(app_id) if len(app_id) <= _MAX_ID else "of another length"
        super().__init__(f"the message is for the app id {shown}")
        self.app_id = app_id


class MalformedMessage(ProtocolError):
    """The body is not a message: not XML, too deep or too large, or without its sender."""
