"""How the platform counts an account's failures, five-second time-outs included.

Source: developers.weixin.qq.com/doc/service/guide/dev/api/warn_guide.md. That an alarm
goes to the account's owner at 30 in 5 minutes is from an old report
(blog.wpjam.com/2014/07/19/weixin-mp-alarm). Many in a row stop all pushes for a minute;
how many is not published.
"""

from collections import deque

WINDOW = 300.0  # seconds
ALARM = 30
PAUSE = 60.0  # seconds


class Failures:
    """The failures of one account. Times are Unix seconds."""

    def __init__(self) -> None:
        self.in_a_row = 0
        self.total = 0
        self.hang_ups = 0
        self.paused_until = 0.0
        self._times: deque[float] = deque()

    def failed(self, now: float, *, hung_up: bool, pause_after: int) -> None:
        """Count an attempt that failed; stop the pushes after `pause_after` in a row."""
        self._times.append(now)
        self.recent(now)  # forgets the others
        self.in_a_row += 1
        self.total += 1
        self.hang_ups += hung_up
        if pause_after and self.in_a_row >= pause_after:
            self.paused_until, self.in_a_row = now + PAUSE, 0

    def succeeded(self) -> None:
        """Note that an attempt was answered: the row ends."""
        self.in_a_row = 0

    def recent(self, now: float) -> int:
        """Return how many there were in the last five minutes."""
        while self._times and self._times[0] <= now - WINDOW:
            self._times.popleft()
        return len(self._times)
