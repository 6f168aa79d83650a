"""被动回复: what a hook may answer, made so that WeChat never shows its fault line for it.

A reply that could never be right cannot be made: its constructor raises. What depends on
the message it answers is settled by fit(), which trims or drops and says so. render()
gives the exact tags of developers.weixin.qq.com, 被动回复用户消息.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import ClassVar, NamedTuple

from wechat.push import Event, Message
from wechat.xml import Output, clean, dump

TEXT_BYTES = 2000  # no limit is documented; 2047 bytes were seen to pass, 2048 not always
ARTICLES_TO_MESSAGE = 1  # since 2018-10-12; WeChat drops the others without a word
ARTICLES_TO_EVENT = 8


class Reply:
    """An answer to a message or an event."""

    __slots__ = ()
    kind: ClassVar[str] = ""

    def body(self) -> Mapping[str, Output]:
        """Return the elements that follow MsgType."""
        raise NotImplementedError


class Acknowledgement(Reply):
    """`success`: WeChat is content, and shows the user nothing."""

    __slots__ = ()
    wire: ClassVar[str] = "success"

    def __repr__(self) -> str:
        return "ACK"

    def __reduce__(self) -> str:
        return "ACK"  # a copy, or one that was stored, is the same


ACK = Acknowledgement()


def _require_text(reply: object, *required: str) -> None:
    """Refuse what is not text, and an empty field that WeChat requires."""
    for field in fields(reply):  # type: ignore[arg-type]
        value = getattr(reply, field.name)
        name = f"{type(reply).__name__}.{field.name}"
        if not isinstance(value, str):
            raise TypeError(f"{name} must be str, not {type(value).__name__}")
        if field.name in required and not clean(value).strip():
            raise ValueError(f"{name} must not be empty")


@dataclass(frozen=True, slots=True)
class TextReply(Reply):
    """Text. Line breaks are real ones; links are ``<a href="…">…</a>``."""

    kind = "text"
    content: str

    def __post_init__(self) -> None:
        if not isinstance(self.content, str):
            raise TypeError(f"TextReply.content must be str, not {type(self.content).__name__}")

    def body(self) -> Mapping[str, Output]:
        return {"Content": self.content}


@dataclass(frozen=True, slots=True)
class ImageReply(Reply):
    """A picture that was uploaded to WeChat."""

    kind = "image"
    media_id: str

    def __post_init__(self) -> None:
        _require_text(self, "media_id")

    def body(self) -> Mapping[str, Output]:
        return {"Image": {"MediaId": self.media_id}}


@dataclass(frozen=True, slots=True)
class VoiceReply(Reply):
    """Speech that was uploaded to WeChat."""

    kind = "voice"
    media_id: str

    def __post_init__(self) -> None:
        _require_text(self, "media_id")

    def body(self) -> Mapping[str, Output]:
        return {"Voice": {"MediaId": self.media_id}}


@dataclass(frozen=True, slots=True)
class VideoReply(Reply):
    """A video that was uploaded to WeChat."""

    kind = "video"
    media_id: str
    title: str = ""
    description: str = ""

    def __post_init__(self) -> None:
        _require_text(self, "media_id")

    def body(self) -> Mapping[str, Output]:
        video = {"MediaId": self.media_id, "Title": self.title, "Description": self.description}
        return {"Video": video}


@dataclass(frozen=True, slots=True)
class MusicReply(Reply):
    """A piece of music by its URL; only the picture must have been uploaded to WeChat."""

    kind = "music"
    thumb_media_id: str
    title: str = ""
    description: str = ""
    music_url: str = ""
    hq_music_url: str = ""

    def __post_init__(self) -> None:
        _require_text(self, "thumb_media_id")

    def body(self) -> Mapping[str, Output]:
        return {
            "Music": {
                "Title": self.title,
                "Description": self.description,
                "MusicUrl": self.music_url,
                "HQMusicUrl": self.hq_music_url,
                "ThumbMediaId": self.thumb_media_id,
            }
        }


@dataclass(frozen=True, slots=True)
class Article:
    """One card of a NewsReply; pictures are 360×200 for the first card, 200×200 below."""

    title: str
    description: str = ""
    pic_url: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        _require_text(self, "title")

    def body(self) -> Mapping[str, Output]:
        """Return the elements of its ``item``."""
        return {
            "Title": self.title,
            "Description": self.description,
            "PicUrl": self.pic_url,
            "Url": self.url,
        }


@dataclass(frozen=True, slots=True)
class NewsReply(Reply):
    """Cards that link to pages; WeChat shows one in answer to a message, 8 to an event."""

    kind = "news"
    articles: tuple[Article, ...]

    def __init__(self, articles: Iterable[Article]) -> None:
        made = tuple(articles)
        if not made:
            raise ValueError("NewsReply.articles must not be empty")
        for article in made:
            if not isinstance(article, Article):
                raise TypeError(f"NewsReply takes Articles, not {type(article).__name__}")
        object.__setattr__(self, "articles", made)

    def body(self) -> Mapping[str, Output]:
        items = [article.body() for article in self.articles]
        return {"ArticleCount": len(items), "Articles": {"item": items}}


@dataclass(frozen=True, slots=True)
class TransferReply(Reply):
    """Hands the user's message to customer service, or to one `kf_account` of it."""

    kind = "transfer_customer_service"
    kf_account: str = ""

    def __post_init__(self) -> None:
        _require_text(self)

    def body(self) -> Mapping[str, Output]:
        return {"TransInfo": {"KfAccount": self.kf_account}} if self.kf_account else {}


class Fitted(NamedTuple):
    """A reply that WeChat takes, and a warning if it is not quite the one given."""

    reply: Reply
    warning: str = ""


def fit(reply: Reply, message: Message | Event) -> Fitted:
    """Return what of `reply` WeChat shows in answer to `message`."""
    if isinstance(reply, TextReply):
        return _fit_text(reply)
    if isinstance(reply, NewsReply):
        most = ARTICLES_TO_EVENT if isinstance(message, Event) else ARTICLES_TO_MESSAGE
        if len(reply.articles) > most:
            cut = NewsReply(reply.articles[:most])
            return Fitted(cut, f"{len(reply.articles)} articles cut to the {most} WeChat shows")
    if isinstance(reply, TransferReply) and isinstance(message, Event):
        return Fitted(ACK, "a TransferReply answers messages only: acknowledged instead")
    return Fitted(reply)


def _fit_text(reply: TextReply) -> Fitted:
    encoded = clean(reply.content).encode()
    content = encoded[:TEXT_BYTES].decode(errors="ignore")
    if not content.strip():
        return Fitted(ACK, "an empty text would show the fault line: acknowledged instead")
    if len(encoded) <= TEXT_BYTES:
        return Fitted(reply)
    return Fitted(TextReply(content), f"a text of {len(encoded)} bytes cut to {TEXT_BYTES}")


def render(reply: Reply, message: Message | Event, now: int) -> str:
    """Return a fitted `reply` to `message` as WeChat reads it; `now` in Unix seconds."""
    if isinstance(reply, Acknowledgement):
        return reply.wire
    return dump(
        {
            "ToUserName": message.from_user,
            "FromUserName": message.to_user,
            "CreateTime": now,
            "MsgType": reply.kind,
            **reply.body(),
        }
    )
