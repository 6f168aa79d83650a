"""How many customer service messages a user may still get, by our own count.

Source: developers.weixin.qq.com, 客服消息: 5 in 48 hours after a message, 3 in a minute after
a tap, a scan or a follow; each trigger begins anew. Kept in memory: a count that is lost
with the process is put right by the platform's refusal.
"""

from dataclasses import dataclass

from wechat.events import (
    ClickEvent,
    ScanCodePushEvent,
    ScanCodeWaitMsgEvent,
    ScanEvent,
    SubscribeEvent,
)
from wechat.push import Event, Message

AFTER_MESSAGE = (5, 48 * 3600.0)
AFTER_EVENT = (3, 60.0)
_TRIGGERS = (ClickEvent, ScanCodePushEvent, ScanCodeWaitMsgEvent, ScanEvent, SubscribeEvent)
TIDY = 10_000  # users between two looks for those whose time is over


@dataclass(slots=True)
class _Window:
    left: int
    until: float


class Quotas:
    """The users of one account; times are seconds of the monotonic clock."""

    def __init__(self) -> None:
        self._windows: dict[str, _Window] = {}
        self._tidy_at = TIDY

    def triggered(self, message: Message | Event, at: float) -> None:
        """Let the user have messages for what they did then; what they did since counts more."""
        by_event = isinstance(message, Event)
        if by_event and not isinstance(message, _TRIGGERS):
            return
        count, seconds = AFTER_EVENT if by_event else AFTER_MESSAGE
        known = self._windows.get(message.from_user)
        # A tap opens its own window, and closes none that is wider.
        if known and known.until > at + seconds and (not by_event or known.left >= count):
            return
        if known:
            known.left, known.until = count, at + seconds
            return
        self._windows[message.from_user] = _Window(count, at + seconds)
        if len(self._windows) > self._tidy_at:
            self._tidy(at)

    def left(self, user: str, now: float) -> int:
        """Return how many messages the user may get; as many as after a message if unknown."""
        window = self._windows.get(user)
        if window is None:
            return AFTER_MESSAGE[0]
        return window.left if now < window.until else 0

    def use(self, user: str) -> None:
        """Count a message to the user."""
        if window := self._windows.get(user):
            window.left = max(0, window.left - 1)

    def give_back(self, user: str) -> None:
        """Count off a message that the platform did not take."""
        if window := self._windows.get(user):
            window.left += 1

    def exhaust(self, user: str, now: float) -> None:
        """Know from the platform that the user may get none."""
        self._windows[user] = _Window(0, now + AFTER_MESSAGE[1])

    def _tidy(self, now: float) -> None:
        self._windows = {user: w for user, w in self._windows.items() if now < w.until}
        self._tidy_at = 2 * len(self._windows) + TIDY
