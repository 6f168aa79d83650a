"""自定义菜单 and 个性化菜单: made, read, taken away; and which of them a user sees."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from api.client import Api
from api.errors import InvalidUser, NoRight, QuotaExceeded, Unclear
from api.menu import Button, Menu
from api.menus import ConditionalMenu, LiveMenu
from simulator.account import AccountKind
from simulator.platform.calls import Answer, Call
from simulator.platform.dispatch import Route
from simulator.platform.routes import ROUTES
from simulator.platform.state import Platform
from simulator.world import World
from tests.api.platform import USER, calls, failure, follower

CREATE, ADD = "/cgi-bin/menu/create", "/cgi-bin/menu/addconditional"
GET, TRY = "/cgi-bin/menu/get", "/cgi-bin/menu/trymatch"
MENU = Menu(
    [
        Button("日 \\u4f60 😀", "click", key="today"),
        Button("更多", sub_button=(Button("官网", "view", url="https://example.com/?a=1&b=2"),)),
    ]
)
OTHER = Menu([Button("会员", "click", key="vip")])


@pytest.mark.gen_test
async def test_round_trip(api: Api) -> None:
    """A menu is read as it was made, and none once it is deleted."""
    assert await api.menus.get() == LiveMenu(menu=None, conditional=(), raw={})
    await api.menus.create(MENU)
    live = await api.menus.get()
    assert (live.menu, live.conditional) == (MENU, ())
    assert live.raw["menu"]["button"]
    await api.menus.create(OTHER)
    assert (await api.menus.get()).menu == OTHER
    await api.menus.delete()
    assert (await api.menus.get()).menu is None


@pytest.mark.gen_test
async def test_conditional(api: Api, world: World) -> None:
    """Some users see another menu, until it is deleted."""
    user = follower(world)
    await api.menus.create(MENU)
    menuid = await api.menus.add_conditional(OTHER, {"tag_id": "2"})
    assert menuid.isdigit()
    rule = {"tag_id": "2"}
    expected = ConditionalMenu(menuid=menuid, menu=OTHER, matchrule=rule)
    assert (await api.menus.get()).conditional == (expected,)
    assert await api.menus.try_match(USER) == MENU
    user.tagid_list.append(2)
    assert await api.menus.try_match(USER) == OTHER
    await api.menus.delete_conditional(menuid)
    assert (await api.menus.get()).conditional == ()
    assert await api.menus.try_match(USER) == MENU


@pytest.mark.gen_test
async def test_delete_both(api: Api) -> None:
    """With the menu, the conditional ones are deleted."""
    await api.menus.create(MENU)
    await api.menus.add_conditional(OTHER, {"client_platform_type": "1"})
    await api.menus.delete()
    await api.menus.create(MENU)
    assert (await api.menus.get()).conditional == ()


@pytest.mark.gen_test
async def test_no_menu(api: Api, world: World) -> None:
    """Without a menu nobody sees one, and there can be none for some."""
    follower(world)
    assert await api.menus.try_match(USER) is None
    assert "65303" in str(await failure(api.menus.add_conditional(OTHER, {"tag_id": "2"})))
    await api.menus.delete()


@pytest.mark.gen_test
async def test_errors(api: Api, platform: Platform, world: World) -> None:
    """What the platform refuses is an error, and no menu that is missing."""
    await api.menus.create(MENU)
    assert "65301" in str(await failure(api.menus.delete_conditional("1")))
    assert isinstance(await failure(api.menus.try_match("oNobody")), InvalidUser)
    for path, call in ((GET, api.menus.get()), (TRY, api.menus.try_match(USER))):
        platform.order(refused={"errcode": 45009, "path": path, "calls": 1})
        assert isinstance(await failure(call), QuotaExceeded)


@pytest.mark.gen_test
@pytest.mark.parametrize("account_kind", [AccountKind.UNVERIFIED_SUBSCRIPTION])
async def test_no_right(api: Api) -> None:
    """An account without the right is told so."""
    assert isinstance(await failure(api.menus.create(MENU)), NoRight)
    assert isinstance(await failure(api.menus.get()), NoRight)


@pytest.mark.gen_test
async def test_lost(api: Api, platform: Platform) -> None:
    """A menu is made again where the answer is lost; a conditional one would be two."""
    platform.order(lost={"path": CREATE, "calls": 1})
    await api.menus.create(MENU)
    platform.order(lost={"path": ADD, "calls": 1})
    error = await failure(api.menus.add_conditional(OTHER, {"tag_id": "2"}))
    assert type(error) is Unclear
    assert len((await api.menus.get()).conditional) == 1


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda menus: menus.add_conditional(MENU, {}), ValueError("matchrule must not be empty")),
        (
            lambda menus: menus.add_conditional(MENU, {"tag_id": 2}),
            TypeError("matchrule['tag_id'] must be str, not int"),
        ),
        (
            lambda menus: menus.add_conditional(MENU, {"": "2"}),
            ValueError("a key of matchrule must not be empty"),
        ),
        (lambda menus: menus.delete_conditional(""), ValueError("menuid must not be empty")),
        (lambda menus: menus.delete_conditional("1" * 65), ValueError("menuid has 65 bytes")),
        (lambda menus: menus.delete_conditional(5), TypeError("menuid must be str, not int")),
        (lambda menus: menus.try_match(""), ValueError("user_id must not be empty")),
    ],
)
async def test_refused(
    call: Callable[[Any], Any], error: Exception, api: Api, world: World
) -> None:
    """What could never be right is refused before anything is sent."""
    with pytest.raises(type(error), match=re.escape(str(error))):
        await call(api.menus)
    assert not calls(world)


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("answer", "live"),
    [
        ({}, None),
        ({"menu": "x"}, None),
        ({"menu": {"button": [{"name": "x", "type": "of the future"}]}}, None),
        ({"menu": {"button": OTHER.as_json()["button"], "menuid": 5}}, OTHER),
    ],
)
async def test_strange_menus(
    answer: Any, live: Menu | None, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A menu that could not be made here is none, but all of it is in `raw`."""
    given = {**answer, "conditionalmenu": ["x", {"menuid": 7, "button": 5}]}

    def get(_: Call) -> Answer:
        return given

    monkeypatch.setitem(ROUTES, GET, Route("GET", get))
    found = await api.menus.get()
    assert (found.menu, found.raw) == (live, given)
    assert found.conditional == (ConditionalMenu(menuid="7", menu=None, matchrule={}),)


@pytest.mark.gen_test
async def test_documented_match(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The buttons of trymatch may stand alone, as the documentation has them."""

    def match(_: Call) -> Answer:
        return OTHER.as_json()

    monkeypatch.setitem(ROUTES, TRY, Route("POST", match))
    assert await api.menus.try_match(USER) == OTHER
