"""被动回复 read as strictly as WeChat reads it: the inverse of render().

Tags are compared with their case. Where WeChat shows less than was sent, that is a
warning; where it shows the fault line, `BadReply` says why. Limits are those of
wechat/replies.py; a text may have the 2047 bytes that were seen to pass.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from wechat.replies import (
    ARTICLES_TO_EVENT,
    ARTICLES_TO_MESSAGE,
    Article,
    ImageReply,
    MusicReply,
    NewsReply,
    Reply,
    TextReply,
    TransferReply,
    VideoReply,
    VoiceReply,
)
from wechat.xml import Fields, Value, text

MOST_TEXT = 2047  # bytes (dodgepudding/wechat-php-sdk 363)
_SECONDS = re.compile("[0-9]{1,19}")

# Still taken, and shown to nobody: what devices answer, and a transfer that is in trial.
UNSHOWN = frozenset({"device_text", "device_status", "hardware", "transfer_biz_ai_ivr"})


class BadReply(Exception):
    """WeChat shows the fault line for it; the text says why."""


class Read(NamedTuple):
    """A reply (None: nothing to show), and what WeChat changes about it."""

    reply: Reply | None
    warnings: tuple[str, ...] = ()


def parse_reply(fields: Fields, *, sender: str, receiver: str, to_event: bool) -> Read:
    """Read the `fields` of an answer that must be from `sender` to `receiver`.

    Raises:
        BadReply: WeChat would show the fault line.

    """
    _require_party(fields, "ToUserName", receiver)
    _require_party(fields, "FromUserName", sender)
    if not _SECONDS.fullmatch(_required(fields, "CreateTime")):
        raise BadReply("CreateTime is not a number of seconds")
    kind = _required(fields, "MsgType")
    if kind in UNSHOWN:
        return Read(None, (f"a reply of type {kind} is taken, and shown nowhere",))
    if kind == "transfer_customer_service" and to_event:
        raise BadReply("only a message can be transferred to customer service, not an event")
    if kind == "news":
        return _news(fields, ARTICLES_TO_EVENT if to_event else ARTICLES_TO_MESSAGE)
    if kind not in _READERS:
        raise BadReply(f"MsgType {kind!r} is no type of reply")
    return Read(_READERS[kind](fields))


def _require_party(fields: Fields, tag: str, expected: str) -> None:
    found = _required(fields, tag)
    if found != expected:
        raise BadReply(f"{tag} is {found!r}, and should be {expected!r}")


def _required(fields: Fields, tag: str) -> str:
    if value := text(fields.get(tag)):
        return value
    near = [name for name in fields if name.lower() == tag.lower() and name != tag]
    raise BadReply(f"{tag} is missing" + (f": {near[0]} is not written so" if near else ""))


def _inner(fields: Fields, tag: str) -> Mapping[str, Value]:
    value = fields.get(tag)
    if not isinstance(value, dict):
        raise BadReply(f"{tag} is missing, or has nothing in it")
    return value


def _text(fields: Fields) -> Reply:
    content = text(fields.get("Content"))
    if not content.strip():
        raise BadReply("Content is missing or empty")
    if (size := len(content.encode())) > MOST_TEXT:
        raise BadReply(f"Content has {size} bytes; {MOST_TEXT} are the most that pass")
    return TextReply(content)


def _image(fields: Fields) -> Reply:
    return ImageReply(_required(_inner(fields, "Image"), "MediaId"))


def _voice(fields: Fields) -> Reply:
    return VoiceReply(_required(_inner(fields, "Voice"), "MediaId"))


def _video(fields: Fields) -> Reply:
    video = _inner(fields, "Video")
    title, description = text(video.get("Title")), text(video.get("Description"))
    return VideoReply(_required(video, "MediaId"), title, description)


def _music(fields: Fields) -> Reply:
    music = _inner(fields, "Music")
    return MusicReply(
        _required(music, "ThumbMediaId"),
        *(text(music.get(tag)) for tag in ("Title", "Description", "MusicUrl", "HQMusicUrl")),
    )


def _transfer(fields: Fields) -> Reply:
    if fields.get("TransInfo") is None:
        return TransferReply()
    return TransferReply(_required(_inner(fields, "TransInfo"), "KfAccount"))


def _news(fields: Fields, most: int) -> Read:
    items = _inner(fields, "Articles").get("item")
    listed = [item for item in (items if isinstance(items, list) else [items]) if item]
    count = text(fields.get("ArticleCount"))
    if not listed or not all(isinstance(item, dict) for item in listed):
        raise BadReply("Articles has no item with fields in it")
    if count != str(len(listed)):
        raise BadReply(f"ArticleCount is {count!r}, but there are {len(listed)} items")
    articles = [_article(item) for item in listed[:most] if isinstance(item, dict)]
    dropped = len(listed) - most
    warnings = (f"{len(listed)} articles, of which WeChat shows {most}",) if dropped > 0 else ()
    return Read(NewsReply(articles), warnings)


def _article(item: Mapping[str, Value]) -> Article:
    return Article(
        _required(item, "Title"),
        *(text(item.get(tag)) for tag in ("Description", "PicUrl", "Url")),
    )


_READERS: Mapping[str, Callable[[Fields], Reply]] = {
    "text": _text,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "music": _music,
    "transfer_customer_service": _transfer,
}
