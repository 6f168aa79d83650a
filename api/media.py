"""临时素材: files sent to the platform and fetched from it; each lasts three days.

Sources: developers.weixin.qq.com, 新增临时素材 and 获取临时素材. A video is fetched from
another host than the API's, which the platform names.
"""

import asyncio
import io
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from api import checks
from api.calling import Caller
from api.download import Download, fetch_into, in_place_of
from api.results import Raw, text_in, whole_in
from api.upload import MultipartFile, send_file

UPLOAD, GET = "/cgi-bin/media/upload", "/cgi-bin/media/get"
SECONDS = 60.0  # for a whole file


class Kind(NamedTuple):
    """What may be uploaded as one kind: its bytes, its formats by the name's ending."""

    most: int
    formats: Mapping[str, str]


KINDS: Mapping[str, Kind] = {
    "image": Kind(
        10 << 20,
        {
            ".png": "image/png",
            ".jpg": "image/jpeg",
            ".jpeg": "image/jpeg",
            ".gif": "image/gif",
            ".bmp": "image/bmp",
        },
    ),
    "voice": Kind(2 << 20, {".amr": "audio/amr", ".mp3": "audio/mpeg"}),
    "video": Kind(10 << 20, {".mp4": "video/mp4"}),
    "thumb": Kind(64 << 10, {".jpg": "image/jpeg", ".jpeg": "image/jpeg"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedMedia:
    """A file that the platform has: `created_at` is Unix seconds, and 3 days before its end."""

    type: str
    media_id: str
    created_at: int
    raw: Raw = field(repr=False)


class Media:
    """The calls about files."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def upload(
        self, kind: str, file: Path | str | bytes, *, filename: str = ""
    ) -> UploadedMedia:
        """Send a file: its path, or its bytes with a `filename`, whose ending counts.

        `kind` is image (10 MB: png, jpeg, gif, bmp), voice (2 MB, a minute: amr, mp3), video
        (10 MB: mp4) or thumb (64 KB: jpeg).

        Raises:
            ApiError: BadMedia, NoRight and others.
            OSError: it cannot be read.
            ValueError: it is empty, too large, or of another format.

        """
        checks.choice("kind", kind, frozenset(KINDS))
        source = file if isinstance(file, bytes) else Path(file)
        name = filename or (source.name if isinstance(source, Path) else "")
        if not name:
            raise ValueError("bytes need a filename, as in photo.jpg")
        content_type = _content_type(kind, name)
        async with _opened(source) as (opened, size):
            _check_size(kind, name, size)
            answer = await self._send(kind, MultipartFile(opened, size, name, content_type))
        return UploadedMedia(
            type=text_in(answer, "type"),
            media_id=text_in(answer, "media_id") or text_in(answer, "thumb_media_id"),
            created_at=whole_in(answer, "created_at"),
            raw=answer,
        )

    async def download(self, media_id: str, to: Path | str) -> Download:
        """Fetch a file into the path `to`, which has all of it or is not touched.

        Raises:
            ApiError: BadMedia, NoAnswer and others.
            OSError: it cannot be written.

        """
        known = checks.media_id(media_id)
        async with in_place_of(Path(to)) as written:
            return await self._fetch(known, written)

    async def get(self, media_id: str) -> tuple[bytes, Download]:
        """Return a file, and what is known of it; use `download` for large ones.

        Raises:
            ApiError: BadMedia, NoAnswer and others.

        """
        held = io.BytesIO()
        found = await self._fetch(checks.media_id(media_id), held)
        return held.getvalue(), found

    async def _send(self, kind: str, body: MultipartFile) -> dict[str, Any]:
        request = self._caller.request(
            UPLOAD, {"type": kind}, content_type=body.content_type, seconds=SECONDS
        )

        async def attempt(token: str) -> dict[str, Any]:
            return await send_file(body, self._caller.transport, request, token)

        return await self._caller.with_token(attempt)

    async def _fetch(self, media_id: str, file: BinaryIO) -> Download:
        request = self._caller.request(GET, {"media_id": media_id})

        async def attempt(token: str) -> Download:
            return await fetch_into(file, self._caller.transport, request, token, SECONDS)

        return await self._caller.with_token(attempt)


@asynccontextmanager
async def _opened(file: Path | bytes) -> AsyncIterator[tuple[BinaryIO, int]]:
    """Open what is to be sent; also return its bytes."""
    if isinstance(file, bytes):
        yield io.BytesIO(file), len(file)
        return
    opened, size = await asyncio.to_thread(_open, file)
    try:
        yield opened, size
    finally:
        await asyncio.to_thread(opened.close)


def _open(path: Path) -> tuple[BinaryIO, int]:
    opened = path.open("rb")
    return opened, os.fstat(opened.fileno()).st_size


def _content_type(kind: str, name: str) -> str:
    formats = KINDS[kind].formats
    ending = Path(name).suffix.lower()
    if ending not in formats:
        raise ValueError(f"{name!r} cannot be {kind}: its ending must be {', '.join(formats)}")
    return formats[ending]


def _check_size(kind: str, name: str, size: int) -> None:
    most = KINDS[kind].most
    if not size:
        raise ValueError(f"{name!r} is empty")
    if size > most:
        raise ValueError(f"{name!r} has {size} bytes: the limit of {kind} is {most}")
