"""Where WeChat comes from, and whether it reaches the service."""

from typing import Any

import pytest

from simulator.world import World
from tests.simulator.platform.calling import Api

DNS = [{"ip": "127.0.0.1", "real_operator": "DEFAULT"}]
PING = [
    {"ip": "127.0.0.1", "from_operator": "DEFAULT", "package_loss": "0%", "time": "0.100ms"},
]


@pytest.mark.parametrize("path", ["getcallbackip", "get_api_domain_ip"])
@pytest.mark.gen_test
async def test_addresses(path: str, api: Api) -> None:
    """Pushes come from this machine, and the API is at it."""
    assert await api.get(path) == {"ip_list": ["127.0.0.1"]}


@pytest.mark.parametrize(
    ("action", "expected"),
    [("dns", {"dns": DNS}), ("ping", {"ping": PING}), ("all", {"dns": DNS, "ping": PING})],
)
@pytest.mark.gen_test
async def test_check(action: str, expected: dict[str, Any], api: Api) -> None:
    """The host of the account's URL is looked up, and answers."""
    fields = {"action": action, "check_operator": "DEFAULT"}
    assert await api.post("callback/check", fields) == expected
    assert await api.post("callback/check", {"action": action}) == expected


@pytest.mark.gen_test
async def test_check_of_a_name(api: Api, world: World) -> None:
    """A name is looked up; of one that is none, there are no addresses."""
    fields = {"action": "dns", "check_operator": "UNICOM"}
    world.configure(account={"url": "http://localhost:8000/"})
    found = (await api.post("callback/check", fields))["dns"]
    assert {"127.0.0.1", "::1"} >= {each["ip"] for each in found} != set()
    assert {each["real_operator"] for each in found} == {"UNICOM"}
    world.configure(account={"url": "http://nothing.invalid/"})
    assert await api.post("callback/check", fields) == {"dns": []}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, 40202),
        ({"action": "trace"}, 40202),
        ({"action": ["dns"]}, 40202),
        ({"action": "dns", "check_operator": "BT"}, 40203),
        ({"action": "dns", "check_operator": ["CAP"]}, 40203),
    ],
)
@pytest.mark.gen_test
async def test_wrong(fields: dict[str, Any], expected: int, api: Api) -> None:
    """There are three actions, and four operators."""
    assert (await api.post("callback/check", fields))["errcode"] == expected
