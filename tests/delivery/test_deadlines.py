"""When an attempt's deadline is."""

import asyncio
import time

import pytest

from delivery.deadlines import MOST_LAG
from delivery.policy import Policy
from tests.delivery.bench import NOW, Bench, FakeLine, Hook, text
from tests.delivery.conftest import Until


async def begun(bench: Bench) -> FakeLine:
    """Return an attempt that has begun."""
    line = bench.attempt(text(), Hook(), Policy(deadline=4.0))
    await asyncio.sleep(0)
    return line


@pytest.mark.gen_test
async def test_lag(bench: Bench, until: Until) -> None:
    """A loop that was late of late has its deadlines sooner, within bounds."""
    line = await begun(bench)
    attempt = line.attempt
    assert attempt
    deadlines = bench.window.deadlines
    await asyncio.sleep(bench.times.approach)
    time.sleep(0.2)  # noqa: ASYNC251
    await until(lambda: deadlines.lag > 0.1)
    assert deadlines.of(attempt) == pytest.approx(attempt.arrived + 4.0 - deadlines.lag)
    deadlines._lag = 100.0
    assert deadlines.lag == MOST_LAG * bench.times.window
    await until(lambda: deadlines._lag < 50.0)
    bench.hang_up(line)


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("age", "since", "left"),
    [
        pytest.param(3, 0.5, 1.0, id="waited-to-be-accepted"),
        pytest.param(7, 0.5, 2.0, id="the-second-attempt"),
        pytest.param(4, 0.5, 0.5, id="something-is-left"),
        pytest.param(3, 1.5, 4.0, id="came-while-it-served"),
    ],
)
async def test_queued(*, age: float, since: float, left: float, bench: Bench) -> None:
    """What waited for the process to serve has less of WeChat's time left."""
    bench.now = NOW + age - since
    bench.window.open()
    bench.now = NOW + age
    line = await begun(bench)
    attempt = line.attempt
    assert attempt
    assert bench.window.deadlines.of(attempt) == pytest.approx(attempt.arrived + left)
    bench.hang_up(line)
