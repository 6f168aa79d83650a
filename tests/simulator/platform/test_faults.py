"""The faults to order: what each does, to which calls, and to how many of them."""

import asyncio
import json
from dataclasses import asdict
from typing import Any

import pytest
from tornado.simple_httpclient import HTTPStreamClosedError, HTTPTimeoutError

from simulator.platform.faults import ApiFaults, ErrcodeScope, Scope, SlowScope
from simulator.platform.quotas import Trigger
from simulator.platform.state import Platform
from simulator.world import Change, World
from tests.simulator.platform.calling import USER, Api, Clock, answer, follower, last
from tests.simulator.platform.conftest import Published
from tests.simulator.platform.test_tokens import CREDENTIAL

ERRORS = {"busy": -1, "not_whitelisted": 40164, "quota": 45009}
KNOWN = {
    40031: "invalid openid list",
    40032: "invalid openid list size",
    40243: "appsecret is frozen",
    43101: "user refuse to accept the msg",
    45007: "playtime out of limit",
    48002: "user block receive message",
    48004: "api forbidden for irregularities, view detail on mp.weixin.qq.com",
    50001: "user unauthorized",
    50002: "user limited",
    50007: "account frozen",
    61004: "access clientip is not registered",
    65301: "this menu is not conditionalmenu",
    65302: "no such user",
    65303: "there is no selfmenu, please create selfmenu first",
    65304: "match rule empty",
    65320: "invalid match rule",
    89503: "not in whitelist, and the administrator has to confirm",
    89506: "the ip was refused by the administrator twice in 24 hours",
    89507: "the ip was refused by the administrator within an hour",
    9410010: "long_data size out of limit",
    9410011: "expire_seconds out of limit",
    9410012: "short_key no exist or expired",
    12345: "invalid request",
}
ENDED = {"revoked": 40001, "expired": 42001}
MESSAGE = json.dumps({"touser": USER, "msgtype": "text", "text": {"content": "x"}})
IPS = {"ip_list": ["127.0.0.1"]}


async def errcode(api: Api, path: str = "getcallbackip", token: str | None = None) -> int:
    """Return what a call gets."""
    return int((await api.get(path, token=token)).get("errcode", 0))


async def closed(api: Api, path: str = "getcallbackip") -> bool:
    """Return whether the connection was closed without an answer."""
    try:
        await api.fetch(path)
    except HTTPStreamClosedError:
        return True
    return False


async def sent(api: Api, **options: Any) -> None:
    """Send a customer service message, of which no answer comes."""
    follower(api.world)
    api.world.platform.quotas.trigger(USER, Trigger.MESSAGE)
    with pytest.raises((HTTPStreamClosedError, HTTPTimeoutError)):
        await api.fetch("message/custom/send", method="POST", body=MESSAGE, **options)


@pytest.mark.parametrize(("name", "expected"), ERRORS.items())
@pytest.mark.gen_test
async def test_errors(name: str, expected: int, api: Api, platform: Platform) -> None:
    """All calls get the error until it is called off, those for tokens too."""
    platform.order(**{name: {}})
    for _ in range(3):
        assert await errcode(api) == expected
        assert (await api.get("token", token="", **CREDENTIAL))["errcode"] == expected
        assert (await api.post("stable_token", CREDENTIAL, token=""))["errcode"] == expected
    platform.order(**{name: None})
    assert await errcode(api) == 0


@pytest.mark.gen_test
async def test_refused(api: Api, platform: Platform) -> None:
    """Any errcode can be ordered, for so many calls and the paths that begin so."""
    platform.order(refused={"errcode": 48001, "path": "/cgi-bin/getcallback", "calls": 2})
    assert await errcode(api, "get_api_domain_ip") == 0
    assert await errcode(api) == 48001
    assert platform.faults.refused == ErrcodeScope(
        errcode=48001, path="/cgi-bin/getcallback", calls=1
    )
    refused = await api.get("getcallbackip")
    assert refused["errcode"] == 48001
    assert refused["errmsg"].startswith("api unauthorized rid: ")
    assert platform.faults.refused is None
    assert await errcode(api) == 0
    platform.order(refused={"errcode": 12345})
    assert (await api.post("stable_token", CREDENTIAL, token=""))["errcode"] == 12345


