"""What a customer service message can be, its form, and what is refused before it is sent."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from api.client import Api
from api.messages import (
    CustomMessage,
    MenuItem,
    MiniProgramPage,
    MpNews,
    MpNewsArticle,
    MsgMenu,
    NoCustomerServiceForm,
    Video,
    WxCard,
    form_of,
)
from simulator.world import World
from tests.api.platform import USER, calls, follower
from wechat.replies import (
    ACK,
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

MEDIA, THUMB = "m" * 64, "t" * 64
ITEMS = [MenuItem("1", "满意"), MenuItem("2", "不满意")]
FORMS: list[tuple[CustomMessage | Reply | str, str, dict[str, Any]]] = [
    ("你好", "text", {"content": "你好"}),
    (TextReply("你好\n<a href='x'>y</a>"), "text", {"content": "你好\n<a href='x'>y</a>"}),
    (ImageReply(MEDIA), "image", {"media_id": MEDIA}),
    (VoiceReply(MEDIA), "voice", {"media_id": MEDIA}),
    (
        Video(MEDIA, THUMB, "题", "说明"),
        "video",
        {"media_id": MEDIA, "thumb_media_id": THUMB, "title": "题", "description": "说明"},
    ),
    (
        MusicReply(THUMB, "题", "说明", "http://x/a", "http://x/b"),
        "music",
        {
            "title": "题",
            "description": "说明",
            "musicurl": "http://x/a",
            "hqmusicurl": "http://x/b",
            "thumb_media_id": THUMB,
        },
    ),
    (
        NewsReply([Article("今日", "说明", "http://x/p", "http://x/")]),
        "news",
        {
            "articles": [
                {"title": "今日", "description": "说明", "url": "http://x/", "picurl": "http://x/p"}
            ]
        },
    ),
    (MpNews(MEDIA), "mpnews", {"media_id": MEDIA}),
    (MpNewsArticle("a-1"), "mpnewsarticle", {"article_id": "a-1"}),
    (
        MsgMenu(ITEMS, "您满意吗?", "谢谢"),
        "msgmenu",
        {
            "head_content": "您满意吗?",
            "list": [{"id": "1", "content": "满意"}, {"id": "2", "content": "不满意"}],
            "tail_content": "谢谢",
        },
    ),
    (WxCard("card"), "wxcard", {"card_id": "card"}),
    (
        MiniProgramPage("题", "wx1", "pages/index", THUMB),
        "miniprogrampage",
        {"title": "题", "appid": "wx1", "pagepath": "pages/index", "thumb_media_id": THUMB},
    ),
]


@pytest.mark.parametrize(("message", "kind", "content"), FORMS)
def test_forms(message: CustomMessage | Reply | str, kind: str, content: dict[str, Any]) -> None:
    """Each message has the msgtype and the fields of the documentation."""
    assert form_of(message) == (kind, content)


def test_every_kind_is_tested() -> None:
    """No message that there is was forgotten here."""
    kinds = {message.kind for message in CustomMessage.__subclasses__()}
    assert len(kinds) == 6
    assert kinds <= {kind for _, kind, _ in FORMS}


def test_items_of_any_kind() -> None:
    """A menu takes its lines from whatever yields them."""
    assert MsgMenu(item for item in ITEMS) == MsgMenu(ITEMS)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (TransferReply(), "a TransferReply can only answer a message that is waiting"),
        (VideoReply(MEDIA), "send a Video with a thumb_media_id"),
        (NewsReply([Article("1"), Article("2")]), "2 articles cannot be one message: only one can"),
        (ACK, "nothing is to be sent"),
    ],
)
@pytest.mark.gen_test
async def test_no_form(reply: Reply, words: str, api: Api, world: World) -> None:
    """What only the answer to a push can be is said to be so, and nothing is sent."""
    with pytest.raises(NoCustomerServiceForm, match=words):
        await api.send(USER, reply)
    assert not calls(world)


def music(**values: str) -> MusicReply:
    """Return music that lacks nothing but what is given as empty."""
    return MusicReply(THUMB, **{"music_url": "http://x/a", "hq_music_url": "http://x/b"} | values)


REFUSED: list[tuple[Callable[[], Any], Exception]] = [
    (lambda: "x" * 2049, ValueError("the text has 2049 bytes: the limit is 2048")),
    (lambda: "你" * 683, ValueError("the text has 2049 bytes: the limit is 2048")),
    (lambda: TextReply("x" * 2049), ValueError("the limit is 2048")),
    (lambda: "", ValueError("the text must not be empty")),
    (lambda: " \n", ValueError("the text must not be empty")),
    (lambda: "\x01\x02", ValueError("the text must not be empty")),
    (lambda: b"bytes", TypeError("a message is a Reply, text or a CustomMessage, not bytes")),
    (lambda: None, TypeError("not NoneType")),
    (lambda: {"msgtype": "text"}, TypeError("not dict")),
    (lambda: ImageReply("with space" * 4), ValueError("media_id is not a media id")),
    (lambda: VoiceReply("m" * 257), ValueError("1 to 256 visible characters")),
    (lambda: music(music_url=""), ValueError("MusicReply.music_url must not be empty")),
    (lambda: music(hq_music_url=" "), ValueError("MusicReply.hq_music_url must not be empty")),
    (lambda: MusicReply("a b", "", "", "x", "y"), ValueError("thumb_media_id is not a media id")),
    (lambda: Video("", THUMB), ValueError("media_id must not be empty")),
    (lambda: Video(MEDIA, ""), ValueError("thumb_media_id must not be empty")),
    (lambda: Video(MEDIA, THUMB, title=1), TypeError("title must be str, not int")),  # type: ignore[arg-type]
    (lambda: Video(MEDIA, THUMB, description=None), TypeError("description must be str")),  # type: ignore[arg-type]
    (lambda: MpNews(""), ValueError("media_id must not be empty")),
    (lambda: MpNewsArticle("文章"), ValueError("article_id is not a media id")),
    (lambda: MsgMenu([]), ValueError("MsgMenu.items must not be empty")),
    (lambda: MsgMenu(["1"]), TypeError("MsgMenu takes MenuItems, not str")),  # type: ignore[list-item]
    (lambda: MsgMenu(ITEMS, head=1), TypeError("head must be str, not int")),  # type: ignore[arg-type]
    (lambda: MsgMenu(ITEMS, tail=1), TypeError("tail must be str, not int")),  # type: ignore[arg-type]
    (lambda: MenuItem("", "x"), ValueError("MenuItem.id must not be empty")),
    (lambda: MenuItem(1, "x"), TypeError("MenuItem.id must be str, not int")),  # type: ignore[arg-type]
    (lambda: MenuItem("1", " "), ValueError("MenuItem.content must not be empty")),
    (lambda: WxCard(""), ValueError("card_id must not be empty")),
    (lambda: MiniProgramPage("", "wx1", "p", THUMB), ValueError("title must not be empty")),
    (lambda: MiniProgramPage("x", "", "p", THUMB), ValueError("app_id must not be empty")),
    (lambda: MiniProgramPage("x", "wx1", "", THUMB), ValueError("page_path must not be empty")),
    (lambda: MiniProgramPage("x", "wx1", "p", "你"), ValueError("thumb_media_id is not a media")),
]


@pytest.mark.parametrize(("make", "error"), REFUSED)
@pytest.mark.gen_test
async def test_refused(make: Callable[[], Any], error: Exception, api: Api, world: World) -> None:
    """What could never be right is refused by the name of the field, and nothing is sent."""
    follower(world)
    with pytest.raises(type(error), match=re.escape(str(error))):
        await api.send(USER, make())
    assert not calls(world)
