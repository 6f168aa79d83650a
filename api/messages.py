"""客服消息: what can be sent to a user outside the answer to a push, and in which form.

Most replies of `wechat.replies` can be; what only this way has is here. A message that
could never be right cannot be made. Source: developers.weixin.qq.com, 发送客服消息.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from wechat.replies import ImageReply, MusicReply, NewsReply, Reply, TextReply, VoiceReply
from wechat.xml import clean

from api import checks

TEXT_BYTES = 2048
Content = Mapping[str, Any]


class NoCustomerServiceForm(ValueError):
    """A reply that only the answer to a push can be."""


class CustomMessage:
    """A customer service message."""

    __slots__ = ()
    kind: ClassVar[str] = ""

    def content(self) -> Content:
        """Return the object under the name of its kind."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Video(CustomMessage):
    """A video; unlike in a reply, its cover picture must have been uploaded, too."""

    kind = "video"
    media_id: str
    thumb_media_id: str
    title: str = ""
    description: str = ""

    def __post_init__(self) -> None:
        checks.media_id(self.media_id)
        checks.media_id(self.thumb_media_id, "thumb_media_id")
        _optional(title=self.title, description=self.description)

    def content(self) -> Content:
        return {
            "media_id": self.media_id,
            "thumb_media_id": self.thumb_media_id,
            "title": self.title,
            "description": self.description,
        }


@dataclass(frozen=True, slots=True)
class MpNews(CustomMessage):
    """Articles of the account's own material (no longer recommended by WeChat)."""

    kind = "mpnews"
    media_id: str

    def __post_init__(self) -> None:
        checks.media_id(self.media_id)

    def content(self) -> Content:
        return {"media_id": self.media_id}


@dataclass(frozen=True, slots=True)
class MpNewsArticle(CustomMessage):
    """A published article of the account."""

    kind = "mpnewsarticle"
    article_id: str

    def __post_init__(self) -> None:
        checks.media_id(self.article_id, "article_id")

    def content(self) -> Content:
        return {"article_id": self.article_id}


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A line of a MsgMenu: tapped, it comes as a text with `menu_id`."""

    id: str
    content: str

    def __post_init__(self) -> None:
        checks.text("MenuItem.id", self.id)
        checks.text("MenuItem.content", self.content)


@dataclass(frozen=True, slots=True, init=False)
class MsgMenu(CustomMessage):
    """A question with answers to tap."""

    kind = "msgmenu"
    items: tuple[MenuItem, ...]
    head: str
    tail: str

    def __init__(self, items: Iterable[MenuItem], head: str = "", tail: str = "") -> None:
        made = tuple(items)
        if not made:
            raise ValueError("MsgMenu.items must not be empty")
        for item in made:
            if not isinstance(item, MenuItem):
                raise TypeError(f"MsgMenu takes MenuItems, not {type(item).__name__}")
        _optional(head=head, tail=tail)
        for name, value in (("items", made), ("head", head), ("tail", tail)):
            object.__setattr__(self, name, value)

    def content(self) -> Content:
        return {
            "head_content": self.head,
            "list": [{"id": item.id, "content": item.content} for item in self.items],
            "tail_content": self.tail,
        }


@dataclass(frozen=True, slots=True)
class WxCard(CustomMessage):
    """A card or coupon."""

    kind = "wxcard"
    card_id: str

    def __post_init__(self) -> None:
        checks.text("card_id", self.card_id)

    def content(self) -> Content:
        return {"card_id": self.card_id}


@dataclass(frozen=True, slots=True)
class MiniProgramPage(CustomMessage):
    """The card of a mini program that belongs to the account."""

    kind = "miniprogrampage"
    title: str
    app_id: str
    page_path: str
    thumb_media_id: str

    def __post_init__(self) -> None:
        checks.text("title", self.title)
        checks.text("app_id", self.app_id)
        checks.text("page_path", self.page_path)
        checks.media_id(self.thumb_media_id, "thumb_media_id")

    def content(self) -> Content:
        return {
            "title": self.title,
            "appid": self.app_id,
            "pagepath": self.page_path,
            "thumb_media_id": self.thumb_media_id,
        }


def form_of(message: "CustomMessage | Reply | str") -> tuple[str, Content]:
    """Return the msgtype of a message and its content, as the platform takes them.

    Raises:
        NoCustomerServiceForm: it is a reply that has none.
        TypeError: it is no message.
        ValueError: it is too long, or something in it is missing.

    """
    match message:
        case CustomMessage():
            return message.kind, message.content()
        case str():
            return _text(message)
        case TextReply():
            return _text(message.content)
        case ImageReply() | VoiceReply():
            return message.kind, {"media_id": checks.media_id(message.media_id)}
        case MusicReply():
            return message.kind, _music(message)
        case NewsReply():
            return message.kind, _news(message)
        case Reply():
            raise NoCustomerServiceForm(_WITHOUT.get(message.kind, "nothing is to be sent"))
    raise TypeError(f"a message is a Reply, text or a CustomMessage, not {type(message).__name__}")


_WITHOUT = {
    "transfer_customer_service": "a TransferReply can only answer a message that is waiting",
    "video": "a VideoReply has no cover picture: send a Video with a thumb_media_id",
}


def _text(content: str) -> tuple[str, Content]:
    cleaned = clean(content)
    return "text", {"content": checks.text("the text", cleaned, most=TEXT_BYTES)}


def _music(reply: MusicReply) -> Content:
    return {
        "title": reply.title,
        "description": reply.description,
        "musicurl": checks.text("MusicReply.music_url", reply.music_url),
        "hqmusicurl": checks.text("MusicReply.hq_music_url", reply.hq_music_url),
        "thumb_media_id": checks.media_id(reply.thumb_media_id, "thumb_media_id"),
    }


def _news(reply: NewsReply) -> Content:
    if len(reply.articles) > 1:
        count = len(reply.articles)
        raise NoCustomerServiceForm(f"{count} articles cannot be one message: only one can")
    article = reply.articles[0]
    return {
        "articles": [
            {
                "title": article.title,
                "description": article.description,
                "url": article.url,
                "picurl": article.pic_url,
            }
        ]
    }


def _optional(**texts: object) -> None:
    for name, value in texts.items():
        checks.text(name, value, empty=True)