@pytest.mark.parametrize(("code", "text"), KNOWN.items())
@pytest.mark.gen_test
async def test_text_of_an_errcode(code: int, text: str, api: Api, platform: Platform) -> None:
    """An errcode comes with its own text, and a number for the support."""
    platform.order(refused={"errcode": code})
    assert (await api.get("getcallbackip"))["errmsg"].startswith(f"{text} rid: 6")


@pytest.mark.parametrize("code", [0, True, "48001", None, 1.5])
def test_no_errcode(code: Any, platform: Platform) -> None:
    """What is no errcode cannot be ordered."""
    with pytest.raises(ValueError, match="an errcode is a number other than 0"):
        platform.order(refused={"errcode": code})


@pytest.mark.gen_test
async def test_not_whitelisted_text(api: Api, platform: Platform) -> None:
    """The address that has to be put on the list is told."""
    platform.order(not_whitelisted={})
    text = (await api.get("getcallbackip"))["errmsg"]
    assert text.startswith("invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist rid: 6")


@pytest.mark.parametrize("name", [*ERRORS, *ENDED])
@pytest.mark.gen_test
async def test_calls(name: str, api: Api, platform: Platform, published: Published) -> None:
    """The next two calls have the fault, and then it is off; each change is published."""
    expected = (ERRORS | ENDED)[name]
    token = api.token
    platform.order(**{name: {"calls": 2}})
    assert await errcode(api, token=token) == expected
    assert getattr(platform.faults, name) == Scope(calls=1)
    assert await errcode(api, token=token) == expected
    assert getattr(platform.faults, name) is None
    assert await errcode(api, token=token) == 0
    settings = [value for change, value in published if change is Change.SETTINGS]
    assert settings == [api.world] * 3


@pytest.mark.parametrize("name", [*ERRORS, *ENDED])
@pytest.mark.gen_test
async def test_path(name: str, api: Api, platform: Platform) -> None:
    """Only calls whose path begins so have the fault, and only they are counted."""
    expected = (ERRORS | ENDED)[name]
    token = api.token
    platform.order(**{name: {"path": "/cgi-bin/menu/", "calls": 1}})
    assert await errcode(api, token=token) == 0
    assert await errcode(api, "menu/get", token=token) == expected
    assert await errcode(api, "menu/get", token=token) == 46003


@pytest.mark.gen_test
async def test_quota_until_it_is_cleared(api: Api, platform: Platform) -> None:
    """clear_quota is let through, and ends it."""
    platform.order(quota={})
    assert await errcode(api) == 45009
    cleared = await api.post("clear_quota", {"appid": CREDENTIAL["appid"]})
    assert cleared["errcode"] == 0
    assert platform.faults.quota is None
    assert await errcode(api) == 0


@pytest.mark.parametrize(("name", "expected"), ENDED.items())
@pytest.mark.gen_test
async def test_tokens_end(name: str, expected: int, api: Api, platform: Platform) -> None:
    """The tokens that there are are ended at once, those of both APIs; new ones work."""
    shared = api.token
    classic = (await api.get("token", token="", **CREDENTIAL))["access_token"]
    platform.order(**{name: {}})
    assert await errcode(api, token=shared) == expected
    assert await errcode(api, token=classic) == expected
    renewed = (await api.post("stable_token", CREDENTIAL, token=""))["access_token"]
    assert renewed != shared
    assert (await api.post("stable_token", CREDENTIAL, token=""))["access_token"] == renewed
    assert await errcode(api, token=renewed) == 0
    new = (await api.get("token", token="", **CREDENTIAL))["access_token"]
    assert await errcode(api, token=new) == 0
    assert await errcode(api, token=classic) == expected


