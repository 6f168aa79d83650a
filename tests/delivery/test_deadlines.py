"""When an attempt's deadline is."""

import asyncio
import time

import pytest

from delivery.deadlines import MOST_LAG
from delivery.policy import Policy
from tests.delivery.bench import Bench, FakeLine, Hook, text
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
