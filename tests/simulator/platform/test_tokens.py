"""Access tokens: the two APIs, how long a token holds, and what every call says of a bad one."""

from typing import Any

import pytest

from simulator.platform.state import Platform
from simulator.world import World
from tests.simulator.platform.calling import Api, Clock

CREDENTIAL = {
    "grant_type": "client_credential",
    "appid": "wx0123456789abcdef",
    "secret": "0123456789abcdef0123456789abcdef",
}
WRONG: list[tuple[dict[str, str], int]] = [
    ({"grant_type": "password"}, 40002),
    ({"grant_type": ""}, 40002),
    ({"appid": ""}, 41002),
    ({"secret": ""}, 41004),
    ({"appid": "wxffffffffffffffff"}, 40013),
    ({"secret": "0" * 32}, 40125),
]


async def classic(api: Api) -> str:
    """Return a new token of /cgi-bin/token."""
    return str((await api.get("token", token="", **CREDENTIAL))["access_token"])


async def stable(api: Api, **more: Any) -> Any:
    """Return the answer of /cgi-bin/stable_token."""
    return await api.post("stable_token", CREDENTIAL | more, token="")


async def errcode(api: Api, token: str) -> int:
    """Return what a call with `token` gets."""
    return int((await api.get("getcallbackip", token=token)).get("errcode", 0))


@pytest.mark.gen_test
async def test_classic(api: Api) -> None:
    """A classic token lasts two hours, and opens a call."""
    answer = await api.get("token", token="", **CREDENTIAL)
    assert set(answer) == {"access_token", "expires_in"}
    assert answer["expires_in"] == 7200
    assert len(answer["access_token"]) > 100
    assert await errcode(api, answer["access_token"]) == 0


@pytest.mark.gen_test
async def test_stable(api: Api) -> None:
    """A stable token lasts two hours, and opens a call."""
    answer = await stable(api)
    assert answer["expires_in"] == 7200
    assert await errcode(api, answer["access_token"]) == 0


@pytest.mark.parametrize(("wrong", "expected"), WRONG)
@pytest.mark.gen_test
async def test_wrong_credentials(wrong: dict[str, str], expected: int, api: Api) -> None:
    """Both APIs say what is wrong with the credentials."""
    given = CREDENTIAL | wrong
    assert (await api.get("token", token="", **given))["errcode"] == expected
    assert (await stable(api, **wrong))["errcode"] == expected


@pytest.mark.parametrize("name", CREDENTIAL)
@pytest.mark.gen_test
async def test_missing_credentials(name: str, api: Api) -> None:
    """What is missing is as wrong as what is empty."""
    given = {key: value for key, value in CREDENTIAL.items() if key != name}
    expected = {"grant_type": 40002, "appid": 41002, "secret": 41004}[name]
    assert (await api.get("token", token="", **given))["errcode"] == expected
    assert (await api.post("stable_token", given, token=""))["errcode"] == expected


@pytest.mark.gen_test
async def test_wrong_methods(api: Api) -> None:
    """The one is a GET, the other a POST."""
    assert (await api.post("token", CREDENTIAL, token=""))["errcode"] == 43001
    assert (await api.get("stable_token", token="", **CREDENTIAL))["errcode"] == 43002


@pytest.mark.gen_test
async def test_force_must_be_a_boolean(api: Api) -> None:
    """Text is not taken for true."""
    assert (await stable(api, force_refresh="true"))["errcode"] == 47001


@pytest.mark.gen_test
async def test_new_classic_token_ends_the_old_one(api: Api, clock: Clock) -> None:
    """For five minutes both are good; then the old one is not the latest."""
    old, new = await classic(api), await classic(api)
    assert old != new
    clock.now += 299
    assert (await errcode(api, old), await errcode(api, new)) == (0, 0)
    clock.now += 1
    assert (await errcode(api, old), await errcode(api, new)) == (40001, 0)


@pytest.mark.gen_test
async def test_overlap_does_not_lengthen_a_life(api: Api, clock: Clock) -> None:
    """A token that is replaced a minute before its end ends after that minute."""
    old = await classic(api)
    clock.now += 7140
    await classic(api)
    clock.now += 59
    assert await errcode(api, old) == 0
    clock.now += 1
    assert await errcode(api, old) == 42001


