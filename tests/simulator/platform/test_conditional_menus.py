"""个性化菜单: another menu for some users."""

from typing import Any

import pytest

from simulator.account import AccountKind
from simulator.world import World
from tests.simulator.platform.calling import USER, Api, follower


def menu(name: str) -> dict[str, Any]:
    """Return a menu of one button."""
    return {"button": [{"type": "click", "name": name, "key": "k"}]}


async def add(api: Api, name: str = "other", **rule: Any) -> Any:
    """Return the answer to a conditional menu."""
    return await api.post("menu/addconditional", menu(name) | {"matchrule": rule})


async def seen(api: Api) -> str:
    """Return the name of the button that the user sees."""
    answer = await api.post("menu/trymatch", {"user_id": USER})
    return str(answer["menu"]["button"][0]["name"])


@pytest.fixture(autouse=True)
def tagged(world: World) -> None:
    """Let the user have a tag."""
    follower(world).tagid_list = [2]


@pytest.mark.gen_test
async def test_who_sees_it(api: Api) -> None:
    """The newest menu whose rule fits is seen, else the one for everybody."""
    await api.post("menu/create", menu("default"))
    await add(api, "of 3", tag_id="3")
    assert await seen(api) == "default"
    await add(api, "of 2", tag_id="2")
    newest = await add(api, "of 2, newer", tag_id="2")
    await add(api, "of phones", tag_id="2", client_platform_type="1")
    assert await seen(api) == "of 2, newer"
    assert (await api.post("menu/delconditional", {"menuid": newest["menuid"]}))["errcode"] == 0
    assert await seen(api) == "of 2"


@pytest.mark.gen_test
async def test_last_tag(api: Api, world: World) -> None:
    """Of several tags the one that was given last counts, and who has none sees the default."""
    await api.post("menu/create", menu("default"))
    await add(api, "of 2", tag_id="2")
    await add(api, "of 3", tag_id="3")
    follower(world).tagid_list = [3, 2]
    assert await seen(api) == "of 2"
    follower(world).tagid_list = []
    assert await seen(api) == "default"


@pytest.mark.gen_test
async def test_phones(api: Api) -> None:
    """A rule about the phone alone can be made, and fits nobody here."""
    await api.post("menu/create", menu("default"))
    for kind in ("1", "2", "3"):
        assert "menuid" in await add(api, client_platform_type=kind)
    assert await seen(api) == "default"


@pytest.mark.gen_test
async def test_given_back(api: Api) -> None:
    """All of them are given back, and all go when the menu does."""
    await api.post("menu/create", menu("default"))
    assert "conditionalmenu" not in await api.get("menu/get")
    made = await add(api, tag_id="2")
    assert made["menuid"].isdigit()
    assert set(made) == {"menuid"}
    await add(api, tag_id="2", client_platform_type="", other="x")
    found, second = (await api.get("menu/get"))["conditionalmenu"]
    assert found["matchrule"] == second["matchrule"] == {"tag_id": "2"}
    assert found["menuid"] != second["menuid"]
    assert found["button"][0]["name"] == "other"
    assert str(found["menuid"]) == made["menuid"]
    await api.get("menu/delete")
    assert (await api.post("menu/trymatch", {"user_id": USER}))["errcode"] == 65303
    await api.post("menu/create", menu("default"))
    assert await seen(api) == "default"


@pytest.mark.gen_test
async def test_no_default(api: Api) -> None:
    """There has to be a menu for everybody else first."""
    assert (await add(api, tag_id="2"))["errcode"] == 65303


@pytest.mark.parametrize(
    ("rule", "errcode"),
    [
        (None, 65304),
        ({}, 65304),
        ({"tag_id": "", "client_platform_type": None}, 65304),
        ({"other": "x"}, 65304),
        ({"tag_id": "2", "sex": "1"}, 65320),
        ({"country": "中国"}, 65320),
        ("2", 47001),
        ([], 47001),
        ({"tag_id": 2}, 47001),
        ({"tag_id": "2", "client_platform_type": ["1"]}, 47001),
        ({"tag_id": "2", "client_platform_type": "4"}, 40035),
    ],
)
@pytest.mark.gen_test
async def test_no_rule(rule: Any, errcode: int, api: Api) -> None:
    """A rule names a tag, a kind of phone, or both, and nothing that is private."""
    await api.post("menu/create", menu("default"))
    made = await api.post("menu/addconditional", menu("other") | {"matchrule": rule})
    assert made["errcode"] == errcode
    assert "conditionalmenu" not in await api.get("menu/get")


@pytest.mark.gen_test
async def test_wrong(api: Api, world: World) -> None:
    """Its buttons are those of any menu; an id, and a user, must be one that there is."""
    await api.post("menu/create", menu("default"))
    bad = {"button": [], "matchrule": {"tag_id": "2"}}
    assert (await api.post("menu/addconditional", bad))["errcode"] == 40016
    assert (await api.post("menu/delconditional", {"menuid": "1"}))["errcode"] == 65301
    assert (await api.post("menu/delconditional", {}))["errcode"] == 65301
    assert (await api.post("menu/trymatch", {"user_id": "oNobody"}))["errcode"] == 65302
    assert (await api.post("menu/trymatch", {}))["errcode"] == 65302
    world.users.add("oStranger")
    assert (await api.post("menu/trymatch", {"user_id": "oStranger"}))["errcode"] == 65302
    escaped = rb'{"button": [{"type": "click", "name": "\u4eca", "key": "k"}]}'
    assert (await api.post("menu/addconditional", escaped))["errcode"] == 40033


@pytest.mark.parametrize("account_kind", [AccountKind.UNVERIFIED_SERVICE])
@pytest.mark.gen_test
async def test_right(api: Api) -> None:
    """Who is not verified may have a menu, and no other for some."""
    assert (await api.post("menu/create", menu("default")))["errcode"] == 0
    assert (await add(api, tag_id="2"))["errcode"] == 48001
