"""A file on its way to the platform, as multipart/form-data, of which little is in memory.

libcurl asks for bytes on the loop's thread, where no disk may be waited for: it is made to
pause while another thread reads on.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Iterator
from typing import BinaryIO

import pycurl

PART = 64 << 10  # bytes read at a time


class MultipartFile:
    """The field ``media`` of a form, with the file in it; `length` is that of the file."""

    def __init__(self, file: BinaryIO, length: int, filename: str, content_type: str) -> None:
        boundary = secrets.token_hex(16)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self._file = file
        self._start = file.tell()
        self._length = length
        self._head = (
            f"--{boundary}\r\n"
            f'Content-Disposition: form-data; name="media"; filename="{quoted(filename)}"\r\n'
            f"Content-Type: {content_type}\r\n\r\n"
        ).encode()
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self.size = len(self._head) + length + len(self._tail)

    def begin(self, curl: "pycurl.Curl") -> Callable[[int], bytes | int]:
        """Return what libcurl reads from; each try begins anew."""
        self._file.seek(self._start)
        return _Reading(curl, self._pieces()).read

    def _pieces(self) -> Iterator[bytes]:
        """Read on, wherever that waits for the disk."""
        yield self._head
        left = self._length
        while left:
            piece = self._file.read(min(PART, left))
            if not piece:
                raise EOFError("the file has become shorter")
            left -= len(piece)
            yield piece
        yield self._tail


class _Reading:
    """One try at sending it."""

    def __init__(self, curl: "pycurl.Curl", pieces: Iterator[bytes]) -> None:
        self._curl = curl
        self._pieces = pieces
        self._ready = b""
        self._filling: asyncio.Task[None] | None = None
        self._broken = False

    def read(self, most: int) -> bytes | int:
        """Return the next bytes, or that there are none yet."""
        if self._broken:
            return pycurl.READFUNC_ABORT
        if not self._ready:
            # Asked again too early, it is the same piece that is waited for.
            if not self._filling:
                self._filling = asyncio.get_running_loop().create_task(self._fill())
            return pycurl.READFUNC_PAUSE
        given, self._ready = self._ready[:most], self._ready[most:]
        return given

    async def _fill(self) -> None:
        try:
            self._ready = await asyncio.to_thread(next, self._pieces)
        except (OSError, EOFError, RuntimeError):  # as a StopIteration would come
            self._broken = True
        self._filling = None
        with contextlib.suppress(pycurl.error):  # the transfer has ended meanwhile
            self._curl.pause(pycurl.PAUSE_CONT)


def quoted(filename: str) -> str:
    """Return a file name as a form holds it; source: the WHATWG's multipart/form-data."""
    return filename.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
