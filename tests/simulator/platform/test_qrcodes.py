"""带参数二维码: the four kinds, their ranges, and their pictures."""

import struct
from typing import Any

import pytest
import segno

from simulator.platform import qrcodes
from simulator.platform.errors import ApiError
from simulator.platform.state import Platform
from simulator.world import Change
from tests.simulator.platform.calling import Api, Clock
from tests.simulator.platform.conftest import Published

KINDS: list[tuple[str, dict[str, Any], tuple[str, bool, bool]]] = [
    # the scene as it is pushed, whether it is a number, whether the code is permanent
    ("QR_SCENE", {"scene_id": 123}, ("123", True, False)),
    ("QR_STR_SCENE", {"scene_str": "test"}, ("test", False, False)),
    ("QR_LIMIT_SCENE", {"scene_id": 123}, ("123", True, True)),
    ("QR_LIMIT_STR_SCENE", {"scene_str": "123"}, ("123", False, True)),
]
LARGEST = "4294967295"
RANGES: list[tuple[str, Any, str | int]] = [
    ("QR_SCENE", 1, "1"),
    ("QR_SCENE", 0, 40053),
    ("QR_SCENE", 4294967295, LARGEST),
    ("QR_SCENE", 4294967296, LARGEST),
    ("QR_SCENE", -1, LARGEST),
    ("QR_SCENE", 10**400, LARGEST),
    ("QR_SCENE", "1", 40053),
    ("QR_SCENE", 1.0, 40053),
    ("QR_SCENE", True, 40053),
    ("QR_SCENE", None, 40053),
    ("QR_LIMIT_SCENE", 1, "1"),
    ("QR_LIMIT_SCENE", 100000, "100000"),
    ("QR_LIMIT_SCENE", 100001, LARGEST),
    ("QR_LIMIT_SCENE", 0, 40053),
    ("QR_STR_SCENE", "x" * 64, "x" * 64),
    ("QR_STR_SCENE", "x" * 65, 40053),
    ("QR_STR_SCENE", "", 40053),
    ("QR_STR_SCENE", 1, 40053),
    ("QR_LIMIT_STR_SCENE", "场" * 64, "场" * 64),
    ("QR_LIMIT_STR_SCENE", "场" * 65, 40053),
]
WRONG: list[tuple[dict[str, Any], int]] = [
    ({"action_name": "QR"}, 40052),
    ({"action_name": None}, 40052),
    ({"action_name": ["QR_SCENE"]}, 40052),
    ({"action_info": None}, 47001),
    ({"action_info": {}}, 47001),
    ({"action_info": {"scene": 1}}, 47001),
    ({"action_info": {"scene": {}}}, 40053),
    ({"expire_seconds": 0}, 40035),
    ({"expire_seconds": -1}, 40035),
    ({"expire_seconds": 2592001}, 40035),
    ({"expire_seconds": "60"}, 47001),
    ({"expire_seconds": 1.5}, 47001),
    ({"expire_seconds": True}, 47001),
]


async def create(api: Api, name: str, scene: dict[str, Any], **more: Any) -> Any:
    """Return the answer to a request for a code."""
    fields = {"action_name": name, "action_info": {"scene": scene}, **more}
    return await api.post("qrcode/create", fields)


@pytest.mark.parametrize(("name", "scene", "expected"), KINDS)
@pytest.mark.gen_test
async def test_kinds(
    name: str, scene: dict[str, Any], expected: Any, api: Api, published: Published
) -> None:
    """A number or a text, for a time or for ever."""
    answer = await create(api, name, scene, expire_seconds=604800)
    (code,) = api.world.platform.qrcodes
    assert (code.scene, code.is_number, code.permanent) == expected
    expiry = {} if code.permanent else {"expire_seconds": 604800}
    assert answer == {"ticket": code.ticket, "url": code.url, **expiry}
    assert code.expires_at == (None if code.permanent else code.created_at + 604800)
    assert code.url.startswith("http://weixin.qq.com/q/02")
    assert (Change.QRCODE, code) in published


@pytest.mark.parametrize(("name", "scene", "expected"), RANGES)
@pytest.mark.gen_test
async def test_ranges(
    name: str, scene: Any, expected: str | int, api: Api, platform: Platform
) -> None:
    """A number out of range comes back as the largest one; other mistakes are errors."""
    field = "scene_str" if "STR" in name else "scene_id"
    answer = await create(api, name, {field: scene})
    if isinstance(expected, int):
        assert answer["errcode"] == expected
    else:
        assert [code.scene for code in platform.qrcodes] == [expected]


