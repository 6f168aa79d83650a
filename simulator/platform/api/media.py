"""/cgi-bin/media/upload and get."""

from tornado.httputil import HTTPFile, HTTPInputError, parse_body_arguments

from simulator.platform.calls import Answer, Call, File
from simulator.platform.errors import ApiError
from simulator.platform.media import CONTENT_TYPES, Media, kind_of


def upload(call: Call) -> Answer:
    """Keep the file of the multipart field ``media``."""
    kind = call.query.get("type", "")
    allowed = kind_of(kind)
    if call.body is None:
        raise ApiError(allowed.too_large)
    file = _file(call.content_type, call.body)
    media = call.world.platform.media.upload(kind, file.filename, file.body)
    name = "thumb_media_id" if kind == "thumb" else "media_id"
    return {"type": kind, name: media.media_id, "created_at": int(media.created_at)}


def get(call: Call) -> Answer:
    """Give a file back; of a video, where it is."""
    media_id = call.query.get("media_id")
    if not media_id:
        raise ApiError(41006)
    media = call.world.platform.media.get(media_id)
    if media is None:
        raise ApiError(40007)
    if media.kind in {"video", "shortvideo"}:
        return {"video_url": call.world.media_url(media_id)}
    return _as_file(media)


def _as_file(media: Media) -> File:
    """Return a file under the name that the platform gives it."""
    known = {content_type: form for form, content_type in CONTENT_TYPES.items()}
    form = known.get(media.content_type)
    content_type = media.content_type if form else "application/octet-stream"
    name = f"{media.media_id}.{form or 'bin'}"
    return File(filename=name, content_type=content_type, data=media.data)


def _file(content_type: str, body: bytes) -> HTTPFile:
    """Return what was uploaded, which must have a name."""
    files: dict[str, list[HTTPFile]] = {}
    if not body:
        raise ApiError(44002)
    try:
        parse_body_arguments(content_type, body, {}, files)
    except HTTPInputError:
        raise ApiError(41005) from None
    if not files.get("media"):
        raise ApiError(41005)
    return files["media"][0]
