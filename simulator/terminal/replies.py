"""A passive reply as lines of text: what the user's chat shows of it."""

from collections.abc import Sequence

from wechat.replies import (
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


def described(reply: Reply) -> str:  # noqa: PLR0911  # one for each kind
    """Return what `reply` shows: a text as it is, anything else in brackets and its fields."""
    match reply:
        case TextReply():
            return reply.content
        case NewsReply():
            return "\n".join(_article(n, article) for n, article in enumerate(reply.articles, 1))
        case MusicReply():
            named = (reply.title, reply.description, reply.music_url, reply.hq_music_url)
            return _fields("music", (*named, f"thumb {reply.thumb_media_id}"))
        case VideoReply():
            return _fields("video", (reply.title, reply.description, reply.media_id))
        case ImageReply() | VoiceReply():
            return _fields(reply.kind, (reply.media_id,))
        case TransferReply():
            return _fields("transferred to customer service", (reply.kf_account,))
        case _:
            return f"[{reply.kind}]"


def _fields(name: str, values: Sequence[str]) -> str:
    return "\n  ".join([f"[{name}]", *filter(None, values)])


def _article(number: int, article: Article) -> str:
    values = (article.description, article.url, article.pic_url)
    return "\n   ".join([f"{number}. {article.title}", *filter(None, values)])
