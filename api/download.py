"""A file on its way from the platform, written by another thread as it comes.

What comes may be the file itself, an error in JSON, or in JSON where the file is; only
the header of the answer tells.
"""

import asyncio
import contextlib
import errno
import os
import re
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import BinaryIO

from tornado.httputil import HTTPHeaders

from api.errors import NoAnswer
from api.reading import read_json
from api.results import text_in
from api.transport import Request, Response, Transport

MOST_JSON = 1 << 20
_NAME = re.compile(r'filename="?([^";]+)"?')
_URL = re.compile(r"https?://[\x21-\x7e]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file that was fetched: its bytes are counted, its name is the platform's or ""."""

    size: int
    content_type: str
    filename: str


class Sink:
    """Writes the parts of one answer into a file, from its beginning."""

    def __init__(self, file: BinaryIO) -> None:
        self.size = 0
        self._file = file
        self._ended = False
        self._parts: asyncio.Queue[bytes | None] = asyncio.Queue()

    def part(self, data: bytes) -> None:
        """Take a part."""
        if not self._ended:  # else who waited for it has gone
            self.size += len(data)
            self._parts.put_nowait(data)

    def end(self) -> None:
        """Say that nothing more comes."""
        self._ended = True
        self._parts.put_nowait(None)

    async def write(self) -> None:
        """Write what comes, until the end."""
        await asyncio.to_thread(self._begin)
        while (data := await self._parts.get()) is not None:
            await asyncio.to_thread(self._file.write, data)
        await asyncio.to_thread(self._file.flush)

    def _begin(self) -> None:
        self._file.seek(0)
        self._file.truncate()


@asynccontextmanager
async def in_place_of(target: Path) -> AsyncIterator[BinaryIO]:
    """Yield a new file, which becomes `target` at the end; on an error, it is gone.

    Raises:
        OSError: it cannot be made, or cannot be there.

    """
    part = target.parent / f".{secrets.token_hex(16)}.part"
    opening = asyncio.ensure_future(asyncio.to_thread(_opened, part, target))
    try:
        file = await asyncio.shield(opening)
        yield file
        await asyncio.to_thread(file.close)
        await asyncio.to_thread(part.replace, target)
    finally:
        await asyncio.wait({opening})  # given up, it is opened all the same
        await asyncio.to_thread(_discard, opening, part)


def _opened(part: Path, target: Path) -> BinaryIO:
    if target.is_dir():  # replace() would say so when all is done
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    return part.open("x+b")


def _discard(opened: "asyncio.Future[BinaryIO]", part: Path) -> None:
    with contextlib.suppress(OSError, asyncio.CancelledError):
        opened.result().close()
    with contextlib.suppress(OSError):
        part.unlink()


async def fetch_into(
    file: BinaryIO, transport: Transport, request: Request, token: str, seconds: float
) -> Download:
    """Write the file that `request` asks for into `file`, from wherever it is.

    Raises:
        ApiError: there is none, or it did not come whole.
        OSError: it cannot be written.

    """
    query = {**request.query, "access_token": token}
    asked = replace(request, query=query, seconds=seconds)
    headers, size = await _received(file, transport, asked)
    if not _is_file(headers):
        answer = read_json(Response(headers, await asyncio.to_thread(_content, file)), request.path)
        url = _address(answer, request.path)
        elsewhere = Request(url=url, path=request.path, seconds=seconds)
        headers, size = await _received(file, transport, elsewhere)
    if not size or not _is_file(headers):
        raise NoAnswer("no file came", request.path, sent=True)
    return Download(
        size=size,
        content_type=headers.get("Content-Type", "application/octet-stream"),
        filename=_filename(headers.get("Content-Disposition", "")),
    )


async def _received(
    file: BinaryIO, transport: Transport, request: Request
) -> tuple[HTTPHeaders, int]:
    """Write the body of an answer into `file`; return its headers, and its bytes."""
    sink = Sink(file)
    writing = asyncio.create_task(sink.write())
    try:
        response = await transport.fetch(replace(request, sink=sink.part))
    finally:
        # Another try must not find the thread of this one at the file.
        sink.end()
        await writing
    return response.headers, sink.size


def _is_file(headers: HTTPHeaders) -> bool:
    """Return whether an answer is the file, and not JSON about it."""
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    text = kind == "application/json" or kind.startswith("text/")
    return not text or "Content-Disposition" in headers


def _filename(disposition: str) -> str:
    """Return a name that is nothing but one, "" where there is none."""
    found = _NAME.search(disposition)
    name = PurePath(found[1]).name if found else ""
    return name if name.isprintable() and name != ".." else ""


def _content(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read(MOST_JSON)


def _address(answer: Mapping[str, object], path: str) -> str:
    """Return where a video is."""
    url = text_in(answer, "video_url")
    if not _URL.fullmatch(url):
        raise NoAnswer("the answer is neither a file nor an error", path, sent=True)
    return url
