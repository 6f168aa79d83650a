"""短key托管: a short text for a long one, and back."""

import re
from typing import Any

import pytest

from api.client import Api
from api.errors import NoRight
from api.shortkeys import LONGEST, LongData
from simulator.account import AccountKind
from simulator.platform.state import Platform
from simulator.world import World
from tests.api.platform import START, Clock, calls, failure

GENERATE = "/cgi-bin/shorten/gen"
DATA = "订单 1234 \\u4f60 😀\n" + "x" * 4000


@pytest.mark.gen_test
async def test_round_trip(api: Api, clock: Clock) -> None:
    """A key stands for its text, to the last character, for as long as was said."""
    key = await api.shortkeys.create(DATA, expire_seconds=100)
    assert key.short_key.isalnum()
    assert len(key.short_key) == 15
    clock.now += 40
    data = await api.shortkeys.fetch(key.short_key)
    assert data == LongData(long_data=DATA, create_time=int(START), expire_seconds=60, raw=data.raw)
    clock.now += 60
    assert "9410012" in str(await failure(api.shortkeys.fetch(key.short_key)))


@pytest.mark.gen_test
async def test_thirty_days(api: Api) -> None:
    """It lasts as long as it may if nothing is said."""
    key = await api.shortkeys.create("x")
    assert (await api.shortkeys.fetch(key.short_key)).expire_seconds == LONGEST


@pytest.mark.gen_test
async def test_most(api: Api) -> None:
    """4 KB can be kept."""
    key = await api.shortkeys.create("你" * 1365 + "x")
    assert len((await api.shortkeys.fetch(key.short_key)).long_data.encode()) == 4096


@pytest.mark.gen_test
async def test_repeated(api: Api, platform: Platform) -> None:
    """A second key does no harm: where the answer is lost, another is made."""
    platform.order(lost={"path": GENERATE, "calls": 1})
    assert (await api.shortkeys.create("x")).short_key


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("data", "options", "error"),
    [
        ("x" * 4097, {}, ValueError("long_data has 4097 bytes: the limit is 4096")),
        ("你" * 1366, {}, ValueError("long_data has 4098 bytes")),
        ("", {}, ValueError("long_data must not be empty")),
        (b"x", {}, TypeError("long_data must be str, not bytes")),
        ("a\x00b", {}, ValueError("long_data has '\\x00', which cannot be sent")),
        ("x", {"expire_seconds": 0}, ValueError("expire_seconds is 0: it must be from 1")),
        ("x", {"expire_seconds": LONGEST + 1}, ValueError("from 1 to 2592000")),
        ("x", {"expire_seconds": "60"}, TypeError("expire_seconds must be int, not str")),
    ],
)
async def test_refused(data: Any, options: Any, error: Exception, api: Api, world: World) -> None:
    """What could not be kept, or not whole, is refused before anything is sent."""
    with pytest.raises(type(error), match=re.escape(str(error))):
        await api.shortkeys.create(data, **options)
    assert not calls(world)


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("key", "words"),
    [("", "short_key must not be empty"), ("x" * 65, "short_key has 65 bytes: the limit is 64")],
)
async def test_refused_key(key: str, words: str, api: Api, world: World) -> None:
    """So is what can be no key."""
    with pytest.raises(ValueError, match=words):
        await api.shortkeys.fetch(key)
    assert not calls(world)


@pytest.mark.gen_test
@pytest.mark.parametrize("account_kind", [AccountKind.UNVERIFIED_SERVICE])
async def test_no_right(api: Api) -> None:
    """Not every account may."""
    assert isinstance(await failure(api.shortkeys.create("x")), NoRight)
