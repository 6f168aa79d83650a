"""Writes that wait together: one transaction, told when it is on the disk, each for itself."""

import asyncio
import re
import sqlite3
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from stores.base import StoredToken, StoreError
from stores.group import Write, commit
from stores.sqlite import SQLiteStore
from stores.sqlite_journal import DROP, EXPIRED, HELD, OWED_TO, RECOVER, TAKE, TOO_MANY
from stores.turns import Turns
from tests.stores.conftest import OpenSQLite
from tests.stores.late import ids, item
from tests.stores.processes import running

MANY = 200


async def traced(store: SQLiteStore) -> list[str]:
    """Return a list that will have every statement that the store runs."""
    said: list[str] = []
    await store._database.read(lambda c: c.set_trace_callback(said.append))
    said.clear()
    return said


async def together(path: Path, *verbs: Coroutine[Any, Any, Any]) -> list[Any]:
    """Have verbs wait together while another process writes; return what they return or raise."""
    with running("lock", path) as holder:
        assert holder.hear() == "locked"
        tasks = [asyncio.create_task(verb) for verb in verbs]
        await asyncio.sleep(0.1)
        assert not any(task.done() for task in tasks)
        holder.tell()
        return await asyncio.gather(*tasks, return_exceptions=True)


def failing(store: SQLiteStore) -> Coroutine[Any, Any, None]:
    """Return a write that fails after it has written."""

    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO token VALUES ('failing', 'text', 1.0)")
        raise ZeroDivisionError

    return store._database.write(fail)


@pytest.mark.gen_test
async def test_one_transaction(path: Path, open_sqlite: OpenSQLite) -> None:
    """All that waits is committed at once; the first may have begun before the others came."""
    store = await open_sqlite()
    said = await traced(store)
    deferred = (store.defer(item(f"{n}"), "one") for n in range(MANY))
    assert await together(path, *deferred) == [True] * MANY
    assert said.count("COMMIT") <= 2
    assert len(await store.items()) == MANY


@pytest.mark.gen_test
async def test_many_verbs(path: Path, open_sqlite: OpenSQLite) -> None:
    """Each verb sees what those before it wrote, as if they had come one by one."""
    store = await open_sqlite(shared=True)
    got = await together(
        path,
        store.defer(item("x"), "one"),
        store.defer(item("x"), "two"),
        store.park("x"),
        store.take("a", "u", "two"),
        store.take("a", "u", "three"),
        store.claim("key", "one"),
        store.claim("key", "two"),
    )
    assert got[:5] == [True, False, (), (item("x"),), ()]
    assert [(claim.owner, claim.attempt) for claim in got[5:]] == [("one", 1), ("one", 2)]


@pytest.mark.gen_test
async def test_one_that_fails(path: Path, open_sqlite: OpenSQLite) -> None:
    """One that fails is undone alone: it does not undo what came before or after."""
    store = await open_sqlite()
    got = await together(
        path,
        store.defer(item("a"), "one"),
        failing(store),
        store.defer(item("b", message=None), "one"),
        store.defer(item("c"), "one"),
    )
    assert [type(one) for one in got] == [bool, ZeroDivisionError, StoreError, bool]
    assert ids(await store.items()) == ["a", "c"]
    assert await store.load_token("failing") is None


@pytest.mark.gen_test
async def test_one_that_undoes_all(path: Path, open_sqlite: OpenSQLite) -> None:
    """Where SQLite undoes the transaction for one, as on a full disk, the others are done again."""
    store = await open_sqlite()
    await store._database.read(lambda c: c.execute("PRAGMA max_page_count = 40").fetchone())
    got = await together(
        path,
        *(store.save_token(f"{n}", StoredToken("text", 1.0)) for n in range(3)),
        store.save_token("big", StoredToken("secret" * 100_000, 1.0)),
        *(store.save_token(f"{n}", StoredToken("text", 1.0)) for n in range(3, 6)),
    )
    assert [type(one) for one in got] == [type(None)] * 3 + [StoreError] + [type(None)] * 3
    assert "the disk is full" in str(got[3])
    for number in range(6):
        assert await store.load_token(f"{number}") == StoredToken("text", 1.0)


