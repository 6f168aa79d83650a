"""Access tokens: what the two APIs hand out, and which of them still open a call.

Sources: developers.weixin.qq.com, 获取 Access token and 获取稳定版接口调用凭据. The two are
isolated: neither ends a token of the other.
"""

import itertools
import re
import secrets
from dataclasses import dataclass

from simulator.platform.days import Clock, day
from simulator.platform.errors import ApiError

LIFETIME = 7200  # seconds
OVERLAP = 300  # a token that was replaced is taken for so long
RENEWED_BEFORE = 300  # the stable token is another in the last five minutes of the old one
FORCED_A_DAY = 20
FORCED_APART = 30  # seconds; a sooner one refreshes nothing

_SHAPE = re.compile(r"[A-Za-z0-9_-]{32,512}")


@dataclass(slots=True)
class Token:
    """One access token; `serial` counts them, `replaced_at` is when another took its place."""

    text: str
    serial: int
    app_id: str
    expires_at: float
    replaced_at: float | None = None


class Tokens:
    """Every token there is, of both APIs."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._serials = itertools.count(1)
        self._known: dict[str, Token] = {}
        self._classic: dict[str, Token] = {}  # by app id, as the next
        self._stable: dict[str, Token] = {}
        self._forced: list[float] = []
        self._condemned = 0

    def classic(self, app_id: str) -> Token:
        """Return a new token of /cgi-bin/token; the one before it ends soon."""
        return self._issue(app_id, self._classic)

    def stable(self, app_id: str, *, force: bool = False) -> Token:
        """Return the token of /cgi-bin/stable_token, the same until shortly before its end.

        Raises:
            ApiError: 45009, it was refreshed by force too often today.

        """
        current = self._stable.get(app_id)
        if current is None or self.condemned(current):
            return self._issue(app_id, self._stable)
        if force and self._forces():
            return self._issue(app_id, self._stable)
        if self.seconds_left(current) > RENEWED_BEFORE:
            return current
        # Both hold until the old one ends of itself.
        del self._stable[app_id]
        return self._issue(app_id, self._stable)

    def seconds_left(self, token: Token) -> int:
        """Return `expires_in` of a token as it is now."""
        return round(token.expires_at - self._clock())

    def check(self, text: str | None, app_id: str) -> Token:
        """Return the token that a call came with.

        Raises:
            ApiError: 41001, 40014, 40001 or 42001: it is missing, malformed, invalid, expired.

        """
        if not text:
            raise ApiError(41001)
        if not _SHAPE.fullmatch(text):
            raise ApiError(40014)
        token, now = self._known.get(text), self._clock()
        if token is None or token.app_id != app_id:
            raise ApiError(40001)
        if token.replaced_at is not None and now >= token.replaced_at + OVERLAP:
            raise ApiError(40001)
        if now >= token.expires_at:
            raise ApiError(42001)
        return token

    def condemn(self) -> None:
        """Mark every token that there is now as one that a fault to order ends."""
        self._condemned = next(self._serials)

    def condemned(self, token: Token) -> bool:
        """Return whether `token` is older than the latest order to end them."""
        return token.serial <= self._condemned

    def _issue(self, app_id: str, current: dict[str, Token]) -> Token:
        now = self._clock()
        if old := current.get(app_id):
            old.replaced_at = now
        serial = next(self._serials)
        made = Token(f"{serial}_{secrets.token_urlsafe(100)}", serial, app_id, now + LIFETIME)
        current[app_id] = self._known[made.text] = made
        self._forget(now)
        return made

    def _forces(self) -> bool:
        """Count a refresh by force; return whether it is one."""
        now = self._clock()
        today = [at for at in self._forced if day(at) == day(now)]
        if today and now - today[-1] < FORCED_APART:
            return False
        if len(today) >= FORCED_A_DAY:
            raise ApiError(45009)
        self._forced = [*today, now]
        return True

    def _forget(self, now: float) -> None:
        """Drop what ended a day ago: by then the answer to it is of no interest."""
        kept = {text: t for text, t in self._known.items() if now < t.expires_at + 86400}
        self._known = kept