@pytest.mark.parametrize(("name", "expected"), ENDED.items())
@pytest.mark.gen_test
async def test_tokens_end_again(name: str, expected: int, api: Api, platform: Platform) -> None:
    """Ordered anew, it ends the tokens that there are now, though the order is the same."""
    platform.order(**{name: {"calls": 1}})
    token = api.token
    assert await errcode(api, token=token) == 0
    platform.order(**{name: {"calls": 1}})
    assert await errcode(api, token=token) == expected


@pytest.mark.gen_test
async def test_another_order_ends_no_token(api: Api, platform: Platform) -> None:
    """While tokens are ended, another order leaves the new ones alone."""
    platform.order(revoked={})
    token = api.token
    platform.order(busy={"path": "/cgi-bin/menu/"})
    assert await errcode(api, token=token) == 0


@pytest.mark.gen_test
async def test_dropped(api: Api, platform: Platform, world: World) -> None:
    """The connection is closed, and nothing was done."""
    platform.order(dropped={"path": "/cgi-bin/message/"})
    await sent(api)
    assert follower(world).chat == []
    call = world.calls[-1]
    assert (call.status, call.errcode) == (0, 0)
    assert call.answer == "the connection was closed without an answer"
    assert call.request == MESSAGE
    assert await errcode(api) == 0


@pytest.mark.gen_test
async def test_lost(api: Api, platform: Platform, world: World) -> None:
    """The connection is closed, and what was asked for was done."""
    platform.order(lost={"calls": 1})
    await sent(api)
    assert last(world) == ("text", {"content": "x"})
    call = world.calls[-1]
    assert call.status == 0
    assert call.answer == 'the answer was lost: {"errcode":0,"errmsg":"ok"}'
    assert await errcode(api) == 0


@pytest.mark.parametrize("name", ["dropped", "lost"])
@pytest.mark.gen_test
async def test_closed_calls(name: str, api: Api, platform: Platform) -> None:
    """So many calls are closed, at paths that begin so."""
    platform.order(**{name: {"path": "/cgi-bin/menu", "calls": 2}})
    assert not await closed(api)
    assert await closed(api, "menu/get")
    assert await closed(api, "menu/get")
    assert not await closed(api, "menu/get")


@pytest.mark.gen_test
async def test_bad_gateway(api: Api, platform: Platform, world: World) -> None:
    """A gateway's page, with its status."""
    platform.order(bad_gateway={"calls": 1})
    response = await api.fetch("getcallbackip")
    assert (response.code, response.headers["Content-Type"]) == (502, "text/html")
    assert response.body.startswith(b"<html>")
    assert (world.calls[-1].status, world.calls[-1].errcode) == (502, 0)
    assert await errcode(api) == 0


@pytest.mark.gen_test
async def test_slow(api: Api, platform: Platform, world: World) -> None:
    """The answer comes late, and what was asked for is done at once."""
    platform.order(slow={"seconds": 0.3, "calls": 1})
    assert answer(await api.fetch("getcallbackip")) == IPS
    assert world.calls[-1].seconds >= 0.3
    assert answer(await api.fetch("getcallbackip")) == IPS
    assert world.calls[-1].seconds < 0.3


@pytest.mark.gen_test
async def test_slower_than_the_caller(api: Api, platform: Platform, world: World) -> None:
    """Who gives up waiting for a message has still sent it."""
    platform.order(slow={"seconds": 1})
    recorded = asyncio.Event()
    world.listen(lambda change, _: recorded.set() if change is Change.CALL else None)
    await sent(api, request_timeout=0.3)
    assert last(world) == ("text", {"content": "x"})
    await recorded.wait()
    assert world.calls[-1].status == 200


@pytest.mark.gen_test
async def test_together(api: Api, platform: Platform, world: World) -> None:
    """A late answer may be an error, or be lost; of errors the first counts."""
    platform.order(slow={"seconds": 0.1}, busy={}, quota={"calls": 1})
    assert await errcode(api) == -1
    assert world.calls[-1].seconds >= 0.1
    assert platform.faults.quota == Scope(calls=1)
    platform.order(lost={})
    assert await closed(api)
    assert (world.calls[-1].status, world.calls[-1].errcode) == (0, -1)
    assert world.calls[-1].seconds >= 0.1


