"""What is sent again, and what is not: by what the platform really did."""

from collections.abc import Callable

import pytest

from api.client import Api
from api.errors import ApiError, NoAnswer, NoRight, SystemBusy, Unclear
from api.repeating import TRIES
from simulator.account import AccountKind
from simulator.platform.state import Platform
from simulator.world import World
from tests.api.platform import USER, Client, Clock, calls, failure, follower

INFO, SEND = "/cgi-bin/user/info", "/cgi-bin/message/custom/send"


@pytest.fixture(autouse=True)
def wrote(world: World) -> None:
    """Let the user have written."""
    follower(world)


@pytest.mark.gen_test
@pytest.mark.parametrize("fault", ["busy", "bad_gateway"])
async def test_safe(fault: str, api: Api, platform: Platform, world: World, clock: Clock) -> None:
    """A call that only asks goes through what passes, after pauses that grow."""
    platform.order(**{fault: {"path": INFO, "calls": TRIES - 1}})
    assert (await api.users.info(USER)).openid == USER
    assert len(calls(world, INFO)) == TRIES
    first, second = clock.pauses
    assert 0.25 <= first <= 0.5 <= second <= 1.0


@pytest.mark.gen_test
@pytest.mark.parametrize("fault", ["dropped", "lost"])
async def test_broken_connections(fault: str, api: Api, platform: Platform, clock: Clock) -> None:
    """So it does where connections break, one of which libcurl replaces by itself."""
    platform.order(**{fault: {"path": INFO, "calls": TRIES - 1}})
    assert (await api.users.info(USER)).openid == USER
    assert 0 < len(clock.pauses) < TRIES


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("fault", "expected"),
    [("busy", SystemBusy), ("bad_gateway", NoAnswer), ("dropped", NoAnswer), ("lost", NoAnswer)],
)
async def test_not_for_ever(
    fault: str, expected: type[ApiError], api: Api, platform: Platform, world: World
) -> None:
    """What does not pass is said after a few tries."""
    platform.order(**{fault: {"path": INFO}})
    assert type(await failure(api.users.info(USER))) is expected
    assert TRIES <= len(calls(world, INFO)) <= TRIES + 1


@pytest.mark.gen_test
@pytest.mark.parametrize("account_kind", [AccountKind.UNVERIFIED_SUBSCRIPTION])
async def test_refused(api: Api, world: World, clock: Clock) -> None:
    """A refusal is final: nothing is sent again."""
    assert type(await failure(api.users.info(USER))) is NoRight
    assert (len(calls(world, INFO)), clock.pauses) == (1, [])


@pytest.mark.gen_test
@pytest.mark.parametrize("fault", ["bad_gateway", "dropped", "lost"])
async def test_unclear(fault: str, api: Api, platform: Platform, world: World) -> None:
    """A message whose answer never came is unclear, and not sent again, not by libcurl either."""
    await api.send(USER, "first")
    platform.order(**{fault: {"path": SEND, "calls": 1}})
    error = await failure(api.send(USER, "second"))
    assert type(error) is Unclear
    assert error.sent
    assert "may have been done" in str(error)
    shown = [item.content["content"] for item in world.users.add(USER).chat if item.pushed]
    assert shown == (["first", "second"] if fault == "lost" else ["first"])
    assert len(calls(world, SEND)) == 2


@pytest.mark.gen_test
async def test_busy_message(api: Api, platform: Platform, world: World) -> None:
    """A message that the platform was too busy for was not sent, so it is sent again."""
    platform.order(busy={"path": SEND, "calls": 2})
    await api.send(USER, "once")
    assert [item.kind for item in world.users.add(USER).chat] == ["text"]


@pytest.mark.gen_test
async def test_no_connection(client: Client, unused_port: Callable[[], int], clock: Clock) -> None:
    """Where nobody listens nothing was sent: a message is tried again, and is not unclear."""
    api = client.api(base=f"http://127.0.0.1:{unused_port()}")
    api.tokens._adopt(token := client.token())
    error = await failure(api.send(USER, "x"))
    assert type(error) is NoAnswer
    assert not error.sent
    assert len(clock.pauses) == TRIES - 1
    assert token.text not in str(error)
