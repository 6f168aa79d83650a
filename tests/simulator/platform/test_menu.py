"""自定义菜单: what is taken as a menu, and how it comes back."""

from typing import Any

import pytest

from simulator.world import Change, World
from tests.simulator.platform.calling import MEDIA_ID, Api, dumped
from tests.simulator.platform.conftest import Published

CLICK = {"type": "click", "name": "今日歌曲", "key": "V1001"}
VIEW = {"type": "view", "name": "搜索", "url": "http://www.soso.com/"}
MINI = {
    "type": "miniprogram",
    "name": "小程序",
    "url": "http://x",
    "appid": "wx286b93c14bbf93aa",
    "pagepath": "pages/lunar/index",
}
KEYED = [
    "click",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
]
BUTTONS: list[dict[str, Any]] = [
    *({"type": kind, "name": "x", "key": "k"} for kind in KEYED),
    VIEW,
    MINI,
    {"type": "media_id", "name": "图", "media_id": MEDIA_ID},
    {"type": "view_limited", "name": "文", "media_id": MEDIA_ID},
    {"type": "article_id", "name": "文", "article_id": "A"},
    {"type": "article_view_limited", "name": "文", "article_id": "A"},
    CLICK | {"name": "一" * 5 + "1"},
    CLICK | {"key": "k" * 128},
    VIEW | {"url": "https://" + "u" * 1016},
]


def within(*buttons: Any) -> dict[str, Any]:
    """Return a button that opens others."""
    return {"name": "菜单", "sub_button": list(buttons)}


WRONG_BUTTONS: list[tuple[Any, int, int]] = [
    # what, the errcode in the bar, and in a list that opens
    ("x", 47001, 47001),
    ({}, 40018, 40025),
    (CLICK | {"name": ""}, 40018, 40025),
    (CLICK | {"name": 1}, 40018, 40025),
    (CLICK | {"name": "一" * 21}, 40018, 40025),
    ({"name": "x"}, 40017, 40024),
    (CLICK | {"type": "tap"}, 40017, 40024),
    (CLICK | {"type": ["click"]}, 40017, 40024),
    ({"type": "click", "name": "x"}, 40019, 40026),
    (CLICK | {"key": ""}, 40019, 40026),
    (CLICK | {"key": "k" * 129}, 40019, 40026),
    (CLICK | {"key": "键" * 43}, 40019, 40026),
    ({"type": "view", "name": "x"}, 40020, 40027),
    (VIEW | {"url": "http://" + "u" * 1018}, 40020, 40027),
    (VIEW | {"url": "javascript:alert(1)"}, 40055, 40054),
    (VIEW | {"url": "www.soso.com"}, 40055, 40054),
    (MINI | {"url": ""}, 40020, 40027),
    (MINI | {"appid": ""}, 40097, 40097),
    (MINI | {"pagepath": None}, 40097, 40097),
    ({"type": "media_id", "name": "x"}, 40007, 40007),
    ({"type": "view_limited", "name": "x"}, 40007, 40007),
    ({"type": "article_id", "name": "x"}, 53600, 53600),
    ({"type": "article_view_limited", "name": "x"}, 53600, 53600),
]
WRONG: list[tuple[Any, int]] = [
    (None, 40016),
    ({}, 40016),
    ([], 40016),
    ([CLICK] * 4, 40016),
    ([CLICK | {"name": "一" * 5 + "12"}], 40018),
    ([within(*[CLICK] * 6)], 40023),
    ([{"name": "菜单", "sub_button": {"list": [CLICK]}}], 40023),
    ([within(CLICK | {"name": "x" * 61})], 40025),
    ([within(within(CLICK))], 40022),
    ([{"name": "菜单", "sub_button": []}], 40017),
]


async def create(api: Api, *buttons: Any) -> int:
    """Return what the platform says to a menu."""
    return int((await api.post("menu/create", {"button": list(buttons)}))["errcode"])


@pytest.mark.gen_test
async def test_create_and_get(api: Api, world: World, published: Published) -> None:
    """A menu comes back as it was made, every button with a list that it may open."""
    assert await create(api, CLICK, within(VIEW, MINI)) == 0
    leaf: dict[str, Any] = {"sub_button": []}
    buttons = [CLICK | leaf, within(VIEW | leaf, MINI | leaf)]
    assert await api.get("menu/get") == {"menu": {"button": buttons}}
    assert world.platform.menu.buttons == buttons
    assert (Change.MENU, world) in published


@pytest.mark.gen_test
async def test_made_again_from_what_came(api: Api) -> None:
    """What menu/get answered makes the same menu again."""
    await create(api, CLICK, within(VIEW, MINI))
    made = await api.get("menu/get")
    assert (await api.post("menu/create", made["menu"]))["errcode"] == 0
    assert await api.get("menu/get") == made


@pytest.mark.parametrize("button", BUTTONS)
@pytest.mark.gen_test
async def test_types(button: dict[str, Any], api: Api) -> None:
    """Every type of button may stand in the bar and in a list."""
    assert await create(api, button) == 0
    assert await create(api, within(button)) == 0
    made = await api.get("menu/get")
    assert made["menu"]["button"][0]["sub_button"] == [button | {"sub_button": []}]


@pytest.mark.gen_test
async def test_largest(api: Api) -> None:
    """Three buttons of five each, with names of 16 and 60 bytes."""
    sub = CLICK | {"name": "二" * 20}
    top = {"name": "一" * 5 + "1", "sub_button": [sub] * 5}
    assert await create(api, top, top, top) == 0


@pytest.mark.parametrize(("button", "top", "sub"), WRONG_BUTTONS)
@pytest.mark.gen_test
async def test_wrong_buttons(button: Any, top: int, sub: int, api: Api) -> None:
    """A wrong button has its errcode, another one below another button."""
    assert await create(api, button) == top
    assert await create(api, within(button)) == sub


@pytest.mark.parametrize(("buttons", "expected"), WRONG)
@pytest.mark.gen_test
async def test_wrong_menus(buttons: Any, expected: int, api: Api) -> None:
    """Too many buttons, names too long, lists in lists."""
    assert (await api.post("menu/create", {"button": buttons}))["errcode"] == expected


@pytest.mark.gen_test
async def test_what_a_type_has_not_is_dropped(api: Api) -> None:
    """A click has no url."""
    assert await create(api, CLICK | {"url": "x", "other": 1}) == 0
    made = await api.get("menu/get")
    assert made["menu"]["button"] == [CLICK | {"sub_button": []}]


@pytest.mark.gen_test
async def test_escapes(api: Api) -> None:
    r"""Names as \u4eca are refused."""
    body = dumped({"button": [CLICK]}).replace("今".encode(), rb"\u4eca")
    assert (await api.post("menu/create", body))["errcode"] == 40033


@pytest.mark.gen_test
async def test_refused_menu_changes_nothing(api: Api, published: Published) -> None:
    """The menu there was stays."""
    await create(api, CLICK)
    published.clear()
    assert await create(api, VIEW, {}) == 40018
    assert (await api.get("menu/get"))["menu"]["button"][0]["type"] == "click"
    assert {change for change, _ in published} == {Change.CALL}


@pytest.mark.gen_test
async def test_delete(api: Api, world: World, published: Published) -> None:
    """There is a menu no longer, and asking for it is an error."""
    await create(api, CLICK)
    published.clear()
    assert await api.get("menu/delete") == {"errcode": 0, "errmsg": "ok"}
    assert (Change.MENU, world) in published
    assert (await api.get("menu/get"))["errcode"] == 46003
    assert (await api.get("menu/delete"))["errcode"] == 0
