"""How many calls a day and a minute there may be, and clear_quota."""

from typing import Any

import pytest

from simulator.account import AccountKind
from simulator.platform.days import day, month
from simulator.platform.errors import ApiError
from simulator.platform.limits import A_DAY, Limits
from simulator.platform.state import Platform
from tests.simulator.platform.calling import START, Api, Clock
from tests.simulator.platform.test_tokens import CREDENTIAL

LIMITS = {
    "token": 2_000,
    "stable_token": 500_000,
    "getcallbackip": 5_000,
    "message/custom/send": 500_000,
    "message/template/send": 100_000,
    "qrcode/create": 100_000,
    "menu/create": 1_000,
    "menu/addconditional": 2_000,
    "menu/delconditional": 2_000,
    "menu/trymatch": 20_000,
    "user/info": 500_000,
}
GETS = {"token", "getcallbackip", "user/info"}
APP = {"appid": CREDENTIAL["appid"]}


async def call(api: Api, path: str) -> Any:
    """Return the answer to a call that reaches its function, and may well be refused there."""
    return await (api.get(path) if path in GETS else api.post(path, {}))


def test_table() -> None:
    """The limits are the platform's."""
    assert {f"/cgi-bin/{path}": most for path, most in LIMITS.items()} == dict(A_DAY)


@pytest.mark.parametrize("path", LIMITS)
@pytest.mark.gen_test
async def test_a_day(path: str, api: Api, platform: Platform, clock: Clock) -> None:
    """The last call of the day is served, the one after it not, until midnight."""
    clock.now += 60  # another minute than that of a test's first call
    platform.limits.count("/cgi-bin/else")
    platform.limits._today[f"/cgi-bin/{path}"] = LIMITS[path] - 1
    assert (await call(api, path)).get("errcode") != 45009
    assert (await call(api, path))["errcode"] == 45009
    clock.now += 7200
    assert (await call(api, path)).get("errcode") != 45009


def test_paths_are_counted_apart(clock: Clock) -> None:
    """A path that is used up leaves the others."""
    limits = Limits(clock)
    for _ in range(1_000):
        limits.count("/cgi-bin/menu/create")
    with pytest.raises(ApiError) as caught:
        limits.count("/cgi-bin/menu/create")
    assert caught.value.errcode == 45009
    limits.count("/cgi-bin/user/info")
    for _ in range(10_001):
        limits.count("/cgi-bin/menu/get")  # no limit is published


@pytest.mark.gen_test
async def test_a_minute(api: Api, platform: Platform, clock: Clock) -> None:
    """The stable token may be asked for ten thousand times a minute."""
    for _ in range(9_999):
        platform.limits.count("/cgi-bin/stable_token")
    assert "access_token" in await api.post("stable_token", CREDENTIAL)
    assert (await api.post("stable_token", CREDENTIAL))["errcode"] == 45011
    clock.now += 60
    assert "access_token" in await api.post("stable_token", CREDENTIAL)


@pytest.mark.gen_test
async def test_failed_calls_count_too(api: Api, platform: Platform) -> None:
    """A wrong secret uses up a call; a wrong token, and a path without a right to it, none."""
    await api.get("token", token="", **(CREDENTIAL | {"secret": "x"}))
    assert platform.limits._today["/cgi-bin/token"] == 1
    await api.get("user/info", token="x" * 60)
    api.world.configure(account={"kind": AccountKind.UNVERIFIED_SUBSCRIPTION})
    await api.get("user/info")
    assert platform.limits._today["/cgi-bin/user/info"] == 0


@pytest.mark.gen_test
async def test_clear(api: Api, platform: Platform) -> None:
    """clear_quota sets the day's calls back."""
    for _ in range(1_000):
        platform.limits.count("/cgi-bin/menu/create")
    assert (await api.post("menu/create", {}))["errcode"] == 45009
    assert (await api.post("clear_quota", APP))["errcode"] == 0
    assert (await api.post("menu/create", {}))["errcode"] == 40016


@pytest.mark.gen_test
async def test_clear_by_secret(api: Api, platform: Platform) -> None:
    """Where there is no token for today any more, the secret does."""
    for _ in range(2_000):
        platform.limits.count("/cgi-bin/token")
    query = APP | {"appsecret": CREDENTIAL["secret"]}
    wrong = query | {"appsecret": "x"}
    path = "clear_quota/v2"
    assert (await api.post(path, b"", token="", **wrong))["errcode"] == 40125
    assert (await api.post(path, b"", token="", **(query | {"appid": "x"})))["errcode"] == 40013
    assert (await api.get("token", token="", **CREDENTIAL))["errcode"] == 45009
    assert (await api.post(path, b"", token="", **query))["errcode"] == 0
    assert "access_token" in await api.get("token", token="", **CREDENTIAL)


@pytest.mark.parametrize("body", [{}, {"appid": "wxffffffffffffffff"}, {"appid": 1}])
@pytest.mark.gen_test
async def test_clear_of_another_account(body: dict[str, Any], api: Api) -> None:
    """The app id has to be the account's own."""
    assert (await api.post("clear_quota", body))["errcode"] == 40013


@pytest.mark.gen_test
async def test_clear_too_often(api: Api, clock: Clock) -> None:
    """Ten times a month, by Beijing's calendar."""
    for _ in range(10):
        assert (await api.post("clear_quota", APP))["errcode"] == 0
    assert (await api.post("clear_quota", APP))["errcode"] == 48006
    clock.now += 8 * 86400
    assert month(clock.now) == month(START)
    assert (await api.post("clear_quota", APP))["errcode"] == 48006
    clock.now += 2 * 86400
    assert (await api.post("clear_quota", APP))["errcode"] == 0


def test_days_are_of_beijing() -> None:
    """A day begins at 16:00 UTC."""
    midnight = 1_790_006_400.0
    assert (day(midnight - 1), day(midnight)) == ("2026-09-21", "2026-09-22")
    assert month(midnight) == "2026-09"
