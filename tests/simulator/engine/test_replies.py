"""Replies read back: the inverse of rendering them, and strict."""

from typing import Any

import pytest

from simulator.engine.replies import BadReply, Read, parse_reply
from tests.pushes import ORIGINAL_ID, USER, event, message
from wechat.messages import parse_message
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
    render,
)
from wechat.xml import Output, dump, load

TEXT = parse_message(load(dump(message(Content="hi")).encode()))
CLICK = parse_message(load(dump(event("CLICK", EventKey="k")).encode()))
CARD = Article("标题", "描述", "http://p/?a=1&b=2", "http://u/")
REPLIES: dict[str, Reply] = {
    "text": TextReply(' 你好 <a href="http://x">x</a> & ]]> 😀\n '),
    "image": ImageReply("media"),
    "voice": VoiceReply("media"),
    "video": VideoReply("media", "title", "description"),
    "video alone": VideoReply("media"),
    "music": MusicReply("thumb", "title", "description", "http://m", "http://hq"),
    "music alone": MusicReply("thumb"),
    "news": NewsReply([CARD]),
    "news of a title": NewsReply([Article("只有标题")]),
    "transfer": TransferReply(),
    "transfer to somebody": TransferReply("kf2001@shop"),
}
UNSHOWN = ["device_text", "device_status", "hardware", "transfer_biz_ai_ivr"]
HEAD: dict[str, Output] = {
    "ToUserName": USER,
    "FromUserName": ORIGINAL_ID,
    "CreateTime": 1_714_037_059,
}
ITEM = {"Title": "t", "Description": "d", "PicUrl": "p", "Url": "u"}


def read(xml: str, *, to_event: bool = False) -> Read:
    """Return what is read of a document."""
    fields = load(xml.encode())
    return parse_reply(fields, sender=ORIGINAL_ID, receiver=USER, to_event=to_event)


def made(kind: str, **fields: Any) -> str:
    """Return a reply of `kind`; a field given as None is left out."""
    given = {**HEAD, "MsgType": kind, **fields}
    return dump({tag: value for tag, value in given.items() if value is not None})


def news(count: Any, *items: Any) -> str:
    """Return cards, and their number as it is claimed."""
    return made("news", ArticleCount=count, Articles={"item": list(items)})


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)
def test_inverse(reply: Reply) -> None:
    """Every kind of reply is read as it was rendered."""
    assert read(render(reply, TEXT, 1)) == (reply, ())


def test_eight_articles_to_an_event() -> None:
    """An event may be answered by eight."""
    reply = NewsReply([CARD] * 8)
    assert read(render(reply, CLICK, 1), to_event=True) == (reply, ())


@pytest.mark.parametrize(
    ("count", "to_event", "shown"), [(2, False, 1), (9, False, 1), (9, True, 8), (11, True, 8)]
)
def test_too_many_articles(count: int, to_event: bool, shown: int) -> None:  # noqa: FBT001
    """Of more than WeChat shows the rest is dropped, with a warning."""
    articles = [Article(f"t{number}") for number in range(count)]
    found = read(render(NewsReply(articles), TEXT, 1), to_event=to_event)
    assert found.reply == NewsReply(articles[:shown])
    assert found.warnings == (f"{count} articles, of which WeChat shows {shown}",)


@pytest.mark.parametrize("kind", UNSHOWN)
def test_unshown(kind: str) -> None:
    """What devices answer is taken, and shown nowhere."""
    found = read(made(kind))
    assert found.reply is None
    assert found.warnings == (f"a reply of type {kind} is taken, and shown nowhere",)


@pytest.mark.parametrize("letter", ["a", "é", "你", "😀"])
def test_longest_text(letter: str) -> None:
    """A text may have 2047 bytes, however many characters those are."""
    times, rest = divmod(2047, len(letter.encode()))
    fits = letter * times + "." * rest
    assert read(made("text", Content=fits)).reply == TextReply(fits)
    with pytest.raises(BadReply, match="Content has 2048 bytes; 2047"):
        read(made("text", Content=fits + "."))


