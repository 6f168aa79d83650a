"""The thread of a store: what runs on it, what is cancelled, how it ends."""

import asyncio
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from stores.base import StoredToken, StoreError
from stores.database import Database
from stores.sqlite import SQLiteStore
from tests.processes import PATIENCE
from tests.stores.conftest import OpenSQLite
from tests.stores.files import put
from tests.stores.processes import running

TOKEN = StoredToken("text", 1.0)


def threads() -> list[str]:
    """Return the names of the threads that stores have."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("store ")]


async def no_threads() -> None:
    """Wait until no store has a thread."""
    deadline = time.monotonic() + PATIENCE
    while threads():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


@pytest.mark.gen_test
async def test_one_thread(path: Path) -> None:
    """All that a store does happens on one thread, which is not the loop's."""
    seen = set()

    def clock() -> float:
        seen.add(threading.get_ident())
        return 0.0

    store = await SQLiteStore.open(path, clock)
    await asyncio.gather(*(store.acquire(f"{n}", "one", 60) for n in range(20)))
    await store.close()
    assert len(seen - {threading.get_ident()}) == len(seen) == 1


@pytest.mark.gen_test
async def test_close(path: Path, open_sqlite: OpenSQLite) -> None:
    """close() waits for what was asked for before, takes nothing more, and ends the thread."""
    store = await open_sqlite()
    assert threads() == ["store store.db"]
    with running("lock", path) as holder:
        assert holder.hear() == "locked"
        saving = asyncio.create_task(store.save_token("key", TOKEN))
        await asyncio.sleep(0)
        closing = asyncio.create_task(store.close())
        await asyncio.sleep(0)
        with pytest.raises(StoreError, match=r"store\.db is closed"):
            await store.load_token("key")
        assert not closing.done()
        holder.tell()
        await asyncio.gather(closing, store.close())
    assert saving.done()
    assert threads() == []
    assert await (await open_sqlite()).load_token("key") == TOKEN


@pytest.mark.gen_test
async def test_close_that_is_cancelled(path: Path, open_sqlite: OpenSQLite) -> None:
    """Who is cancelled while it closes leaves the closing to go on; another can wait for it."""
    store = await open_sqlite()
    with running("lock", path) as holder:
        assert holder.hear() == "locked"
        saving = asyncio.create_task(store.save_token("key", TOKEN))
        await asyncio.sleep(0)
        closing = asyncio.create_task(store.close())
        await asyncio.sleep(0)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        holder.tell()
        await store.close()
    assert saving.done()
    assert threads() == []


@pytest.mark.gen_test
async def test_cancel(path: Path, open_sqlite: OpenSQLite) -> None:
    """What is cancelled before its turn is not done; the store goes on with the rest."""
    store = await open_sqlite()
    with running("lock", path) as holder:
        assert holder.hear() == "locked"
        tasks = [asyncio.create_task(store.save_token(f"{number}", TOKEN)) for number in range(3)]
        await asyncio.sleep(0.05)
        tasks[0].cancel()
        tasks[1].cancel()
        holder.tell()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [asyncio.CancelledError] * 2 + [type(None)]
    assert await store.load_token("1") is None
    assert await store.load_token("2") == TOKEN
    await store.save_token("0", TOKEN)
    assert await store.load_token("0") == TOKEN


@pytest.mark.gen_test
async def test_open_that_is_cancelled(path: Path, open_sqlite: OpenSQLite) -> None:
    """Who is cancelled while it opens leaves no thread behind, and the file to others."""
    await (await open_sqlite()).close()
    with running("lock", path) as holder:
        assert holder.hear() == "locked"
        opening = asyncio.create_task(open_sqlite())
        await asyncio.sleep(0.05)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        holder.tell()
        await no_threads()
    await (await open_sqlite()).save_token("key", TOKEN)


@pytest.mark.gen_test
async def test_open_that_fails(path: Path, open_sqlite: OpenSQLite) -> None:
    """A store that cannot be opened leaves no thread behind."""
    put(path, b"text")
    with pytest.raises(StoreError):
        await open_sqlite()
    await no_threads()


@pytest.mark.gen_test
async def test_transaction_that_fails(open_sqlite: OpenSQLite) -> None:
    """Of a transaction that raises nothing is left, and the next one begins anew."""
    store = await open_sqlite()

    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO token VALUES ('key', 'text', 1.0)")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store._database.write(fail)
    assert await store.load_token("key") is None
    await store.save_token("key", TOKEN)
    assert await store.load_token("key") == TOKEN


@pytest.mark.gen_test
async def test_mistake(open_sqlite: OpenSQLite) -> None:
    """What SQLite cannot take is an error that shows no token, and harms nothing."""
    store = await open_sqlite()
    wrong = StoredToken("secret", None)  # type: ignore[arg-type]
    with pytest.raises(StoreError, match=r"store\.db failed .* NOT NULL") as caught:
        await store.save_token("key", wrong)
    assert "secret" not in str(caught.value)
    assert await store.load_token("key") is None


@pytest.mark.gen_test
async def test_no_shared_memory(path: Path) -> None:
    """Where SQLite cannot have a log that processes share, as on a network, it is not used."""
    database = Database(path, 0)
    connection = sqlite3.connect(":memory:")
    with pytest.raises(StoreError, match=r"choose a folder on a disk of this machine"):
        database._use_wal(connection)
    connection.close()
    await database.close()
