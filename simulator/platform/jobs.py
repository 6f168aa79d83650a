"""模板消息: the numbers of what was sent, and what was sent before.

Source: developers.weixin.qq.com, 发送模板消息: of two messages to one person with the same
client_msg_id within ten minutes, the second is not sent.
"""

import itertools
from dataclasses import dataclass

from simulator.platform.days import Clock

KEPT = 600.0  # seconds


@dataclass(frozen=True, slots=True)
class Job:
    """A template message: its msgid, and whether it is one that was sent already."""

    msgid: int
    repeated: bool


class Jobs:
    """Every template message of the last ten minutes that its sender named."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = itertools.count(200_228_332)
        self._named: dict[tuple[str, str], tuple[int, float]] = {}

    def begin(self, openid: str, client_msg_id: str) -> Job:
        """Return the job of a message; one that came with a name before is that again."""
        now = self._clock()
        self._named = {name: job for name, job in self._named.items() if now < job[1] + KEPT}
        name = (openid, client_msg_id)
        if name in self._named:
            return Job(self._named[name][0], repeated=True)
        msgid = next(self._numbers)
        if client_msg_id:
            self._named[name] = (msgid, now)
        return Job(msgid, repeated=False)
