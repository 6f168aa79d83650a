"""带参数二维码: codes by which the account learns where a follower came from.

Source: developers.weixin.qq.com, 生成带参数的二维码.
"""

import base64
import io
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import segno

from simulator.platform.days import Clock
from simulator.platform.errors import ApiError

LONGEST = 2_592_000  # seconds: 30 days
SCENE_CHARACTERS = 64
MOST_NUMBER = (1 << 32) - 1
MOST_PERMANENT_NUMBER = 100_000
MOST_PERMANENT_CODES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class QRCode:
    """One code; `scene` is as the event has it, `expires_at` None where it is permanent.

    `url` is what the picture holds. Times are Unix seconds.
    """

    ticket: str
    url: str
    scene: str
    is_number: bool
    permanent: bool
    expires_at: float | None
    created_at: float


class QRCodes:
    """The account's codes, the newest first. `on_create` is told of every new one."""

    def __init__(self, clock: Clock, on_create: Callable[[QRCode], None]) -> None:
        self._clock = clock
        self._on_create = on_create
        self._codes: dict[str, QRCode] = {}
        self._permanent: dict[tuple[str, bool], QRCode] = {}
        self._tidied_at = 0  # how many codes there were when those of the past were dropped

    def __iter__(self) -> Iterator[QRCode]:
        return (code for code in reversed(list(self._codes.values())) if self._holds(code))

    def create(self, scene: int | str, *, permanent: bool, expire_seconds: int = 60) -> QRCode:
        """Make a code of a number or a text; a permanent one only if there is none yet.

        Raises:
            ApiError: 40053 the scene cannot be one, 40035 it lasts too long, 45029 there
                are too many permanent ones.

        """
        text = _scene(scene, permanent=permanent)
        if not permanent and not 0 < expire_seconds <= LONGEST:
            raise ApiError(40035)
        is_number = isinstance(scene, int)
        if permanent and (known := self._permanent.get((text, is_number))):
            return known
        if permanent and len(self._permanent) >= MOST_PERMANENT_CODES:
            raise ApiError(45029)
        now = self._clock()
        address = f"http://weixin.qq.com/q/02{secrets.token_urlsafe(12)}"
        code = QRCode(
            ticket=_ticket(address),
            url=address,
            scene=text,
            is_number=is_number,
            permanent=permanent,
            expires_at=None if permanent else now + expire_seconds,
            created_at=now,
        )
        self._keep(code)
        self._on_create(code)
        return code

    def find(self, scene_or_ticket: str) -> QRCode | None:
        """Return the code of a ticket, else the newest of a scene; none that has expired."""
        code = self._codes.get(scene_or_ticket)
        if code and self._holds(code):
            return code
        return next((code for code in self if code.scene == scene_or_ticket), None)

    def picture(self, ticket: str) -> bytes | None:
        """Return the PNG of a code, None for a ticket that is none or has expired."""
        code = self._codes.get(ticket)
        if code is None or not self._holds(code):
            return None
        file = io.BytesIO()
        segno.make(code.url, micro=False).save(file, kind="png", scale=10, border=4)
        return file.getvalue()

    def _holds(self, code: QRCode) -> bool:
        return code.expires_at is None or self._clock() < code.expires_at

    def _keep(self, code: QRCode) -> None:
        if len(self._codes) > 2 * self._tidied_at:
            self._codes = {c.ticket: c for c in self._codes.values() if self._holds(c)}
            self._tidied_at = len(self._codes)
        self._codes[code.ticket] = code
        if code.permanent:
            self._permanent[code.scene, code.is_number] = code


def _scene(scene: int | str, *, permanent: bool) -> str:
    """Return a scene as it will be pushed."""
    if isinstance(scene, str):
        if not 0 < len(scene) <= SCENE_CHARACTERS:
            raise ApiError(40053)
        return scene
    if scene == 0:
        raise ApiError(40053)
    most = MOST_PERMANENT_NUMBER if permanent else MOST_NUMBER
    # A number out of range is taken, and comes back as the largest of 32 bits.
    return str(scene if 0 < scene <= most else MOST_NUMBER)


def _ticket(address: str) -> str:
    """Return a ticket as the platform's look: Base64, so it must be quoted in a query."""
    raw = b"\x81\x01" + secrets.token_bytes(16) + address.encode() + secrets.token_bytes(6)
    return base64.b64encode(raw).decode()
