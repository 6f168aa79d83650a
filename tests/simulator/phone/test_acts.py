"""Each act of a person on the page reaches the service as what it is; what cannot is told why."""

from typing import Any

import pytest

from handlers.service import Endpoint
from simulator.users import User
from simulator.world import World
from tests.handlers.sending import until
from tests.simulator.phone.pages import OpenPage
from wechat import events, messages, platform_events
from wechat.push import Push

Values = dict[str, Any]
Case = tuple[str, Values, type[Push], Values]
PLACE = {"latitude": 31.23, "longitude": 121.47}
MENU = [
    {"type": "click", "name": "买", "key": "buy"},
    {
        "name": "更多",
        "sub_button": [
            {"type": "scancode_waitmsg", "name": "扫", "key": "scan"},
            {"type": "location_select", "name": "位置", "key": "place"},
            {"type": "pic_weixin", "name": "图", "key": "pictures"},
            {"type": "view", "name": "网", "url": "https://example.com/"},
        ],
    },
]

ACTS: list[Case] = [
    ("text", {"content": "<b>&"}, messages.TextMessage, {"content": "<b>&", "menu_id": ""}),
    ("text", {"content": "是", "menu_id": "7"}, messages.TextMessage, {"menu_id": "7"}),
    ("image", {"media_id": "m"}, messages.ImageMessage, {"media_id": "m"}),
    ("image", {}, messages.ImageMessage, {}),
    (
        "voice",
        {"media_id": "m", "recognition": "天气"},
        messages.VoiceMessage,
        {"media_id": "m", "recognition": "天气"},
    ),
    ("voice", {}, messages.VoiceMessage, {"recognition": ""}),
    ("video", {"media_id": "m", "short": False}, messages.VideoMessage, {"media_id": "m"}),
    ("video", {"short": True}, messages.ShortVideoMessage, {}),
    (
        "location",
        PLACE | {"scale": 18, "label": "外滩"},
        messages.LocationMessage,
        PLACE | {"scale": 18, "label": "外滩"},
    ),
    ("location", {"latitude": 31, "longitude": 121}, messages.LocationMessage, {"scale": 15}),
    (
        "link",
        {"title": "题", "description": "述", "url": "https://x"},
        messages.LinkMessage,
        {"title": "题", "description": "述", "url": "https://x"},
    ),
    ("link", {"title": "题"}, messages.LinkMessage, {"url": ""}),
    ("message", {"kind": "file"}, messages.FileMessage, {}),
    ("event", {"name": "kf_create_session"}, platform_events.KfCreateSessionEvent, {}),
    ("scan", {"scene": "123"}, events.ScanEvent, {"scene": "123"}),
    ("unfollow", {}, events.UnsubscribeEvent, {}),
    (
        "report_location",
        PLACE | {"precision": 65},
        events.LocationEvent,
        PLACE | {"precision": 65.0},
    ),
    ("report_location", PLACE, events.LocationEvent, PLACE),
    ("tap", {"path": [0]}, events.ClickEvent, {"key": "buy"}),
    (
        "tap",
        {"path": [1, 0], "scan_result": "42"},
        events.ScanCodeWaitMsgEvent,
        {"key": "scan", "scan_result": "42"},
    ),
    (
        "tap",
        PLACE | {"path": [1, 1], "label": "外滩", "poi_name": "塔"},
        events.LocationSelectEvent,
        PLACE | {"key": "place", "label": "外滩", "poi_name": "塔"},
    ),
    ("tap", {"path": [1, 3]}, events.ViewEvent, {"url": "https://example.com/"}),
]


@pytest.fixture
def me(world: World) -> User:
    """Return a follower, of an account with a menu."""
    world.platform.menu.put({"button": MENU})
    return world.user("oMe", "小明").user


@pytest.mark.parametrize("case", ACTS)
@pytest.mark.gen_test
async def test_acts(case: Case, page: OpenPage, me: User, endpoint: Endpoint) -> None:
    """An act arrives typed, with the values that the page gave."""
    name, values, kind, expected = case
    answer = await page.do(name, user="oMe", **values)
    assert answer["type"] == "done", answer
    await until(lambda: endpoint.state["pushes"])
    _, push = endpoint.state["pushes"][0]
    assert (type(push), push.from_user) == (kind, "oMe")
    assert {attribute: getattr(push, attribute) for attribute in expected} == expected


@pytest.mark.gen_test
async def test_pictures(page: OpenPage, me: User, endpoint: Endpoint) -> None:
    """Pictures that a button asks for come as an event, and each as a message."""
    await page.do("tap", user="oMe", path=[1, 2], media_ids=["a", "b"])
    await until(lambda: len(endpoint.state["pushes"]) == 3)
    event, *pictures = [push for _, push in endpoint.state["pushes"]]
    assert (type(event), event.count) == (events.PicWeixinEvent, 2)
    assert {picture.media_id for picture in pictures} == {"a", "b"}


