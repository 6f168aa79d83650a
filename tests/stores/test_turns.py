"""Processes that write to one file all the time take turns; none is shut out."""

import asyncio
import itertools
import sqlite3
import time

import pytest

from stores import turns
from stores.sqlite import SQLiteStore
from tests.stores.conftest import OpenSQLite
from tests.stores.late import item

COMMIT_SECONDS = 0.005  # of a disk that is no fast one
MOST_AT_A_STRETCH = 10  # of one process; SQLite's own wait let it be over a hundred


async def write(store: SQLiteStore, name: str, said: list[str], until: float) -> None:
    """Write all the time, and say so each time."""

    def transaction(_: sqlite3.Connection) -> None:
        said.append(name)
        time.sleep(COMMIT_SECONDS)

    while time.monotonic() < until:
        await store._database.write(transaction)


@pytest.mark.gen_test(timeout=60)
async def test_nobody_is_shut_out(open_sqlite: OpenSQLite) -> None:
    """However much one writes, the other has its turn."""
    said: list[str] = []
    stores = [await open_sqlite(shared=True) for _ in range(2)]
    until = time.monotonic() + 2
    # Two tasks each, so that one waits already when the other's is written.
    both = [*zip(stores, "ab", strict=True)] * 2
    await asyncio.gather(*(write(store, name, said, until) for store, name in both))
    stretches = [len(list(same)) for _, same in itertools.groupby(said)]
    assert max(stretches[:-1]) <= MOST_AT_A_STRETCH


@pytest.mark.gen_test
async def test_alone(open_sqlite: OpenSQLite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who shares the file with nobody rests for nobody."""
    monkeypatch.setattr(turns, "REST_SECONDS", 3600)
    store = await open_sqlite()
    for number in range(2):
        await store.defer(item(f"{number}"), "one")
