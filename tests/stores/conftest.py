"""Stores that a test opens, and closes whatever becomes of it."""

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tornado.ioloop import IOLoop

from stores.base import Store
from stores.memory import MemoryStore
from stores.sqlite import SQLiteStore
from tests.processes import PATIENCE


@dataclass
class Clock:
    """Unix seconds that pass when the test says so."""

    now: float = 1_700_000_000.5

    def __call__(self) -> float:
        """Return the time."""
        return self.now


OpenSQLite = Callable[..., Coroutine[Any, Any, SQLiteStore]]


@pytest.fixture
def clock() -> Clock:
    """Return the clock of the stores."""
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the SQLite store of the test is."""
    return tmp_path / "store.db"


@pytest.fixture
def open_sqlite(path: Path, clock: Clock, io_loop: IOLoop) -> Iterator[OpenSQLite]:
    """Return a function that opens the store at `path`, or at another."""
    opened: list[SQLiteStore] = []

    async def open_it(where: str | Path = path, **options: Any) -> SQLiteStore:
        store = await SQLiteStore.open(where, clock, **{"patience": PATIENCE} | options)
        opened.append(store)
        return store

    yield open_it
    for store in opened:
        io_loop.run_sync(store.close)


@pytest.fixture(params=["memory", "sqlite", "shared"])
def store(
    request: pytest.FixtureRequest, open_sqlite: OpenSQLite, clock: Clock, io_loop: IOLoop
) -> Store:
    """Return a new store of every kind in turn."""
    if request.param == "memory":
        return MemoryStore(clock)
    shared = request.param == "shared"
    opened: SQLiteStore = io_loop.run_sync(lambda: open_sqlite(shared=shared))
    return opened
