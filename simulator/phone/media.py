"""Files on their way: what a user sends from the page, and what anybody looks at.

An uploaded file may be anything, and is served from the origin of the page: only kinds of
pictures, sound and video that hold no script are shown, the rest can only be saved.
"""

import re
from collections.abc import Mapping

from tornado.web import stream_request_body

from simulator.phone.guard import LocalHandler, PlainHandler, Refusal
from simulator.platform.media import CONTENT_TYPES, format_of
from simulator.world import World

MOST_BYTES = 10 * 1024 * 1024
TOO_LARGE = "the file is over 10 MB: send a smaller one"

# Voice: what WeChat records, and what browsers do instead.
KINDS: Mapping[str, Mapping[str, str]] = {
    "image": {form: CONTENT_TYPES[form] for form in ("png", "jpeg", "gif", "bmp")},
    "voice": {
        "amr": "audio/amr",
        "mp3": "audio/mpeg",
        "mp4": "audio/mp4",
        "webm": "audio/webm",
        "ogg": "audio/ogg",
    },
    "video": {"mp4": "video/mp4"},
    "thumb": {"jpeg": "image/jpeg"},
}
SHOWN = frozenset(content_type for forms in KINDS.values() for content_type in forms.values())
_RECORDED = {b"\x1a\x45\xdf\xa3": "webm", b"OggS": "ogg"}
_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")


@stream_request_body
class UploadHandler(LocalHandler):
    """Takes a file from the page, as the whole body; answers its media id."""

    SUPPORTED_METHODS = ("POST",)
    world: World

    def initialize(self, world: World) -> None:
        self.world = world
        self._data = bytearray()

    def prepare(self) -> None:
        """Refuse on the head alone: then the body is not read."""
        super().prepare()
        self.require_own_origin()
        if self._kind not in KINDS:
            raise Refusal(400, f"kind must be one of {', '.join(KINDS)}")
        length = self.request.headers.get("Content-Length", "0")
        if length.isdecimal() and int(length) > MOST_BYTES:
            raise Refusal(413, TOO_LARGE)

    def data_received(self, chunk: bytes) -> None:
        """Keep what comes, up to one byte too many."""
        self._data += chunk[: MOST_BYTES + 1 - len(self._data)]

    def post(self) -> None:
        """Keep the file, if it is what its kind says."""
        data = bytes(self._data)
        if len(data) > MOST_BYTES:
            raise Refusal(413, TOO_LARGE)
        forms = KINDS[self._kind]
        form = _format(data)
        if form not in forms:
            raise Refusal(415, f"{self._kind} must be one of {', '.join(forms)}")
        name = f"{self._kind}.{form}"
        media = self.world.platform.media.add(self._kind, name, forms[form], data)
        self.finish({"media_id": media.media_id})

    @property
    def _kind(self) -> str:
        return self.get_query_argument("kind", "")


class MediaHandler(PlainHandler):
    """Serves a file to the page, and to the service that was sent its address."""

    SUPPORTED_METHODS = ("GET", "HEAD")
    world: World

    def initialize(self, world: World) -> None:
        self.world = world

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("Content-Security-Policy", "default-src 'none'; sandbox")

    def get(self, media_id: str) -> None:
        """Answer with the bytes, or the part of them that is asked for."""
        media = self.world.platform.media.get(media_id)
        if media is None:
            raise Refusal(404, "there is no such file, or no more: it is kept for three days")
        if media.content_type in SHOWN:
            self.set_header("Content-Type", media.content_type)
        else:
            self.set_header("Content-Type", "application/octet-stream")
            self.set_header("Content-Disposition", "attachment")
        self.set_header("Cache-Control", "private, max-age=3600")
        self.set_header("Accept-Ranges", "bytes")
        self.finish(self._part(media.data))

    head = get

    def _part(self, data: bytes) -> bytes:
        """Return the range that is asked for: without ranges, Safari plays nothing."""
        asked = _RANGE.fullmatch(self.request.headers.get("Range", ""))
        if not asked or not any(asked.groups()):
            return data
        first, last = asked.groups()
        start = int(first) if first else max(0, len(data) - int(last))
        end = min(len(data), int(last) + 1 if first and last else len(data))
        if start >= end:
            self.set_status(416)
            self.set_header("Content-Range", f"bytes */{len(data)}")
            return b""
        self.set_status(206)
        self.set_header("Content-Range", f"bytes {start}-{end - 1}/{len(data)}")
        return data[start:end]

    def compute_etag(self) -> str | None:
        return None  # an id has the same bytes for ever


def _format(data: bytes) -> str:
    recorded = (form for start, form in _RECORDED.items() if data.startswith(start))
    return format_of(data) or next(recorded, "")
