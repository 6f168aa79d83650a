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
async def test_given_back(api: Api) -> None:
    """All of them are given back, and all go when the menu does."""
    await api.post("menu/create", menu("default"))
    assert "conditionalmenu" not in await api.get("menu/get")
    made = await add(api, tag_id="2")
    assert made["menuid"].isdigit()
    [found] = (await api.get("menu/get"))["conditionalmenu"]
    assert found["matchrule"] == {"tag_id": "2"}
    assert found["button"][0]["name"] == "other"
    assert str(found["menuid"]) == made["menuid"]
    await api.get("menu/delete")
    assert (await api.post("menu/trymatch", {"user_id": USER}))["errcode"] == 46003
    await api.post("menu/create", menu("default"))
    assert await seen(api) == "default"


@pytest.mark.gen_test
async def test_no_default(api: Api) -> None:
    """There has to be a menu for everybody else first."""
    assert (await add(api, tag_id="2"))["errcode"] == 65303


@pytest.mark.parametrize(
    "rule",
    [{}, {"tag_id": ""}, {"tag_id": 2}, {"sex": "1"}, {"tag_id": "2", "client_platform_type": "4"}],
)
@pytest.mark.gen_test
async def test_no_rule(rule: dict[str, Any], api: Api) -> None:
    """A rule names a tag, a kind of phone, or both."""
    await api.post("menu/create", menu("default"))
    assert (await add(api, **rule))["errcode"] == 65305


@pytest.mark.gen_test
async def test_wrong(api: Api) -> None:
    """Its buttons are those of any menu; an id must be one that was given."""
    await api.post("menu/create", menu("default"))
    bad = {"button": [], "matchrule": {"tag_id": "2"}}
    assert (await api.post("menu/addconditional", bad))["errcode"] == 40016
    assert (await api.post("menu/delconditional", {"menuid": "1"}))["errcode"] == 65301
    assert (await api.post("menu/delconditional", {}))["errcode"] == 65301
    assert (await api.post("menu/trymatch", {"user_id": "oNobody"}))["errcode"] == 40003


@pytest.mark.parametrize("account_kind", [AccountKind.UNVERIFIED_SUBSCRIPTION])
@pytest.mark.gen_test
async def test_right(api: Api) -> None:
    """Whoever may have no menu may have no other either."""
    assert (await add(api, tag_id="2"))["errcode"] == 48001
