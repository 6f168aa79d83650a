"""The seven replies: WeChat's exact tags, and no way to make one that it would refuse."""

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest

from tests.pushes import ORIGINAL_ID, USER
from tests.wechat.samples import push
from wechat import replies
from wechat.replies import (
    ACK,
    Acknowledgement,
    Article,
    ImageReply,
    MusicReply,
    NewsReply,
    Reply,
    TextReply,
    TransferReply,
    VideoReply,
    VoiceReply,
    render,
)
from wechat.xml import load

HEAD = (
    f"<xml><ToUserName><![CDATA[{USER}]]></ToUserName>"
    f"<FromUserName><![CDATA[{ORIGINAL_ID}]]></FromUserName>"
    "<CreateTime>1348831860</CreateTime>"
)
CARD, PLAIN_CARD = Article("t", "d", "http://p", "http://u"), Article("只有标题")
REPLIES: dict[str, tuple[Reply, Reply, str]] = {
    "text": (
        TextReply('你好\n<a href="http://x">x</a>'),
        TextReply(content='你好\n<a href="http://x">x</a>'),
        (
            "<MsgType><![CDATA[text]]></MsgType>"
            '<Content><![CDATA[你好\n<a href="http://x">x</a>]]></Content>'
        ),
    ),
    "image": (
        ImageReply("m"),
        ImageReply(media_id="m"),
        "<MsgType><![CDATA[image]]></MsgType><Image><MediaId><![CDATA[m]]></MediaId></Image>",
    ),
    "voice": (
        VoiceReply("m"),
        VoiceReply(media_id="m"),
        "<MsgType><![CDATA[voice]]></MsgType><Voice><MediaId><![CDATA[m]]></MediaId></Voice>",
    ),
    "video": (
        VideoReply("m", "t", "d"),
        VideoReply(description="d", title="t", media_id="m"),
        (
            "<MsgType><![CDATA[video]]></MsgType>"
            "<Video><MediaId><![CDATA[m]]></MediaId><Title><![CDATA[t]]></Title>"
            "<Description><![CDATA[d]]></Description></Video>"
        ),
    ),
    "video alone": (
        VideoReply("m"),
        VideoReply(media_id="m"),
        (
            "<MsgType><![CDATA[video]]></MsgType>"
            "<Video><MediaId><![CDATA[m]]></MediaId><Title><![CDATA[]]></Title>"
            "<Description><![CDATA[]]></Description></Video>"
        ),
    ),
    "music": (
        MusicReply("m", "t", "d", "http://u", "http://hq"),
        MusicReply(
            hq_music_url="http://hq",
            music_url="http://u",
            description="d",
            title="t",
            thumb_media_id="m",
        ),
        (
            "<MsgType><![CDATA[music]]></MsgType>"
            "<Music><Title><![CDATA[t]]></Title><Description><![CDATA[d]]></Description>"
            "<MusicUrl><![CDATA[http://u]]></MusicUrl><HQMusicUrl><![CDATA[http://hq]]></HQMusicUrl>"
            "<ThumbMediaId><![CDATA[m]]></ThumbMediaId></Music>"
        ),
    ),
    "news": (
        NewsReply([CARD]),
        NewsReply(
            articles=[Article(url="http://u", pic_url="http://p", description="d", title="t")]
        ),
        (
            "<MsgType><![CDATA[news]]></MsgType>"
            "<ArticleCount>1</ArticleCount><Articles><item><Title><![CDATA[t]]></Title>"
            "<Description><![CDATA[d]]></Description><PicUrl><![CDATA[http://p]]></PicUrl>"
            "<Url><![CDATA[http://u]]></Url></item></Articles>"
        ),
    ),
    "two news": (
        NewsReply((CARD, PLAIN_CARD)),
        NewsReply(articles=iter([CARD, PLAIN_CARD])),
        (
            "<MsgType><![CDATA[news]]></MsgType>"
            "<ArticleCount>2</ArticleCount><Articles><item><Title><![CDATA[t]]></Title>"
            "<Description><![CDATA[d]]></Description><PicUrl><![CDATA[http://p]]></PicUrl>"
            "<Url><![CDATA[http://u]]></Url></item><item><Title><![CDATA[只有标题]]></Title>"
            "<Description><![CDATA[]]></Description><PicUrl><![CDATA[]]></PicUrl>"
            "<Url><![CDATA[]]></Url></item></Articles>"
        ),
    ),
    "transfer": (
        TransferReply(),
        TransferReply(kf_account=""),
        "<MsgType><![CDATA[transfer_customer_service]]></MsgType>",
    ),
    "transfer to one": (
        TransferReply("a@b"),
        TransferReply(kf_account="a@b"),
        (
            "<MsgType><![CDATA[transfer_customer_service]]></MsgType>"
            "<TransInfo><KfAccount><![CDATA[a@b]]></KfAccount></TransInfo>"
        ),
    ),
}
CLASSES = [ImageReply, VoiceReply, VideoReply, MusicReply, Article, TextReply, TransferReply]