@pytest.mark.parametrize(("scene", "expected"), [(None, None), ("123", "123")])
@pytest.mark.gen_test
async def test_newcomer(
    scene: str | None, expected: str | None, page: OpenPage, world: World, endpoint: Endpoint
) -> None:
    """Somebody new is a stranger, who can follow: by a code, or of themselves."""
    await page.do("add_user", nickname=" 小红 ")
    user = page.of("user")[0]["user"]
    assert (user["nickname"], user["following"]) == ("小红", False)
    assert len(user["openid"]) == 28
    refused = await page.do("text", user=user["openid"], content="hi")
    assert refused["text"] == "小红 does not follow the account: follow first"
    await page.do("follow", user=user["openid"], scene=scene)
    await until(lambda: endpoint.state["pushes"])
    _, push = endpoint.state["pushes"][0]
    assert (type(push), push.scene or None) == (events.SubscribeEvent, expected)


REFUSED: list[tuple[str, Values, str]] = [
    ("text", {}, "user is missing"),
    ("text", {"user": "oNobody"}, 'no user "oNobody": add one'),
    ("text", {"user": ["oMe"]}, 'user must be a text, not ["oMe"]'),
    ("text", {"user": "oMe"}, "content is missing"),
    ("text", {"user": "oMe", "content": 5}, "content must be a text"),
    ("text", {"user": "oMe", "content": "\udcff"}, "whole characters"),
    ("text", {"user": "oMe", "content": "x", "menu_id": 7}, "menu_id must be a text"),
    ("image", {"user": "oMe", "media_id": None}, "media_id must be a text, not null"),
    ("video", {"user": "oMe", "short": 1}, "short must be true or false, not 1"),
    ("location", {"user": "oMe"}, "latitude is missing"),
    ("location", {"user": "oMe", "latitude": "1", "longitude": 1}, "latitude must be a number"),
    ("location", {"user": "oMe", "latitude": True, "longitude": 1}, "latitude must be a number"),
    ("location", {"user": "oMe", "latitude": 91, "longitude": 1}, "-90 to 90"),
    (
        "location",
        {"user": "oMe", "latitude": float("nan"), "longitude": 1},
        "latitude must be a number of usual size",
    ),
    ("location", {"user": "oMe", **PLACE, "scale": 1.5}, "scale must be a whole number"),
    ("report_location", {"user": "oMe", "latitude": 1, "longitude": 181}, "-180 to 180"),
    ("report_location", {"user": "oMe", **PLACE, "precision": 1e400}, "precision must be"),
    ("message", {"user": "oMe", "kind": "text"}, 'no message "text"'),
    ("event", {"user": "oMe", "name": "explode"}, 'no event "explode"'),
    ("event", {"user": "oMe", "name": {}}, "name must be a text"),
    ("follow", {"user": "oMe"}, "follows the account already"),
    ("follow", {"user": "oMe", "scene": 5}, "scene must be a text"),
    ("scan", {"user": "oMe", "scene": ""}, "scene is empty"),
    ("scan", {"user": "oMe", "scene": None}, "scene must be a text, not null"),
    ("tap", {"user": "oMe"}, "path is missing"),
    ("tap", {"user": "oMe", "path": "0"}, 'path must be a list, not "0"'),
    ("tap", {"user": "oMe", "path": ["0"]}, 'path.0 must be a number, not "0"'),
    ("tap", {"user": "oMe", "path": []}, "opens no others"),
    ("tap", {"user": "oMe", "path": [1]}, "opens no others"),
    ("tap", {"user": "oMe", "path": [2]}, "no such button any more"),
    ("tap", {"user": "oMe", "path": [-1]}, "no such button any more"),
    ("tap", {"user": "oMe", "path": [0, 0]}, "no such button any more"),
    ("tap", {"user": "oMe", "path": [1, 2], "media_ids": [None]}, "media_ids.0 must be a text"),
    ("add_user", {}, "nickname is missing"),
    ("add_user", {"nickname": " "}, "1 to 30 characters"),
    ("add_user", {"nickname": "x" * 31}, "1 to 30 characters"),
]


@pytest.mark.parametrize(("name", "values", "words"), REFUSED)
@pytest.mark.usefixtures("me")
@pytest.mark.gen_test
async def test_refused(
    name: str, values: Values, words: str, page: OpenPage, caplog: pytest.LogCaptureFixture
) -> None:
    """An act that cannot be done pushes nothing, and says why; that is no failure of ours."""
    answer = await page.do(name, **values)
    assert answer["type"] == "error"
    assert words in answer["text"]
    assert [message["type"] for message in page.heard] == ["state", "error"]
    assert caplog.records == []


@pytest.mark.gen_test
async def test_no_menu(page: OpenPage, world: World) -> None:
    """Where there is no menu, there is no button."""
    world.user("oMe")
    answer = await page.do("tap", user="oMe", path=[0])
    assert "no such button" in answer["text"]
