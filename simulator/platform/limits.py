"""How often a day each path may be called, and how the account sets that back.

Sources: developers.weixin.qq.com, 接口调用频次限制, 个性化菜单 and 清空 api 的调用 quota.
"""

from collections import Counter
from collections.abc import Mapping

from simulator.platform.days import Clock, day, month
from simulator.platform.errors import ApiError

A_DAY: Mapping[str, int] = {
    "/cgi-bin/token": 2_000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/getcallbackip": 5_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/message/template/send": 100_000,
    "/cgi-bin/qrcode/create": 100_000,
    "/cgi-bin/menu/create": 1_000,
    "/cgi-bin/menu/addconditional": 2_000,
    "/cgi-bin/menu/delconditional": 2_000,
    "/cgi-bin/menu/trymatch": 20_000,
    "/cgi-bin/user/info": 500_000,
}
A_MINUTE: Mapping[str, int] = {"/cgi-bin/stable_token": 10_000}
CLEARED_A_MONTH = 10


class Limits:
    """The calls of today, of this minute, and the resets of this month."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._day = self._month = ""
        self._minute = 0
        self._today: Counter[str] = Counter()
        self._this_minute: Counter[str] = Counter()
        self._cleared = 0

    def count(self, path: str) -> None:
        """Count a call of `path`.

        Raises:
            ApiError: 45009 or 45011: there were enough today, or in this minute.

        """
        self._turn()
        if self._today[path] >= A_DAY.get(path, self._today[path] + 1):
            raise ApiError(45009)
        if self._this_minute[path] >= A_MINUTE.get(path, self._this_minute[path] + 1):
            raise ApiError(45011)
        self._today[path] += 1
        self._this_minute[path] += 1

    def clear(self) -> None:
        """Begin the day anew.

        Raises:
            ApiError: 48006, that was done ten times this month.

        """
        self._turn()
        if self._cleared >= CLEARED_A_MONTH:
            raise ApiError(48006)
        self._cleared += 1
        self._today.clear()

    def _turn(self) -> None:
        """Forget the calls of another minute or day, and the resets of another month."""
        now = self._clock()
        if self._minute != now // 60:
            self._minute = int(now // 60)
            self._this_minute.clear()
        if self._day != day(now):
            self._day = day(now)
            self._today.clear()
        if self._month != month(now):
            self._month, self._cleared = month(now), 0
