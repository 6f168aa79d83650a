"""短key托管: a short text that stands for a long one, as for the scene of a QR code.

Source: developers.weixin.qq.com, 短key托管.
"""

from dataclasses import dataclass, field

from api import checks
from api.calling import Caller
from api.results import Raw, text_in, whole_in

GENERATE, FETCH = "/cgi-bin/shorten/gen", "/cgi-bin/shorten/fetch"
DATA_BYTES = 4096
LONGEST = 2_592_000  # seconds: 30 days
KEY_BYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortKey:
    """A key; `short_key` is 15 letters and digits."""

    short_key: str
    raw: Raw = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LongData:
    """What a key stands for, since when (Unix seconds) and for how many seconds more."""

    long_data: str
    create_time: int
    expire_seconds: int
    raw: Raw = field(repr=False)


class ShortKeys:
    """The calls about short keys."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def create(self, long_data: str, *, expire_seconds: int = LONGEST) -> ShortKey:
        """Return a key for `long_data`, at most 4 KB, that lasts 30 days or less.

        Raises:
            ApiError: NoRight, InvalidRequest and others.

        """
        checks.whole("expire_seconds", expire_seconds, 1, LONGEST)
        known = checks.exact("long_data", long_data, most=DATA_BYTES)
        fields = {"long_data": known, "expire_seconds": expire_seconds}
        answer = await self._caller.post(GENERATE, fields)
        return ShortKey(short_key=text_in(answer, "short_key"), raw=answer)

    async def fetch(self, short_key: str) -> LongData:
        """Return what a key stands for.

        Raises:
            ApiError: there is no such key any more, and others.

        """
        known = checks.text("short_key", short_key, most=KEY_BYTES)
        answer = await self._caller.post(FETCH, {"short_key": known})
        return LongData(
            long_data=text_in(answer, "long_data"),
            create_time=whole_in(answer, "create_time"),
            expire_seconds=whole_in(answer, "expire_seconds"),
            raw=answer,
        )