@pytest.mark.gen_test
async def test_commit_that_fails(path: Path, open_sqlite: OpenSQLite) -> None:
    """Where nothing can be committed each is told, by an error of its own, and nothing is kept."""
    store = await open_sqlite()

    def refuse(action: int, what: str | None, *_: str | None) -> int:
        refused = action == sqlite3.SQLITE_TRANSACTION and what == "COMMIT"
        return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK

    with pytest.raises(StoreError):
        await store._database.read(lambda c: c.set_authorizer(refuse))
    got = await together(path, *(store.defer(item(f"{n}"), "one") for n in range(4)))
    assert [type(one) for one in got] == [StoreError] * 4
    assert len({id(one) for one in got}) == 4
    await store._database.read(lambda c: c.set_authorizer(None))
    assert await store.items() == ()
    assert await store.defer(item("x"), "one")


@pytest.mark.gen_test
async def test_locked(path: Path, open_sqlite: OpenSQLite) -> None:
    """Where another process does not let go, all that still wait are told so together."""
    store = await open_sqlite(patience=0.1)
    with running("lock", path) as holder:
        assert holder.hear() == "locked"
        tasks = [asyncio.create_task(store.defer(item(f"{n}"), "one")) for n in range(MANY)]
        await asyncio.sleep(0)
        tasks[-1].cancel()
        got = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in got] == [StoreError] * (MANY - 1) + [asyncio.CancelledError]
    assert await store.items() == ()


def test_told_after_the_commit(path: Path) -> None:
    """Nobody is told before the commit, and one that was cancelled is not done."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("CREATE TABLE t (a)")
    writes = [
        Write(lambda c, n=n: c.execute("INSERT INTO t VALUES (?)", (n,)).rowcount)  # type: ignore[misc]
        for n in range(3)
    ]
    writes[1].future.cancel()
    told: list[bool] = []

    def trace(statement: str) -> None:
        if statement == "COMMIT":
            told.extend(write.future.done() for write in writes)

    connection.set_trace_callback(trace)
    commit(path, connection, writes, Turns(1.0, is_shared=False))
    assert told == [False, True, False]
    assert [writes[n].future.result() for n in (0, 2)] == [1, 1]
    assert connection.execute("SELECT a FROM t").fetchall() == [(0,), (2,)]
    connection.close()


@pytest.mark.parametrize(
    ("query", "values", "plan"),
    [
        (HELD, {"id": "", "owner": "", "now": 0}, "SEARCH .*late .*autoindex.* [(]id=.[)]"),
        (TAKE, {"account": "", "user": "", "now": 0}, "SEARCH .*late .* late_parked .*user=.[)]"),
        (RECOVER, {"now": 0, "limit": 1, "account": None}, "SCAN .*late USING INDEX late_open"),
        (
            TOO_MANY,
            ("", 1),
            "SEARCH .*late .*autoindex.*;SEARCH .*parked .* late_parked .*user=.[)]",
        ),
        (DROP, ("", ""), "SEARCH .*late .* late_(parked|user) .*user=.[)]"),
        (
            OWED_TO,
            {"account": "", "user": ""},
            "SEARCH .*late .* late_user .*;USE TEMP B-TREE FOR ORDER BY",
        ),
        (EXPIRED, {"now": 0}, "SEARCH .*late .* late_expires .*;USE TEMP B-TREE FOR ORDER BY"),
    ],
)
@pytest.mark.gen_test
async def test_indexes(
    query: str, values: tuple[Any, ...] | dict[str, Any], plan: str, open_sqlite: OpenSQLite
) -> None:
    """What a verb looks for is found by an index, and mostly in its order."""
    store = await open_sqlite()

    def explain(connection: sqlite3.Connection) -> str:
        rows = connection.execute(f"EXPLAIN QUERY PLAN {query}", values)
        return ";".join(row[3] for row in rows)

    assert re.fullmatch(plan, await store._database.read(explain))
