"""带参数二维码: codes that tell by which of them a follower came.

Source: developers.weixin.qq.com, 生成带参数的二维码. Scanned, the scene comes as `scene` of a
SubscribeEvent or a ScanEvent.
"""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from api import checks
from api.calling import Caller
from api.results import Raw, text_in, whole_in

CREATE = "/cgi-bin/qrcode/create"
SHOW = "/cgi-bin/showqrcode"
PICTURES = "https://mp.weixin.qq.com"  # wherever the API is called
LONGEST = 2_592_000  # seconds: 30 days
MOST_NUMBER = (1 << 32) - 1
MOST_PERMANENT_NUMBER = 100_000
SCENE_CHARACTERS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class QRCode:
    """A code: `url` is what it says, `picture_url` where WeChat shows it, to everybody.

    `expire_seconds` is None where the code is permanent.
    """

    ticket: str
    url: str
    picture_url: str
    expire_seconds: int | None
    raw: Raw = field(repr=False)


class QRCodes:
    """The calls about QR codes."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def create(self, scene: int | str, *, expire_seconds: int = LONGEST) -> QRCode:
        """Make a code that lasts `expire_seconds`: 30 days at most, which is what it is.

        A scene is a number of 32 bits, or a text of 1 to 64 characters.

        Raises:
            ApiError: NoRight, QuotaExceeded and others.

        """
        checks.whole("expire_seconds", expire_seconds, 1, LONGEST)
        kinds = ("QR_SCENE", "QR_STR_SCENE")
        fields = _fields(scene, MOST_NUMBER, kinds) | {"expire_seconds": expire_seconds}
        return self._made(await self._caller.post(CREATE, fields))

    async def create_permanent(self, scene: int | str) -> QRCode:
        """Make a code that lasts for ever, or return the one there is; 100,000 may be.

        A scene is a number from 1 to 100,000, or a text of 1 to 64 characters.

        Raises:
            ApiError: NoRight, QuotaExceeded and others.

        """
        kinds = ("QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE")
        fields = _fields(scene, MOST_PERMANENT_NUMBER, kinds)
        return self._made(await self._caller.post(CREATE, fields))

    def _made(self, answer: Raw) -> QRCode:
        ticket, base = text_in(answer, "ticket"), self._caller.credentials.base
        # Without TLS it is on this machine, and plays all of WeChat.
        pictures = base if base.startswith("http://") else PICTURES
        return QRCode(
            ticket=ticket,
            url=text_in(answer, "url"),
            picture_url=f"{pictures}{SHOW}?{urlencode({'ticket': ticket})}",
            expire_seconds=whole_in(answer, "expire_seconds") or None,
            raw=answer,
        )


def _fields(scene: int | str, most: int, kinds: tuple[str, str]) -> dict[str, object]:
    """Return the call for a scene; `kinds` are its action_name for a number and a text."""
    if isinstance(scene, str):
        checks.exact("scene", scene)
        if len(scene) > SCENE_CHARACTERS:
            raise ValueError(f"scene has {len(scene)} characters: the limit is {SCENE_CHARACTERS}")
        return {"action_name": kinds[1], "action_info": {"scene": {"scene_str": scene}}}
    number = checks.whole("scene", scene, 1, most)
    return {"action_name": kinds[0], "action_info": {"scene": {"scene_id": number}}}
