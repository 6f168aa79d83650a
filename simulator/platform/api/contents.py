"""客服消息: what each type of message must have, and how it looks in the chat.

Source: developers.weixin.qq.com, 发送客服消息.
"""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from simulator.account import AccountKind
from simulator.platform.calls import Json, inner, optional, text
from simulator.platform.errors import ApiError

if TYPE_CHECKING:
    from simulator.world import World

TEXT_BYTES = 2048
# An id that is not of media uploaded here may be permanent material: it only has to look so.
MEDIA_ID = re.compile(r"[A-Za-z0-9_-]{40,}")


def content_of(fields: Json, world: "World") -> tuple[str, Json]:
    """Return the type of a message, and its content.

    Raises:
        ApiError: 40008 no such type; else what is wrong with its content.

    """
    kind = fields.get("msgtype")
    if not isinstance(kind, str) or kind not in _CONTENTS:
        raise ApiError(40008)
    return kind, _CONTENTS[kind](inner(fields, kind), world)


def _text(fields: Json, _: "World") -> Json:
    if not (content := optional(fields, "content")).strip():
        raise ApiError(44004)
    if len(content.encode()) > TEXT_BYTES:
        raise ApiError(45002)
    return {"content": content}


def _image(fields: Json, world: "World") -> Json:
    return _media(fields, world, "image")


def _voice(fields: Json, world: "World") -> Json:
    return {**_media(fields, world, "voice"), "recognition": ""}


def _video(fields: Json, world: "World") -> Json:
    _media_url(fields, world, "thumb_media_id", "thumb", "image")
    return {**_media(fields, world, "video", "shortvideo"), **_titled(fields)}


def _music(fields: Json, world: "World") -> Json:
    return {
        **_titled(fields),
        "url": text(fields, "musicurl"),
        "hq_url": text(fields, "hqmusicurl"),
        "thumb_url": _media_url(fields, world, "thumb_media_id", "thumb", "image"),
    }


def _news(fields: Json, _: "World") -> Json:
    articles = fields.get("articles")
    if not isinstance(articles, list) or not all(isinstance(item, dict) for item in articles):
        raise ApiError(47001)
    if not articles:
        raise ApiError(44003)
    if len(articles) > 1:
        raise ApiError(45008)
    return {"articles": [_article(articles[0])]}


def _article(fields: Json) -> Json:
    found = {"pic_url": optional(fields, "picurl"), "url": optional(fields, "url")}
    return {**_titled(fields), **found}


def _mpnews(fields: Json, _: "World") -> Json:
    return {"media_id": _media_id(fields, "media_id")}


def _mpnewsarticle(fields: Json, _: "World") -> Json:
    return {"article_id": text(fields, "article_id", 53600)}


def _msgmenu(fields: Json, world: "World") -> Json:
    if world.account.kind is AccountKind.TEST:
        raise ApiError(40200)
    items = fields.get("list")
    if not isinstance(items, list) or not items:
        raise ApiError(40097)
    if not all(isinstance(item, dict) for item in items):
        raise ApiError(47001)
    return {
        "head": optional(fields, "head_content"),
        "items": [{"id": _item_id(item), "content": text(item, "content")} for item in items],
        "tail": optional(fields, "tail_content"),
    }


def _item_id(item: Json) -> str:
    """Return the id of an item; the platform takes a number, too."""
    value = item.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return text(item, "id")


def _wxcard(fields: Json, _: "World") -> Json:
    return {"card_id": text(fields, "card_id")}


def _miniprogrampage(fields: Json, world: "World") -> Json:
    return {
        "title": optional(fields, "title"),
        "app_id": text(fields, "appid"),
        "pagepath": text(fields, "pagepath"),
        "thumb_url": _media_url(fields, world, "thumb_media_id", "thumb", "image"),
    }


def _titled(fields: Json) -> Json:
    return {name: optional(fields, name) for name in ("title", "description")}


def _media(fields: Json, world: "World", *kinds: str) -> Json:
    url = _media_url(fields, world, "media_id", *kinds)
    return {"media_id": fields["media_id"], "url": url}


def _media_url(fields: Json, world: "World", name: str, *kinds: str) -> str:
    """Return where the file is that `name` tells of, "" if it was not uploaded here."""
    media_id = _media_id(fields, name)
    known = world.platform.media.get(media_id)
    if known and known.kind not in kinds:
        raise ApiError(40007)
    return world.media_url(media_id)


def _media_id(fields: Json, name: str) -> str:
    media_id = text(fields, name, 40007)
    if not MEDIA_ID.fullmatch(media_id):
        raise ApiError(40007)
    return media_id


_CONTENTS: Mapping[str, Callable[[Json, "World"], Json]] = {
    "text": _text,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "music": _music,
    "news": _news,
    "mpnews": _mpnews,
    "mpnewsarticle": _mpnewsarticle,
    "msgmenu": _msgmenu,
    "wxcard": _wxcard,
    "miniprogrampage": _miniprogrampage,
}
