"""短key托管: a short text for a long one, for a while."""

import re
from typing import Any

import pytest

from simulator.account import AccountKind
from tests.simulator.platform.calling import START, Api, Clock

MONTH = 2_592_000


async def shorten(api: Api, **fields: Any) -> Any:
    """Return the answer to a text that wants a key."""
    return await api.post("shorten/gen", fields)


@pytest.mark.gen_test
async def test_round_trip(api: Api, clock: Clock) -> None:
    """A key is 15 letters and digits, and gives the text back until its time is over."""
    made = await shorten(api, long_data="很长的内容", expire_seconds=60)
    assert made["errcode"] == 0
    assert re.fullmatch("[0-9A-Za-z]{15}", made["short_key"])
    clock.now += 20
    assert await api.post("shorten/fetch", {"short_key": made["short_key"]}) == {
        "errcode": 0,
        "errmsg": "ok",
        "long_data": "很长的内容",
        "create_time": int(START),
        "expire_seconds": 40,
    }
    clock.now += 40
    gone = await api.post("shorten/fetch", {"short_key": made["short_key"]})
    assert gone["errcode"] == 9410012


@pytest.mark.gen_test
async def test_a_month(api: Api) -> None:
    """It lasts 30 days if nothing else is said."""
    made = await shorten(api, long_data="x" * 4096)
    found = await api.post("shorten/fetch", {"short_key": made["short_key"]})
    assert found["expire_seconds"] == MONTH


@pytest.mark.parametrize(
    ("fields", "errcode"),
    [
        ({}, 47003),
        ({"long_data": ""}, 47003),
        ({"long_data": 1}, 47003),
        ({"long_data": "x" * 4097}, 9410010),
        ({"long_data": "好" * 1366}, 9410010),
        ({"long_data": "x", "expire_seconds": 0}, 9410011),
        ({"long_data": "x", "expire_seconds": MONTH + 1}, 9410011),
        ({"long_data": "x", "expire_seconds": "60"}, 47001),
        ({"long_data": "x", "expire_seconds": True}, 47001),
    ],
)
@pytest.mark.gen_test
async def test_refused(fields: dict[str, Any], errcode: int, api: Api) -> None:
    """What is too long, in bytes or in seconds, gets no key."""
    assert (await shorten(api, **fields))["errcode"] == errcode


@pytest.mark.parametrize(
    ("fields", "errcode"),
    [({}, 47003), ({"short_key": ["x"]}, 47003), ({"short_key": "0" * 15}, 9410012)],
)
@pytest.mark.gen_test
async def test_no_such_key(fields: dict[str, Any], errcode: int, api: Api) -> None:
    """A key must be given, and be one that was made."""
    assert (await api.post("shorten/fetch", fields))["errcode"] == errcode


@pytest.mark.gen_test
async def test_keys_apart(api: Api, clock: Clock) -> None:
    """Every text has a key of its own, which outlasts those that are over."""
    brief = await shorten(api, long_data="brief", expire_seconds=1)
    kept = await shorten(api, long_data="kept")
    clock.now += 1
    again = await shorten(api, long_data="kept")
    assert len({made["short_key"] for made in (brief, kept, again)}) == 3
    found = await api.post("shorten/fetch", {"short_key": kept["short_key"]})
    assert found["long_data"] == "kept"


@pytest.mark.parametrize("account_kind", [AccountKind.VERIFIED_SUBSCRIPTION])
@pytest.mark.gen_test
async def test_right(api: Api) -> None:
    """It is a right of verified service accounts."""
    assert (await shorten(api, long_data="x"))["errcode"] == 48001