@pytest.mark.parametrize("name", REPLIES)
def test_exact_tags(name: str) -> None:
    """A reply is rendered to the tags of the documentation, sender and receiver swapped."""
    by_position, by_name, xml = REPLIES[name]
    assert by_position == by_name
    for reply in (by_position, by_name):
        assert render(reply, push("messages/text"), 1348831860) == f"{HEAD}{xml}</xml>"


def test_every_reply_is_in_the_table() -> None:
    """No kind of reply goes without a look."""
    made = {type(reply) for reply, _, _ in REPLIES.values()}
    named = {cls for cls in vars(replies).values() if isinstance(cls, type)}
    assert made == {cls for cls in named if issubclass(cls, Reply)} - {Reply, Acknowledgement}
    assert len(made) == 7


@pytest.mark.parametrize("name", ["messages/text", "events/click"])
def test_acknowledgement(name: str) -> None:
    """An acknowledgement is the bare word, to a message and to an event."""
    assert render(ACK, push(name), 1) == "success"
    assert repr(ACK) == "ACK"


@pytest.mark.parametrize("name", REPLIES)
def test_frozen(name: str) -> None:
    """A reply that was made cannot be changed, and can be a key."""
    reply, equal, _ = REPLIES[name]
    for field in fields(reply):  # type: ignore[arg-type]
        with pytest.raises(FrozenInstanceError):
            setattr(reply, field.name, "")
    assert hash(reply) == hash(equal)


@pytest.mark.parametrize("text", ["1]]>2", "]]></Content><FromUserName>x</FromUserName>", "]]\0>"])
def test_text_cannot_leave_its_element(text: str) -> None:
    """No text in any field of a reply closes its element or adds another one."""
    honest = text.replace("\0", "")
    for reply, path in [
        (TextReply(text), ["Content"]),
        (ImageReply(text), ["Image", "MediaId"]),
        (VideoReply("m", title=text), ["Video", "Title"]),
        (MusicReply("m", hq_music_url=text), ["Music", "HQMusicUrl"]),
        (NewsReply([Article("t", url=text)]), ["Articles", "item", "Url"]),
        (TransferReply(text), ["TransInfo", "KfAccount"]),
    ]:
        read: Any = load(render(reply, push("messages/text"), 1).encode())
        assert read["FromUserName"] == ORIGINAL_ID
        for tag in path:
            read = read[tag]
        assert read == honest


@pytest.mark.parametrize("empty", ["", " ", "\n\t", "\u3000", "\0", " \x1f\ufffe "])
@pytest.mark.parametrize(
    ("make", "named"),
    [
        (ImageReply, "ImageReply.media_id"),
        (VoiceReply, "VoiceReply.media_id"),
        (VideoReply, "VideoReply.media_id"),
        (MusicReply, "MusicReply.thumb_media_id"),
        (Article, "Article.title"),
    ],
)
def test_a_required_field_is_empty(make: Callable[[str], object], named: str, empty: str) -> None:
    """A reply without what WeChat requires of it cannot be made."""
    with pytest.raises(ValueError, match=f"^{named} must not be empty$"):
        make(empty)


@pytest.mark.parametrize("make", CLASSES)
@pytest.mark.parametrize("wrong", [None, 1, b"m", ["m"], ("m",), 1.5])
def test_a_field_of_another_type(make: Callable[..., object], wrong: object) -> None:
    """A field that is not text cannot be given, whichever one it is."""
    names = list(make.__annotations__)
    for name in names:
        values: dict[str, object] = dict.fromkeys(names, "m") | {name: wrong}
        kind = type(wrong).__name__
        with pytest.raises(TypeError, match=rf"\.{name} must be str, not {kind}"):
            make(**values)


@pytest.mark.parametrize("articles", [[], (), iter([])])
def test_no_articles(articles: Any) -> None:
    """News without articles cannot be made."""
    with pytest.raises(ValueError, match="must not be empty"):
        NewsReply(articles)


@pytest.mark.parametrize(
    ("articles", "kind"),
    [(["title"], "str"), ([CARD, {"title": "t"}], "dict"), ("title", "str"), ([None], "NoneType")],
)
def test_not_articles(articles: Any, kind: str) -> None:
    """News of anything but articles cannot be made, and the error says of what."""
    with pytest.raises(TypeError, match=f"takes Articles, not {kind}"):
        NewsReply(articles)


def test_articles_are_kept_as_a_tuple() -> None:
    """What becomes of a list that was given does not change a reply."""
    given = [CARD]
    reply = NewsReply(given)
    given.append(CARD)
    assert reply.articles == (CARD,)


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda a: pickle.loads(pickle.dumps(a))]
)
def test_acknowledgement_is_one(again: Callable[[Reply], Reply]) -> None:
    """A copy of the acknowledgement, or one that was stored, is the same."""
    assert again(ACK) is ACK
