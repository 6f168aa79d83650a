"""短key托管: short texts that stand for long ones.

Source: developers.weixin.qq.com, 短key托管. What a time gets that is over at once is inferred.
"""

import secrets
import string
from dataclasses import dataclass

from simulator.platform.days import Clock
from simulator.platform.errors import ApiError

LONGEST = 2_592_000  # seconds: 30 days
DATA_BYTES = 4096
KEY_CHARACTERS = 15
_BASE62 = string.digits + string.ascii_letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortened:
    """What a key stands for; times are Unix seconds."""

    short_key: str
    long_data: str
    created_at: float
    expires_at: float


class ShortKeys:
    """Every key there is."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._keys: dict[str, Shortened] = {}

    def generate(self, long_data: str, expire_seconds: int) -> Shortened:
        """Make a key.

        Raises:
            ApiError: 9410010 there is too much, 9410011 it lasts too long, or not at all.

        """
        if len(long_data.encode()) > DATA_BYTES:
            raise ApiError(9410010)
        if not 0 < expire_seconds <= LONGEST:
            raise ApiError(9410011)
        now = self._clock()
        made = Shortened(
            short_key="".join(secrets.choice(_BASE62) for _ in range(KEY_CHARACTERS)),
            long_data=long_data,
            created_at=now,
            expires_at=now + expire_seconds,
        )
        self._keys = {key: one for key, one in self._keys.items() if now < one.expires_at}
        self._keys[made.short_key] = made
        return made

    def fetch(self, short_key: str) -> Shortened:
        """Return what a key stands for.

        Raises:
            ApiError: 9410012, there is no such key, or no more.

        """
        found = self._keys.get(short_key)
        if found is None or self._clock() >= found.expires_at:
            raise ApiError(9410012)
        return found
