"""Pages are told of failures as they come, and as they pass with the time."""

import asyncio

import pytest

from simulator.changes import Change
from simulator.phone import stage
from simulator.phone.views import failures_of
from simulator.world import World
from tests.handlers.sending import until
from tests.simulator.phone.pages import OpenAPage, OpenPage


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the clock often."""
    monkeypatch.setattr(stage, "TICK_SECONDS", 0.01)


@pytest.mark.usefixtures("hasty")
@pytest.mark.gen_test
async def test_failures(world: World, open_page: OpenAPage) -> None:
    """How often the service failed is told when it does, and again when that is long ago."""
    now = world.clock()
    world.clock = lambda: now
    world.pusher._clock = lambda: now
    world.configure(account={"token": "another"}, rules={"repeats": 1, "pause_after": 1})
    page = await open_page()
    await page.do("add_user", nickname="a")
    await page.do("follow", user=page.of("user")[0]["user"]["openid"])
    told = await page.until("settings", lambda m: m["settings"]["failures"]["five_minutes"])
    assert told["settings"]["failures"] == {
        "five_minutes": 1,
        "in_a_row": 0,
        "alarm": 30,
        "paused_until": now + 60,
    }
    now += 61
    told = await page.until("settings")
    assert told["settings"]["failures"]["paused_until"] is None
    now += 240
    told = await page.until("settings")
    assert told["settings"]["failures"]["five_minutes"] == 0


@pytest.mark.gen_test
async def test_failures_at_once(
    world: World, open_page: OpenAPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure is told with the push that failed: the clock is not waited for."""
    monkeypatch.setattr(stage, "TICK_SECONDS", 1000.0)
    world.configure(account={"token": "another"}, rules={"repeats": 1})
    page = await open_page()
    await world.user("oMe").text("hi")
    told = await page.until("settings")
    assert told["settings"]["failures"]["five_minutes"] == 1


@pytest.mark.gen_test
async def test_failures_as_another_page_comes(
    page: OpenPage, world: World, open_page: OpenAPage
) -> None:
    """What has changed with the time is told to those who are here when somebody comes."""
    world.pusher.failures.failed(world.clock(), hung_up=True, pause_after=0)
    await open_page()
    told = await page.until("settings")
    assert told["settings"]["failures"] == failures_of(world)
    assert told["settings"]["failures"]["five_minutes"] == 1


@pytest.mark.usefixtures("hasty")
@pytest.mark.gen_test
async def test_nobody_looks(world: World, open_page: OpenAPage) -> None:
    """Without a page nothing is told, and no clock is looked at."""
    page = await open_page()
    await page.close()
    asked = 0

    def clock() -> float:
        nonlocal asked
        asked += 1
        return 0.0

    [changed] = world._listeners
    await until(lambda: not changed.__self__._pages)  # type: ignore[attr-defined]
    world.clock = clock
    world.publish(Change.SETTINGS, world)
    await asyncio.sleep(0.1)
    assert asked == 0