@pytest.mark.gen_test
async def test_refused_call_does_nothing(api: Api, platform: Platform) -> None:
    """A call that gets an error to order is neither counted nor carried out."""
    platform.order(busy={})
    await api.get("token", token="", **CREDENTIAL)
    assert platform.limits._today == {}


@pytest.mark.gen_test
async def test_picture_is_spared(api: Api, platform: Platform) -> None:
    """The picture of a code is no part of the API."""
    code = platform.qrcodes.create("s", permanent=False)
    platform.order(dropped={})
    response = await api.fetch("showqrcode", token="", query={"ticket": code.ticket})
    assert response.code == 200


def test_replaced(platform: Platform, world: World, published: Published) -> None:
    """The faults may be set as one value, too."""
    faults = ApiFaults(busy=Scope(path="/cgi-bin/menu", calls=3), slow=SlowScope(seconds=2))
    platform.faults = faults
    assert platform.faults == faults
    assert published == [(Change.SETTINGS, world)]


def test_single_ones_are_changed(platform: Platform) -> None:
    """What is not named stays, and what comes back may be ordered again as it is."""
    platform.order(busy={"calls": 2}, slow={"seconds": 3, "path": "/cgi-bin/token"})
    platform.order(quota=Scope())
    assert platform.faults == ApiFaults(
        busy=Scope(calls=2), slow=SlowScope(seconds=3, path="/cgi-bin/token"), quota=Scope()
    )
    platform.order(refused={"errcode": -1, "calls": 3})
    assert platform.faults.refused == ErrcodeScope(errcode=-1, calls=3)
    before = platform.faults
    platform.order(**json.loads(json.dumps(asdict(platform.faults))))
    assert platform.faults == before


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"bust": {}}, "there is no fault bust"),
    ({"busy": True}, "busy is not an object or null"),
    ({"busy": {"paths": "/"}}, "busy has no paths"),
    ({"busy": {"seconds": 1}}, "busy has no seconds"),
    ({"busy": {"path": "cgi-bin"}}, "begins with /"),
    ({"busy": {"path": None}}, "begins with /"),
    ({"busy": {"calls": 0}}, "at least one call"),
    ({"busy": {"calls": -1}}, "at least one call"),
    ({"busy": {"calls": 1.5}}, "at least one call"),
    ({"busy": {"calls": True}}, "at least one call"),
    ({"slow": {"seconds": 0}}, "more than 0 and at most 600"),
    ({"slow": {"seconds": 601}}, "more than 0 and at most 600"),
    ({"slow": {"seconds": float("nan")}}, "more than 0 and at most 600"),
    ({"slow": {"seconds": "5"}}, "more than 0 and at most 600"),
    ({"slow": {"seconds": True}}, "more than 0 and at most 600"),
    ({"slow": {"calls": 0}}, "at least one call"),
    ({"slow": Scope()}, "slow is not a SlowScope or None"),
    ({"refused": {}}, "refused needs errcode"),
    ({"refused": {"calls": 1}}, "refused needs errcode"),
    ({"refused": {"errcode": 48001, "calls": 0}}, "at least one call"),
    ({"refused": Scope()}, "refused is not a ErrcodeScope or None"),
]


@pytest.mark.parametrize(("values", "text"), WRONG)
def test_wrong(values: dict[str, Any], text: str, platform: Platform, clock: Clock) -> None:
    """A wrong order is refused in words, and changes nothing."""
    with pytest.raises(ValueError, match=text):
        platform.order(quota={}, **values)
    assert platform.faults == ApiFaults()


def test_wrong_value_of_all() -> None:
    """A value that is none cannot be held."""
    with pytest.raises(ValueError, match="busy is not a Scope or None"):
        ApiFaults(busy=True)  # type: ignore[arg-type]
