"""客服消息: how many messages an account may send by itself, for what the user did.

Source: developers.weixin.qq.com, 客服消息, the table of 下发条数限制. Each trigger of a
kind renews what that kind allows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from simulator.platform.days import Clock
from simulator.platform.errors import ApiError
from simulator.users import User

_MINUTE = 60.0
_TWO_DAYS = 48 * 3600.0


class Trigger(StrEnum):
    """What a user does that lets the account write."""

    MESSAGE = "message"  # sends a message
    MENU = "menu"  # taps click, scancode_push or scancode_waitmsg, or an item of a msgmenu
    SUBSCRIBE = "subscribe"  # follows
    SCAN = "scan"  # scans a QR code of the account
    PAYMENT = "payment"  # pays


class Allowance(NamedTuple):
    """How many messages, None for no limit, and the Unix time until which."""

    left: int | None
    until: float


# Messages, and for how many seconds.
ALLOWED: dict[Trigger, tuple[int | None, float]] = {
    Trigger.MESSAGE: (5, _TWO_DAYS),
    Trigger.MENU: (3, _MINUTE),
    Trigger.SUBSCRIBE: (3, _MINUTE),
    Trigger.SCAN: (3, _MINUTE),
    Trigger.PAYMENT: (None, _TWO_DAYS),
}


@dataclass(slots=True)
class _Window:
    left: int | None
    until: float


class Quotas:
    """The windows that are open, by openid."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._windows: dict[str, dict[Trigger, _Window]] = {}
        self._acted_at: dict[str, float] = {}

    def trigger(self, openid: str, trigger: Trigger) -> None:
        """Open the window of `trigger`, or open it anew."""
        now = self._clock()
        count, seconds = ALLOWED[trigger]
        self._windows.setdefault(openid, {})[trigger] = _Window(count, now + seconds)
        self._acted_at[openid] = now

    def close(self, openid: str) -> None:
        """Close every window of somebody who stopped following."""
        self._windows[openid] = {}
        self._acted_at.pop(openid, None)

    def take(self, user: User) -> None:
        """Count one message to `user`.

        Raises:
            ApiError: 43004 never followed, 45015 no window is open (or they follow no
                longer), 45047 as many were sent as may be.

        """
        if not user.following:
            raise ApiError(45015 if user.openid in self._windows else 43004)
        windows = list(self._open(user.openid))
        if not windows:
            raise ApiError(45015)
        # The one that costs nothing, else the one that closes first.
        windows.sort(key=lambda window: (window.left is not None, window.until))
        for window in windows:
            if window.left is None:
                return
            if window.left:
                window.left -= 1
                return
        raise ApiError(45047)

    def left(self, openid: str) -> Allowance | None:
        """Return what may still be sent to `openid`, None where no window is open."""
        windows = list(self._open(openid))
        if not windows:
            return None
        counts = [window.left for window in windows if window.left is not None]
        unlimited = len(counts) < len(windows)
        until = max(window.until for window in windows)
        return Allowance(None if unlimited else sum(counts), until)

    def idle(self, openid: str) -> float:
        """Return the seconds since `openid` last did something that counts."""
        return self._clock() - self._acted_at.get(openid, float("-inf"))

    def _open(self, openid: str) -> Iterator[_Window]:
        now = self._clock()
        return (w for w in self._windows.get(openid, {}).values() if now < w.until)
