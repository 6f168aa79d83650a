"""用户管理: who a follower is, many of them in order, and how the account calls them."""

import json
import re
from typing import Any

import pytest

from api.client import Api
from api.errors import InvalidUser, NoRight
from api.users import UserInfo
from simulator.account import AccountKind
from simulator.platform.api import users
from simulator.platform.calls import Answer, Call
from simulator.platform.dispatch import Route
from simulator.platform.routes import ROUTES
from simulator.platform.state import Platform
from simulator.users import User
from simulator.world import World
from tests.api.platform import START, USER, calls, failure, follower

INFO, BATCH = "/cgi-bin/user/info", "/cgi-bin/user/info/batchget"
REMARK = "/cgi-bin/user/info/updateremark"
OPENIDS = [f"oUser{number}" for number in range(250)]


@pytest.fixture(autouse=True)
def user(world: World) -> User:
    """Return a follower."""
    return follower(world)


@pytest.fixture
def many(world: World) -> list[str]:
    """Return the openids of many followers."""
    for openid in OPENIDS:
        world.user(openid)
    return OPENIDS


@pytest.mark.gen_test
async def test_info(api: Api, user: User) -> None:
    """All that the platform tells of a follower is there."""
    user.qr_scene, user.qr_scene_str, user.remark = 7, "table-7", "张三"
    user.subscribe_scene = "ADD_SCENE_QR_CODE"
    user.tagid_list += [2, 128]
    info = await api.users.info(USER)
    assert info == UserInfo(
        subscribe=True,
        openid=USER,
        unionid="",
        language="zh_CN",
        subscribe_time=int(START),
        subscribe_scene="ADD_SCENE_QR_CODE",
        qr_scene=7,
        qr_scene_str="table-7",
        remark="张三",
        groupid=0,
        tagid_list=(2, 128),
        raw=info.raw,
    )
    assert info.raw["openid"] == USER
    assert "raw" not in repr(info)


@pytest.mark.gen_test
async def test_stranger(api: Api, user: User) -> None:
    """Of one who does not follow there is nothing but the openid."""
    user.following = False
    info = await api.users.info(USER)
    assert (info.subscribe, info.openid, info.subscribe_time) == (False, USER, 0)
    assert (info.language, info.tagid_list) == ("", ())


@pytest.mark.gen_test
async def test_language(api: Api) -> None:
    """The language of the answer can be chosen."""
    assert (await api.users.info(USER, lang="en")).language == "en"
    [info] = await api.users.info_batch([USER], lang="zh_TW")
    assert info.language == "zh_TW"


@pytest.mark.gen_test
async def test_nobody(api: Api) -> None:
    """An openid of another account is nobody's, alone and among others."""
    assert isinstance(await failure(api.users.info("oNobody")), InvalidUser)
    assert isinstance(await failure(api.users.info_batch([USER, "oNobody"])), InvalidUser)
    assert isinstance(await failure(api.users.set_remark("oNobody", "x")), InvalidUser)


@pytest.mark.gen_test
@pytest.mark.parametrize("account_kind", [AccountKind.UNVERIFIED_SERVICE])
async def test_no_right(api: Api) -> None:
    """An account that is not verified is told nothing."""
    assert isinstance(await failure(api.users.info(USER)), NoRight)


@pytest.mark.gen_test
async def test_batch(api: Api, many: list[str], world: World) -> None:
    """Of any number of users, a hundred are asked about at once, and come in order."""
    infos = await api.users.info_batch(iter([*many, many[0]]))
    assert [info.openid for info in infos] == [*many, many[0]]
    sizes = [len(json.loads(call.request)["user_list"]) for call in calls(world, BATCH)]
    assert sizes == [100, 100, 51]


@pytest.mark.gen_test
async def test_batch_in_any_order(
    api: Api, many: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order is that of the question, whatever the platform's is, and whoever it left out."""

    def shuffled(call: Call) -> Answer:
        told = users.batch(call)
        assert isinstance(told, dict)
        return {"user_info_list": told["user_info_list"][:0:-1]}

    monkeypatch.setitem(ROUTES, BATCH, Route("POST", shuffled))
    infos = await api.users.info_batch(many)
    left_out = {many[0], many[100], many[200]}
    assert [info.openid for info in infos] == [one for one in many if one not in left_out]


@pytest.mark.gen_test
async def test_batch_of_nobody(api: Api, world: World) -> None:
    """Nothing is asked about nobody."""
    assert await api.users.info_batch([]) == ()
    assert not calls(world)


@pytest.mark.gen_test
@pytest.mark.parametrize("remark", ["x" * 29, "九个汉字一共二十七", "a", ""])
async def test_remark(remark: str, api: Api, user: User, platform: Platform) -> None:
    """A remark has up to 29 bytes, or is taken away; doing it twice does no harm."""
    user.remark = "old"
    platform.order(lost={"path": REMARK, "calls": 1})
    await api.users.set_remark(USER, remark)
    assert user.remark == remark


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("call", "arguments", "error"),
    [
        ("set_remark", (USER, "x" * 30), ValueError("remark has 30 bytes: the limit is 29")),
        ("set_remark", (USER, "一共有十个汉字太多了"), ValueError("remark has 30 bytes")),
        ("set_remark", (USER, None), TypeError("remark must be str, not NoneType")),
        ("set_remark", ("", "x"), ValueError("openid must not be empty")),
        ("info", ("a b",), ValueError("openid is not an openid")),
        ("info", (5,), TypeError("openid must be str, not int")),
        ("info_batch", (USER,), TypeError("openids must be several")),
        ("info_batch", ([USER, ""],), ValueError("openid must not be empty")),
    ],
)
async def test_refused(call: str, arguments: Any, error: Exception, api: Api, world: World) -> None:
    """What could never be right is refused before anything is sent."""
    with pytest.raises(type(error), match=re.escape(str(error))):
        await getattr(api.users, call)(*arguments)
    assert not calls(world)


@pytest.mark.gen_test
async def test_refused_language(api: Api, world: World) -> None:
    """There are three languages."""
    words = "lang is 'de': it must be one of en, zh_CN, zh_TW"
    with pytest.raises(ValueError, match=words):
        await api.users.info(USER, lang="de")
    with pytest.raises(ValueError, match=words):
        await api.users.info_batch([USER], lang="de")
    assert not calls(world)
