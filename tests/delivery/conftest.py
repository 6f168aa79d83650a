"""A window on a store in memory, whose durations a test chooses one by one."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from tornado.ioloop import IOLoop

from delivery import ledger
from delivery.times import Times
from stores.sqlite import SQLiteStore
from tests.delivery.bench import Bench, FlakyStore
from tests.delivery.pair import IDLE, Pair, Silence

MakeBench = Callable[..., Bench]
Until = Callable[[Callable[[], object]], Awaitable[None]]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what failed be tried again at once."""
    monkeypatch.setattr(ledger, "RETRY_SECONDS", 0.01)


@pytest.fixture
def make_bench(io_loop: IOLoop, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeBench]:
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
    # What a test leaves under way is not waited for.
    monkeypatch.setattr(ledger, "PUSH_SECONDS", 0.01)
    monkeypatch.setattr(ledger, "LAST_SECONDS", 0.1)
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


@pytest.fixture
def stores(tmp_path: Path, io_loop: IOLoop) -> Iterator[tuple[SQLiteStore, SQLiteStore]]:
    """Return the store as each of the processes opens it."""
    path = tmp_path / "shared.db"
    one, two = [io_loop.run_sync(lambda: SQLiteStore.open(path, shared=True)) for _ in range(2)]
    yield one, two
    for store in (one, two):
        io_loop.run_sync(store.close)


@pytest.fixture
def short() -> dict[str, Any]:
    """Return the durations that are to pass; parametrize it."""
    return {}


@pytest.fixture
def may_push() -> bool:
    """Return whether the account may push; parametrize it."""
    return False


@pytest.fixture
def pair(
    stores: tuple[SQLiteStore, SQLiteStore],
    make_bench: MakeBench,
    short: dict[str, Any],
    may_push: bool,  # noqa: FBT001  # a fixture
) -> Pair:
    """Return the two processes, which push to one platform."""
    options = {"look": 0.02, "idle": IDLE, "may_push": may_push} | short
    a, b = (make_bench(store=cast(FlakyStore, store), **options) for store in stores)
    b.platform.sent = a.platform.sent
    return Pair(a, b)


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> Silence:
    """Return what has a verb of a process's store wait until the event."""

    def make(bench: Bench, verb: str) -> asyncio.Event:
        answers, ask = asyncio.Event(), getattr(bench.store, verb)

        async def wait(*args: Any, **kwargs: Any) -> Any:
            await answers.wait()
            return await ask(*args, **kwargs)

        monkeypatch.setattr(bench.store, verb, wait)
        return answers

    return make
