"""A file on its way to the platform, as multipart/form-data, of which little is in memory.

libcurl asks for bytes on the loop's thread, where no disk may be waited for: it is made to
pause while another thread reads on.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Lock
from typing import Any, BinaryIO

import pycurl

from api.errors import NoAnswer
from api.reading import read_json
from api.transport import Request, Transport

PART = 64 << 10  # bytes read at a time


class MultipartFile:
    """The field ``media`` of a form, with the file in it; `length` is that of the file.

    `error` is why the file could not be read.
    """

    def __init__(self, file: BinaryIO, length: int, filename: str, content_type: str) -> None:
        boundary = secrets.token_hex(16)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self.error: OSError | None = None
        self._file = file
        self._reading = Lock()
        self._length = length
        self._head = (
            f"--{boundary}\r\n"
            f'Content-Disposition: form-data; name="media"; filename="{quoted(filename)}"\r\n'
            f"Content-Type: {content_type}\r\n\r\n"
        ).encode(errors="replace")  # a name on the disk need not be UTF-8
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self.size = len(self._head) + length + len(self._tail)

    def begin(self, curl: "pycurl.Curl") -> Callable[[int], bytes | int]:
        """Return what libcurl reads from; each try begins anew."""
        # Where a kept connection breaks libcurl would go on in the middle; we try again.
        curl.setopt(pycurl.SEEKFUNCTION, _refuse_to_rewind)
        return _Reading(curl, self).read

    def pieces(self) -> Iterator[bytes]:
        """Yield the form from its beginning; each piece may wait for the disk."""
        yield self._head
        sent = 0
        while sent < self._length:
            with self._reading:  # a try that was given up may still wait
                self._file.seek(sent)
                piece = self._file.read(min(PART, self._length - sent))
            if not piece:
                raise OSError("the file became shorter while it was sent")
            sent += len(piece)
            yield piece
        yield self._tail


class _Reading:
    """One try at sending it."""

    def __init__(self, curl: "pycurl.Curl", body: MultipartFile) -> None:
        self._curl = curl
        self._body = body
        self._pieces = body.pieces()
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
            self._ready = await asyncio.to_thread(next, self._pieces, b"")
        except OSError as error:
            self._body.error = error
        except ValueError:  # it is closed: this try was given up
            pass
        self._broken = not self._ready
        self._filling = None
        with contextlib.suppress(pycurl.error):  # the transfer has ended meanwhile
            self._curl.pause(pycurl.PAUSE_CONT)


def _refuse_to_rewind(_offset: int, _origin: int) -> int:
    return pycurl.SEEKFUNC_FAIL


async def send_file(
    body: MultipartFile, transport: Transport, request: Request, token: str
) -> dict[str, Any]:
    """Return the answer to `request`, which sends `body`.

    Raises:
        ApiError: the platform refuses, or does not answer.
        OSError: the file cannot be read.

    """
    asked = replace(request, body=body, query={**request.query, "access_token": token})
    try:
        response = await transport.fetch(asked)
    except NoAnswer:
        if body.error:
            raise body.error from None
        raise
    return read_json(response, request.path)


def quoted(filename: str) -> str:
    """Return a file name as a form holds it; source: the WHATWG's multipart/form-data."""
    return filename.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
