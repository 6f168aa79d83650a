"""A window on a store in memory, whose durations a test chooses one by one."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from tornado.ioloop import IOLoop

from delivery import ledger
from delivery.times import Times
from tests.delivery.bench import Bench, FlakyStore

MakeBench = Callable[..., Bench]
Until = Callable[[Callable[[], object]], Awaitable[None]]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what failed be tried again at once."""
    monkeypatch.setattr(ledger, "RETRY_SECONDS", 0.01)


@pytest.fixture
def make_bench(io_loop: IOLoop) -> Iterator[MakeBench]:
    """Return what makes a bench, of which some durations are given."""
    made: list[Bench] = []

    def make(
        *,
        may_push: bool = False,
        budget: int = 0,
        pickup: str = "查看",
        store: FlakyStore | None = None,
        **short: Any,
    ) -> Bench:
        # A store in memory is quick; a machine may not be.
        times = replace(Times(approach=0.05, silent=30.0, journal=30.0), **short)
        bench = Bench(times, may_push=may_push, budget=budget, pickup=pickup, store=store)
        made.append(bench)
        return bench

    yield make
    for bench in made:
        io_loop.run_sync(bench.close)


@pytest.fixture
def bench(make_bench: MakeBench) -> Bench:
    """Return one whose durations are WeChat's."""
    return make_bench()


@pytest.fixture
def until() -> Until:
    """Return what waits until something is so."""

    async def wait(condition: Callable[[], object]) -> None:
        async with asyncio.timeout(25):
            while not condition():  # noqa: ASYNC110
                await asyncio.sleep(0.002)

    return wait