@pytest.mark.parametrize(("wrong", "expected"), WRONG)
@pytest.mark.gen_test
async def test_wrong(wrong: dict[str, Any], expected: int, api: Api) -> None:
    """What the platform cannot make a code of is named by its errcode."""
    good = {"action_name": "QR_SCENE", "action_info": {"scene": {"scene_id": 1}}}
    assert (await api.post("qrcode/create", good | wrong))["errcode"] == expected


@pytest.mark.gen_test
async def test_expiry(api: Api, platform: Platform, clock: Clock) -> None:
    """A code holds for sixty seconds, if nothing else was said, and at most thirty days."""
    answer = await create(api, "QR_SCENE", {"scene_id": 1})
    assert answer["expire_seconds"] == 60
    longest = await create(api, "QR_SCENE", {"scene_id": 2}, expire_seconds=2592000)
    clock.now += 59
    assert platform.qrcodes.find("1")
    assert platform.qrcodes.picture(answer["ticket"])
    clock.now += 1
    assert platform.qrcodes.find("1") is None
    assert platform.qrcodes.find(answer["ticket"]) is None
    assert platform.qrcodes.picture(answer["ticket"]) is None
    assert [code.ticket for code in platform.qrcodes] == [longest["ticket"]]


def test_find(platform: Platform) -> None:
    """A code is found by its ticket, or the newest one by its scene."""
    old = platform.qrcodes.create("s", permanent=False)
    new = platform.qrcodes.create("s", permanent=False)
    assert list(platform.qrcodes) == [new, old]
    assert platform.qrcodes.find(old.ticket) == old
    assert platform.qrcodes.find("s") == new
    assert platform.qrcodes.find("other") is None


def test_permanent_code_is_one(platform: Platform) -> None:
    """For a scene there is one permanent code, however often it is asked for."""
    code = platform.qrcodes.create("1", permanent=True)
    assert platform.qrcodes.create("1", permanent=True) == code
    assert platform.qrcodes.create(1, permanent=True) != code
    assert platform.qrcodes.create("1", permanent=False) != code


def test_permanent_codes_are_few(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """There are so many permanent codes, and any number of others."""
    assert qrcodes.MOST_PERMANENT_CODES == 100_000
    monkeypatch.setattr(qrcodes, "MOST_PERMANENT_CODES", 2)
    known = [platform.qrcodes.create(name, permanent=True) for name in "ab"]
    with pytest.raises(ApiError) as caught:
        platform.qrcodes.create("c", permanent=True)
    assert caught.value.errcode == 45029
    assert platform.qrcodes.create("a", permanent=True) == known[0]
    platform.qrcodes.create("c", permanent=False)


def test_past_codes_are_dropped(platform: Platform, clock: Clock) -> None:
    """Codes of the past do not fill the memory."""
    for _ in range(200):
        platform.qrcodes.create("s", permanent=False)
        clock.now += 30
    assert len(platform.qrcodes._codes) < 20


@pytest.mark.gen_test
async def test_picture(api: Api, platform: Platform) -> None:
    """Whoever has the ticket gets a PNG of the code, without a token; the API knows nothing."""
    code = platform.qrcodes.create("s", permanent=False)
    assert code.ticket.startswith("gQ")
    assert code.ticket.endswith("=")
    response = await api.fetch("showqrcode", token="", query={"ticket": code.ticket})
    assert response.code == 200
    assert response.headers["Content-Type"] == "image/png"
    assert response.body.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", response.body[16:24])
    assert (width, height) == segno.make(code.url, micro=False).symbol_size(scale=10, border=4)
    assert list(api.world.calls) == []


@pytest.mark.parametrize("query", [{}, {"ticket": ""}, {"ticket": "gQ"}, {"ticket": "s"}])
@pytest.mark.gen_test
async def test_no_picture(query: dict[str, str], api: Api, platform: Platform) -> None:
    """A wrong ticket is not found; a scene is no ticket."""
    platform.qrcodes.create("s", permanent=False)
    assert (await api.fetch("showqrcode", token="", query=query)).code == 404
