"""Every type of customer service message: how it looks in the chat, and what it must have."""

from typing import Any

import pytest

from simulator.platform.quotas import Trigger
from simulator.world import World
from tests.simulator.platform.calling import MEDIA_ID, USER, Api, follower, last

TITLED = {"title": "题", "description": "述"}
MUSIC = TITLED | {"musicurl": "http://m", "hqmusicurl": "http://hq", "thumb_media_id": MEDIA_ID}
ARTICLE = TITLED | {"url": "http://a", "picurl": "http://p"}
ITEMS = [{"id": "101", "content": "满意"}, {"id": 102, "content": "不满意"}]
MINI = {"title": "题", "appid": "wx1", "pagepath": "pages/a", "thumb_media_id": MEDIA_ID}

SHOWN: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("text", {"content": '<a href="http://x">x</a>\n'}, {"content": '<a href="http://x">x</a>\n'}),
    ("text", {"content": "x" * 2048}, {"content": "x" * 2048}),
    ("image", {"media_id": MEDIA_ID}, {"media_id": MEDIA_ID, "url": ""}),
    ("voice", {"media_id": MEDIA_ID}, {"media_id": MEDIA_ID, "url": "", "recognition": ""}),
    (
        "video",
        TITLED | {"media_id": MEDIA_ID, "thumb_media_id": MEDIA_ID},
        TITLED | {"media_id": MEDIA_ID, "url": ""},
    ),
    ("music", MUSIC, TITLED | {"url": "http://m", "hq_url": "http://hq", "thumb_url": ""}),
    (
        "news",
        {"articles": [ARTICLE]},
        {"articles": [TITLED | {"url": "http://a", "pic_url": "http://p"}]},
    ),
    ("mpnews", {"media_id": MEDIA_ID}, {"media_id": MEDIA_ID}),
    ("mpnewsarticle", {"article_id": "A"}, {"article_id": "A"}),
    (
        "msgmenu",
        {"head_content": "您好", "list": ITEMS, "tail_content": "谢谢"},
        {
            "head": "您好",
            "items": [{"id": "101", "content": "满意"}, {"id": "102", "content": "不满意"}],
            "tail": "谢谢",
        },
    ),
    ("wxcard", {"card_id": "c"}, {"card_id": "c"}),
    (
        "miniprogrampage",
        MINI,
        {"title": "题", "app_id": "wx1", "pagepath": "pages/a", "thumb_url": ""},
    ),
]

WRONG: list[tuple[str, Any, int]] = [
    ("text", {}, 44004),
    ("text", {"content": ""}, 44004),
    ("text", {"content": " \n"}, 44004),
    ("text", {"content": "x" * 2049}, 45002),
    ("text", {"content": "好" * 683}, 45002),
    ("text", {"content": 1}, 40097),
    ("text", "content", 47001),
    ("text", None, 47001),
    ("image", {}, 40007),
    ("image", {"media_id": ""}, 40007),
    ("image", {"media_id": "MEDIA_ID"}, 40007),
    ("image", {"media_id": f"{MEDIA_ID}/.."}, 40007),
    ("image", {"media_id": 1}, 40007),
    ("voice", {}, 40007),
    ("video", {"media_id": MEDIA_ID}, 40007),
    ("video", {"thumb_media_id": MEDIA_ID}, 40007),
    ("video", {"media_id": MEDIA_ID, "thumb_media_id": MEDIA_ID, "title": 1}, 40097),
    ("music", MUSIC | {"musicurl": ""}, 40097),
    ("music", MUSIC | {"hqmusicurl": None}, 40097),
    ("music", MUSIC | {"thumb_media_id": ""}, 40007),
    ("news", {}, 47001),
    ("news", {"articles": {}}, 47001),
    ("news", {"articles": ["a"]}, 47001),
    ("news", {"articles": []}, 44003),
    ("news", {"articles": [ARTICLE, ARTICLE]}, 45008),
    ("news", {"articles": [{"title": []}]}, 40097),
    ("mpnews", {}, 40007),
    ("mpnewsarticle", {}, 53600),
    ("msgmenu", {"head_content": "x"}, 40097),
    ("msgmenu", {"list": []}, 40097),
    ("msgmenu", {"list": [1]}, 47001),
    ("msgmenu", {"list": [{"id": "1"}]}, 40097),
    ("msgmenu", {"list": [{"content": "x"}]}, 40097),
    ("msgmenu", {"list": [{"id": True, "content": "x"}]}, 40097),
    ("wxcard", {}, 40097),
    ("miniprogrampage", MINI | {"appid": ""}, 40097),
    ("miniprogrampage", MINI | {"pagepath": ""}, 40097),
    ("miniprogrampage", MINI | {"thumb_media_id": ""}, 40007),
]


@pytest.fixture(autouse=True)
def wrote(world: World) -> None:
    """Let the user have written."""
    follower(world)
    world.platform.quotas.trigger(USER, Trigger.MESSAGE)


@pytest.mark.parametrize(("kind", "content", "shown"), SHOWN)
@pytest.mark.gen_test
async def test_shown(
    kind: str, content: dict[str, Any], shown: dict[str, Any], api: Api, world: World
) -> None:
    """Every type stands in the chat as what it is."""
    assert (await api.send(kind, **content))["errcode"] == 0
    assert last(world) == (kind, shown)


@pytest.mark.parametrize(("kind", "content", "expected"), WRONG)
@pytest.mark.gen_test
async def test_wrong(kind: str, content: Any, expected: int, api: Api) -> None:
    """What is missing or of the wrong type is named by its errcode."""
    message = {"touser": USER, "msgtype": kind, kind: content}
    assert (await api.post("message/custom/send", message))["errcode"] == expected


@pytest.mark.parametrize("kind", ["Text", "file", "", None, 1, ["text"]])
@pytest.mark.gen_test
async def test_unknown_types(kind: Any, api: Api) -> None:
    """There are eleven types."""
    message = {"touser": USER, "msgtype": kind, "text": {"content": "x"}}
    assert (await api.post("message/custom/send", message))["errcode"] == 40008


@pytest.mark.gen_test
async def test_uploaded_media(api: Api, world: World) -> None:
    """What was uploaded here can be looked at in the chat."""
    picture = world.platform.media.add("image", "a.png", "image/png", b"x")
    world.platform.quotas.trigger(USER, Trigger.MESSAGE)
    url = f"http://127.0.0.1:8080/media/{picture.media_id}"
    assert (await api.send("image", media_id=picture.media_id))["errcode"] == 0
    assert last(world) == ("image", {"media_id": picture.media_id, "url": url})
    music = MUSIC | {"thumb_media_id": picture.media_id}
    assert (await api.send("music", **music))["errcode"] == 0
    assert last(world)[1]["thumb_url"] == url


@pytest.mark.gen_test
async def test_media_of_another_kind(api: Api, world: World) -> None:
    """A picture cannot be heard."""
    picture = world.platform.media.add("image", "a.png", "image/png", b"x")
    assert (await api.send("voice", media_id=picture.media_id))["errcode"] == 40007
