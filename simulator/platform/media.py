"""临时素材: files that the account and its users sent, kept for three days.

Source: developers.weixin.qq.com, 新增临时素材.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from simulator.platform.days import Clock
from simulator.platform.errors import ApiError

KEPT = 3 * 86400.0  # seconds
MOST_BYTES = 256 << 20  # of everything: of more, the oldest is forgotten


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One file; `created_at` is Unix seconds."""

    media_id: str
    kind: str
    filename: str
    content_type: str
    data: bytes
    created_at: float


class Kind(NamedTuple):
    """What may be uploaded as one kind: its formats, its bytes, the errcode of more."""

    formats: frozenset[str]
    most: int
    too_large: int


KINDS: Mapping[str, Kind] = {
    "image": Kind(frozenset({"png", "jpeg", "gif", "bmp"}), 10 << 20, 40009),
    "voice": Kind(frozenset({"amr", "mp3"}), 2 << 20, 40006),
    "video": Kind(frozenset({"mp4"}), 10 << 20, 40006),
    "thumb": Kind(frozenset({"jpeg"}), 64 << 10, 40006),
}
CONTENT_TYPES: Mapping[str, str] = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "amr": "audio/amr",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
}
_BEGINNINGS: Mapping[bytes, str] = {
    b"\x89PNG\r\n\x1a\n": "png",
    b"\xff\xd8\xff": "jpeg",
    b"GIF8": "gif",
    b"BM": "bmp",
    b"#!AMR": "amr",
    b"ID3": "mp3",
    b"\xff\xfb": "mp3",
    b"\xff\xf3": "mp3",
    b"\xff\xf2": "mp3",
}


class MediaStore:
    """The files there are, by media id."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._files: dict[str, Media] = {}
        self._bytes = 0

    def add(self, kind: str, filename: str, content_type: str, data: bytes) -> Media:
        """Keep a file, whatever it is, under a new id."""
        media = Media(
            media_id=secrets.token_urlsafe(48),
            kind=kind,
            filename=filename,
            content_type=content_type,
            data=data,
            created_at=self._clock(),
        )
        self._files[media.media_id] = media
        self._bytes += len(data)
        self._forget()
        return media

    def upload(self, kind: str, filename: str, data: bytes) -> Media:
        """Keep a file if the platform would take it; what it is, its bytes say.

        Raises:
            ApiError: 40004 no such kind, 41005 no file, 40005 another format than the
                kind's, 40006 or 40009 too large.

        """
        allowed = kind_of(kind)
        if not data:
            raise ApiError(41005)
        if len(data) > allowed.most:
            raise ApiError(allowed.too_large)
        form = format_of(data)
        if form not in allowed.formats:
            raise ApiError(40005)
        return self.add(kind, filename, CONTENT_TYPES[form], data)

    def get(self, media_id: str) -> Media | None:
        """Return a file, None once it is three days old."""
        media = self._files.get(media_id)
        return media if media and self._clock() < media.created_at + KEPT else None

    def _forget(self) -> None:
        """Drop what is too old, and the oldest of too much; never the newest."""
        for media in list(self._files.values())[:-1]:
            if self._bytes <= MOST_BYTES and self.get(media.media_id):
                return
            self._bytes -= len(self._files.pop(media.media_id).data)


def kind_of(name: str) -> Kind:
    """Return what may be uploaded as the kind `name`.

    Raises:
        ApiError: 40004, there is no such kind.

    """
    if name not in KINDS:
        raise ApiError(40004)
    return KINDS[name]


def format_of(data: bytes) -> str:
    """Return the format of a file by how it begins, "" if it is none that is taken."""
    if data[4:8] == b"ftyp":
        return "mp4"
    return next((form for start, form in _BEGINNINGS.items() if data.startswith(start)), "")