BAD = {
    "another receiver": (
        made("text", ToUserName="o"),
        f"ToUserName is 'o', and should be '{USER}'",
    ),
    "another sender": (
        made("text", FromUserName="gh"),
        f"FromUserName is 'gh', and should be '{ORIGINAL_ID}'",
    ),
    "swapped": (made("text", ToUserName=ORIGINAL_ID, FromUserName=USER), "ToUserName is 'gh_"),
    "no receiver": (made("text", ToUserName=None), "ToUserName is missing"),
    "no sender": (made("text", FromUserName=None), "FromUserName is missing"),
    "an empty sender": (made("text", FromUserName=""), "FromUserName is missing"),
    "a tag in another case": (
        made("text", ToUserName=None, tousername=USER),
        "ToUserName is missing: tousername is not written so",
    ),
    "no time": (made("text", CreateTime=None), "CreateTime is missing"),
    "a time in another case": (
        made("text", CreateTime=None, Createtime=1),
        "CreateTime is missing: Createtime is not written so",
    ),
    "a time with a fraction": (made("text", CreateTime="1.5"), "CreateTime is not a number"),
    "a time in other digits": (made("text", CreateTime="١"), "CreateTime is not a number"),
    "a negative time": (made("text", CreateTime="-1"), "CreateTime is not a number"),
    "no type": (made(""), "MsgType is missing"),
    "a type in another case": (made("Text", Content="hi"), "MsgType 'Text' is no type of reply"),
    "an unknown type": (made("event"), "MsgType 'event' is no type of reply"),
    "no text": (made("text"), "Content is missing or empty"),
    "an empty text": (made("text", Content=""), "Content is missing or empty"),
    "a text of white space": (made("text", Content=" \n"), "Content is missing or empty"),
    "a text in another case": (made("text", content="hi"), "Content is missing or empty"),
    "no image": (made("image"), "Image is missing, or has nothing in it"),
    "an image outside its element": (made("image", MediaId="m"), "Image is missing"),
    "an image as text": (made("image", Image="m"), "Image is missing"),
    "an image without id": (made("image", Image={"MediaId": ""}), "MediaId is missing"),
    "an image's id in another case": (
        made("image", Image={"MediaID": "m"}),
        "MediaId is missing: MediaID is not written so",
    ),
    "no voice": (made("voice"), "Voice is missing"),
    "no video": (made("video"), "Video is missing"),
    "a video without id": (made("video", Video={"Title": "t"}), "MediaId is missing"),
    "no music": (made("music"), "Music is missing"),
    "music without a picture": (made("music", Music={"Title": "t"}), "ThumbMediaId is missing"),
    "a transfer to nobody": (
        made("transfer_customer_service", TransInfo={"Kf": "x"}),
        "KfAccount is missing",
    ),
    "no news": (made("news", ArticleCount=1), "Articles is missing"),
    "news without items": (made("news", Articles={"a": "1"}), "Articles has no item"),
    "news of text": (made("news", ArticleCount=1, Articles={"item": "t"}), "Articles has no item"),
    "no count": (
        made("news", Articles={"item": ITEM}),
        "ArticleCount is '', but there are 1 items",
    ),
    "a count too low": (news(1, ITEM, ITEM), "ArticleCount is '1', but there are 2 items"),
    "a count too high": (news(3, ITEM, ITEM), "ArticleCount is '3', but there are 2 items"),
    "a count in words": (news("one", ITEM), "ArticleCount is 'one', but there are 1 items"),
    "an article without title": (news(1, {"Url": "u"}), "Title is missing"),
    "a title in another case": (news(1, {"title": "u"}), "Title is missing: title is not"),
}


@pytest.mark.parametrize(("xml", "reason"), BAD.values(), ids=BAD)
@pytest.mark.parametrize("to_event", [False, True], ids=["to a message", "to an event"])
def test_bad(xml: str, reason: str, to_event: bool) -> None:  # noqa: FBT001
    """What WeChat would not show is refused, and the reason says what is wrong with it."""
    if "transfer" in xml and to_event:
        reason = "only a message can be transferred to customer service"
    with pytest.raises(BadReply) as caught:
        read(xml, to_event=to_event)
    assert str(caught.value).startswith(reason)


@pytest.mark.parametrize("account", ["", "kf2001@shop"])
def test_transfer_of_an_event(account: str) -> None:
    """An event cannot be transferred to customer service."""
    with pytest.raises(BadReply, match="only a message can be transferred"):
        read(render(TransferReply(account), CLICK, 1), to_event=True)


def test_other_fields() -> None:
    """Elements that WeChat does not know, and their order, are no matter."""
    xml = made("text", Content="hi", FuncFlag=0, MsgId=1)
    assert read(xml).reply == TextReply("hi")
    turned = dict(reversed([*HEAD.items(), ("MsgType", "text"), ("Content", "hi")]))
    assert read(dump(turned)).reply == TextReply("hi")
