"""How a passive reply looks in the chat: its kind, and what that kind shows."""

from collections.abc import Mapping
from typing import Any, Protocol

from wechat.replies import (
    ImageReply,
    MusicReply,
    NewsReply,
    Reply,
    TextReply,
    TransferReply,
    VideoReply,
    VoiceReply,
)

Shown = tuple[str, Mapping[str, Any]]


class KnowsMedia(Protocol):
    """What has the bytes of uploaded media."""

    def media_url(self, media_id: str) -> str:
        """Return where the bytes of `media_id` are, "" if they are not known."""


def content_of(reply: Reply, known: KnowsMedia) -> Shown:
    """Return the kind of chat line that `reply` makes, and its content."""
    if isinstance(reply, TextReply):
        return "text", {"content": reply.content}
    if isinstance(reply, NewsReply):
        return "news", {"articles": [_article(article.body()) for article in reply.articles]}
    if isinstance(reply, MusicReply):
        return "music", _music(reply, known)
    if isinstance(reply, TransferReply):
        where = f"：{reply.kf_account}" if reply.kf_account else ""
        return "notice", {"content": f"已转接客服{where}"}
    assert isinstance(reply, ImageReply | VoiceReply | VideoReply)
    media = {"media_id": reply.media_id, "url": known.media_url(reply.media_id)}
    if isinstance(reply, VoiceReply):
        media["recognition"] = ""
    if isinstance(reply, VideoReply):
        media |= {"title": reply.title, "description": reply.description}
    return reply.kind, media


def _article(item: Mapping[str, Any]) -> Mapping[str, Any]:
    tags = {"title": "Title", "description": "Description", "pic_url": "PicUrl", "url": "Url"}
    return {name: item[tag] for name, tag in tags.items()}


def _music(reply: MusicReply, known: KnowsMedia) -> Mapping[str, Any]:
    return {
        "title": reply.title,
        "description": reply.description,
        "url": reply.music_url,
        "hq_url": reply.hq_music_url,
        "thumb_url": known.media_url(reply.thumb_media_id),
    }