@pytest.mark.gen_test
async def test_expiry(api: Api, clock: Clock) -> None:
    """After two hours a token is expired, which is another error than invalid."""
    token = await classic(api)
    clock.now += 7199
    assert await errcode(api, token) == 0
    clock.now += 1
    assert await errcode(api, token) == 42001


@pytest.mark.gen_test
async def test_isolation(api: Api, clock: Clock) -> None:
    """Neither API ends a token of the other."""
    shared = (await stable(api))["access_token"]
    token = await classic(api)
    clock.now += 301
    assert await errcode(api, shared) == 0
    await stable(api, force_refresh=True)
    clock.now += 301
    assert await errcode(api, token) == 0


@pytest.mark.gen_test
async def test_stable_token_stays(api: Api, clock: Clock) -> None:
    """Until five minutes before its end everybody gets the same; then both hold."""
    first = await stable(api)
    clock.now += 6899
    again = await stable(api)
    assert again == {"access_token": first["access_token"], "expires_in": 301}
    clock.now += 1
    other = await stable(api)
    assert other["access_token"] != first["access_token"]
    assert other["expires_in"] == 7200
    clock.now += 299
    assert await errcode(api, first["access_token"]) == 0
    clock.now += 1
    assert await errcode(api, first["access_token"]) == 42001
    assert await errcode(api, other["access_token"]) == 0


@pytest.mark.gen_test
async def test_force(api: Api, clock: Clock) -> None:
    """A forced refresh gives another token; the old one is good for a moment."""
    old = (await stable(api))["access_token"]
    new = (await stable(api, force_refresh=True))["access_token"]
    assert new != old
    clock.now += 299
    assert await errcode(api, old) == 0
    clock.now += 1
    assert await errcode(api, old) == 40001


@pytest.mark.gen_test
async def test_force_too_soon(api: Api, clock: Clock) -> None:
    """Within thirty seconds of the last, a forced refresh gives the same token."""
    await stable(api)
    token = (await stable(api, force_refresh=True))["access_token"]
    clock.now += 29
    assert (await stable(api, force_refresh=True))["access_token"] == token
    clock.now += 1
    assert (await stable(api, force_refresh=True))["access_token"] != token


@pytest.mark.gen_test
async def test_force_too_often(api: Api, clock: Clock) -> None:
    """Twenty forced refreshes a day are enough, until midnight in Beijing."""
    await stable(api)
    for _ in range(20):
        clock.now += 30
        assert "access_token" in await stable(api, force_refresh=True)
    clock.now += 30
    assert (await stable(api, force_refresh=True))["errcode"] == 45009
    assert "access_token" in await stable(api)
    clock.now += 7200
    assert "access_token" in await stable(api, force_refresh=True)


@pytest.mark.parametrize(
    ("token", "expected"),
    [("short", 40014), ("x" * 513, 40014), ("带" * 40, 40014), (f"{'x' * 60} ", 40014)],
)
@pytest.mark.gen_test
async def test_malformed(token: str, expected: int, api: Api) -> None:
    """What cannot be a token is told from one that is not known."""
    assert await errcode(api, token) == expected
    assert await errcode(api, "x" * 60) == 40001


@pytest.mark.gen_test
async def test_missing(api: Api) -> None:
    """A call without a token, or with an empty one, says so before anything else."""
    assert (await api.get("menu/create", token=""))["errcode"] == 41001
    assert (await api.get("getcallbackip", token="", access_token=""))["errcode"] == 41001


@pytest.mark.gen_test
async def test_token_of_another_account(api: Api, world: World) -> None:
    """A token is good for the account that it was given to."""
    token = await classic(api)
    world.configure(account={"app_id": "wxffffffffffffffff"})
    assert await errcode(api, token) == 40001


def test_old_tokens_are_forgotten(platform: Platform, clock: Clock) -> None:
    """A day after its end a token is not known any more, so that few are kept."""
    text = platform.tokens.classic("a").text
    clock.now += 7200 + 86400
    platform.tokens.classic("a")
    assert text not in platform.tokens._known
