"""What the account can read and write of a user."""

from typing import Any

import pytest

from simulator.world import Change, World
from tests.simulator.platform.calling import START, USER, Api, follower
from tests.simulator.platform.conftest import Published


async def remark(api: Api, name: Any, openid: Any = USER) -> int:
    """Return what the platform says to a remark."""
    answer = await api.post("user/info/updateremark", {"openid": openid, "remark": name})
    return int(answer["errcode"])


@pytest.mark.gen_test
async def test_follower(api: Api, world: World) -> None:
    """All that the platform tells of a follower; there is no nickname."""
    user = follower(world)
    user.subscribe_scene, user.qr_scene, user.remark = "ADD_SCENE_QR_CODE", 7, "备注"
    assert await api.get("user/info", openid=USER, lang="en") == {
        "subscribe": 1,
        "openid": USER,
        "language": "en",
        "subscribe_time": int(START),
        "remark": "备注",
        "groupid": 0,
        "tagid_list": [],
        "subscribe_scene": "ADD_SCENE_QR_CODE",
        "qr_scene": 7,
        "qr_scene_str": "",
    }
    assert (await api.get("user/info", openid=USER))["language"] == "zh_CN"


@pytest.mark.gen_test
async def test_stranger(api: Api, world: World) -> None:
    """Of who does not follow, nothing can be read."""
    world.users.add(USER)
    assert await api.get("user/info", openid=USER) == {"subscribe": 0, "openid": USER}


@pytest.mark.gen_test
async def test_nobody(api: Api) -> None:
    """There has to be an openid, and somebody who has it."""
    assert (await api.get("user/info"))["errcode"] == 41009
    assert (await api.get("user/info", openid="oNobody"))["errcode"] == 40003


@pytest.mark.gen_test
async def test_remark(api: Api, world: World, published: Published) -> None:
    """A remark is kept, read again, and removed by an empty one."""
    user = follower(world)
    assert await remark(api, "老王") == 0
    assert (Change.USER, user) in published
    assert (await api.get("user/info", openid=USER))["remark"] == "老王"
    assert await remark(api, "") == 0
    assert user.remark == ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [("x" * 29, 0), ("x" * 30, 40092), ("名" * 9, 0), ("名" * 10, 40092), (1, 40097)],
)
@pytest.mark.gen_test
async def test_remark_sizes(name: Any, expected: int, api: Api, world: World) -> None:
    """A remark is shorter than thirty bytes, not characters."""
    follower(world)
    assert await remark(api, name) == expected


@pytest.mark.gen_test
async def test_remark_of_nobody(api: Api, world: World) -> None:
    """Only a follower can be named."""
    assert await remark(api, "x", "oNobody") == 40003
    assert await remark(api, "x", ["o"]) == 40003
    world.users.add(USER)
    assert await remark(api, "x") == 40003


@pytest.mark.gen_test
async def test_batch(api: Api, world: World) -> None:
    """Many users are told of at once, each as by itself, in the order asked for."""
    follower(world).tagid_list = [2, 100]
    world.users.add("oStranger")
    users = [{"openid": "oStranger"}, {"openid": USER, "lang": "en"}]
    answer = await api.post("user/info/batchget", {"user_list": users})
    stranger, told = answer["user_info_list"]
    assert stranger == {"subscribe": 0, "openid": "oStranger"}
    assert told == await api.get("user/info", openid=USER, lang="en")
    assert told["tagid_list"] == [2, 100]


@pytest.mark.parametrize(
    ("users", "errcode"),
    [
        ([], 40032),
        ([{"openid": USER}] * 101, 40032),
        (["oUser"], 47001),
        ({"openid": USER}, 47001),
        (None, 47001),
        ([{"openid": "oNobody"}], 40003),
        ([{}], 40003),
        ([{"openid": USER, "lang": 1}], 40097),
    ],
)
@pytest.mark.gen_test
async def test_bad_batch(users: Any, errcode: int, api: Api, world: World) -> None:
    """One to a hundred users, whom there must be."""
    follower(world)
    answer = await api.post("user/info/batchget", {"user_list": users})
    assert answer["errcode"] == errcode


@pytest.mark.gen_test
async def test_full_batch(api: Api, world: World) -> None:
    """A hundred are not too many."""
    follower(world)
    answer = await api.post("user/info/batchget", {"user_list": [{"openid": USER}] * 100})
    assert len(answer["user_info_list"]) == 100
