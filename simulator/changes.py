"""What a World publishes, and the record of a call to the platform's API."""

from dataclasses import dataclass
from enum import StrEnum


class Change(StrEnum):
    """What was published."""

    SETTINGS = "settings"  # the World
    USER = "user"  # a User: new, follows, leaves, is being typed to
    CHAT = "chat"  # a (User, ChatItem)
    DELIVERY = "delivery"  # a Delivery: begun, an attempt begun or ended, judged
    CALL = "call"  # an ApiCall
    MENU = "menu"  # the World
    QRCODE = "qrcode"  # a QRCode


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """One call of the service to the platform's API, and its answer.

    `query` has no access token and no secret; `answer` is the JSON, or a line about what
    else was sent. `seconds` is how long it took, `errcode` 0 where it went well.
    """

    id: int
    at: float
    method: str
    path: str
    query: str
    request: str
    status: int
    answer: str
    errcode: int
    seconds: float
