"""What was answered lately, so that a retry gets the same: many, and next to nothing each.

Strings alone are kept. Thousands of objects a second, kept for a minute, would cost more in
the garbage collector's rounds than all that is done for a message.
"""

from wechat.replies import ACK, Acknowledgement, Reply, TextReply

from delivery.codec import read_reply, reply_text

_TEXT, _OTHER = "t", "j"


class Answers:
    """Answers by the key of their exchange, kept for `seconds` at least, twice that at most."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._recent: dict[str, str] = {}
        self._older: dict[str, str] = {}
        self._turn_at = 0.0

    def keep(self, key: str, reply: Reply, now: float) -> None:
        """Remember what was answered."""
        self._turn(now)
        if isinstance(reply, Acknowledgement):
            self._recent[key] = ""
        elif isinstance(reply, TextReply):
            self._recent[key] = _TEXT + reply.content
        else:
            self._recent[key] = _OTHER + reply_text(reply)

    def get(self, key: str, now: float) -> Reply | None:
        """Return what was answered, and remember it anew; None if nothing was."""
        self._turn(now)
        kept = self._recent.get(key)
        if kept is None:
            kept = self._older.get(key)
        if kept is None:
            return None
        self._recent[key] = kept
        if not kept:
            return ACK
        return TextReply(kept[1:]) if kept[0] == _TEXT else read_reply(kept[1:])

    def _turn(self, now: float) -> None:
        """Forget, now and then, all that was answered before the last time."""
        if now >= self._turn_at:
            if now >= self._turn_at + self._seconds:
                self._recent = {}
            self._older, self._recent = self._recent, {}
            self._turn_at = now + self._seconds
