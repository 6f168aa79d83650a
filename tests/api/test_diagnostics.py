"""Where WeChat pushes from, and whether it reaches the account's URL."""

import json

import pytest

from api.client import Api
from api.diagnostics import CHECK_SECONDS, CallbackCheck, Pinged, Resolved
from api.errors import NoAnswer
from api.transport import REQUEST_SECONDS, Request, Response, Transport
from simulator.platform.state import Platform
from simulator.world import World
from tests.api.platform import calls, failure

CHECK = "/cgi-bin/callback/check"


@pytest.mark.gen_test
async def test_addresses(api: Api, world: World) -> None:
    """The addresses of the pushes, and those of the API, are two questions."""
    assert await api.diagnostics.callback_ips() == ("127.0.0.1",)
    assert await api.diagnostics.api_ips() == ("127.0.0.1",)
    asked = [call.path for call in calls(world)][-2:]
    assert asked == ["/cgi-bin/getcallbackip", "/cgi-bin/get_api_domain_ip"]


@pytest.mark.gen_test
async def test_check(api: Api, world: World) -> None:
    """What the platform resolved and pinged is there, by names."""
    found = await api.diagnostics.check_callback()
    assert found == CallbackCheck(
        dns=(Resolved(ip="127.0.0.1", real_operator="DEFAULT"),),
        ping=(Pinged(ip="127.0.0.1", from_operator="DEFAULT", package_loss="0%", time="0.100ms"),),
        raw=found.raw,
    )
    asked = json.loads(calls(world, CHECK)[-1].request)
    assert asked == {"action": "all", "check_operator": "DEFAULT"}


@pytest.mark.gen_test
async def test_check_a_part(api: Api) -> None:
    """It can be asked for one thing, and from one network."""
    found = await api.diagnostics.check_callback("dns", "UNICOM")
    assert ([one.real_operator for one in found.dns], found.ping) == (["UNICOM"], ())


@pytest.mark.gen_test
async def test_check_takes_its_time(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform has longer for it than for anything else, since it pings."""
    allowed = {}
    fetch = Transport.fetch

    async def timed(transport: Transport, request: Request) -> Response:
        allowed[request.path] = request.seconds
        return await fetch(transport, request)

    monkeypatch.setattr(Transport, "fetch", timed)
    await api.diagnostics.callback_ips()
    await api.diagnostics.check_callback()
    assert allowed[CHECK] == CHECK_SECONDS > allowed["/cgi-bin/getcallbackip"] == REQUEST_SECONDS


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("action", "operator", "words"),
    [
        ("", "DEFAULT", "action must not be empty"),
        ("all", "CHINAMOBILE", "check_operator is 'CHINAMOBILE': it must be one of CAP"),
        ("trace", "DEFAULT", "action is 'trace': it must be one of all, dns, ping"),
    ],
)
async def test_refused(action: str, operator: str, words: str, api: Api, world: World) -> None:
    """What can be asked for is known before anything is sent."""
    with pytest.raises(ValueError, match=words):
        await api.diagnostics.check_callback(action, operator)
    assert not calls(world)


@pytest.mark.gen_test
async def test_no_url(api: Api, platform: Platform) -> None:
    """Where the console has no URL, the platform says so by its number."""
    platform.order(refused={"errcode": 40201, "path": CHECK})
    assert "40201" in str(await failure(api.diagnostics.check_callback()))


@pytest.mark.gen_test
async def test_repeated(api: Api, platform: Platform) -> None:
    """To look twice does no harm."""
    platform.order(lost={"path": CHECK, "calls": 1})
    assert (await api.diagnostics.check_callback()).dns
    platform.order(lost={"path": CHECK})
    assert type(await failure(api.diagnostics.check_callback())) is NoAnswer
