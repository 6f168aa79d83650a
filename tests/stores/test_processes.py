"""Several processes and one store: races, waits and sudden ends."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from stores.base import StoredToken, StoreError
from tests.stores.conftest import Clock, OpenSQLite
from tests.stores.files import put
from tests.stores.processes import racing, running

TOKEN = StoredToken("text", 1.0)
MANY = 4


@pytest.mark.gen_test
async def test_acquire(path: Path, open_sqlite: OpenSQLite) -> None:
    """Of several processes that want a name at once, one gets it."""
    store = await open_sqlite()
    with racing("acquire", path, MANY) as children:
        for child in children:
            child.tell()
        got = [child.hear() for child in children]
    assert sorted(got) == ["False"] * (MANY - 1) + ["True"]
    await store.release("name", str(got.index("True")))
    assert await store.acquire("name", "another", 60)


def test_make(path: Path) -> None:
    """Processes that all find nothing make one database between them, and lose nothing."""
    for round_ in range(3):
        where = path.with_name(f"{round_}") / "store.db"
        with racing("make", where, MANY) as children:
            for child in children:
                child.tell()
            assert [child.end() for child in children] == [0] * MANY


@pytest.mark.gen_test
async def test_many_in_one_process(path: Path, open_sqlite: OpenSQLite) -> None:
    """Stores that one process opens at the same new file at once are as good as others."""
    stores = await asyncio.gather(*(open_sqlite() for _ in range(MANY)))
    got = await asyncio.gather(*(s.acquire("name", f"{n}", 60) for n, s in enumerate(stores)))
    assert sorted(got) == [False] * (MANY - 1) + [True]


@pytest.mark.gen_test
async def test_share(path: Path, open_sqlite: OpenSQLite) -> None:
    """What one process saves another loads, while all have the store open."""
    store = await open_sqlite()
    with racing("make", path, MANY) as children:
        for child in children:
            child.tell()
        assert [child.end() for child in children] == [0] * MANY
    for number in range(MANY):
        assert await store.load_token(str(number)) == StoredToken(str(number), 0.0)


@pytest.mark.parametrize("told", [1, 7, 40])
@pytest.mark.gen_test
async def test_kill(told: int, path: Path, open_sqlite: OpenSQLite) -> None:
    """A process killed while it saves leaves a whole token, and all that it called safe."""
    with running("save", path) as child:
        for _ in range(told):
            child.hear()
        child.popen.kill()
        last = told - 1
        while line := child.hear():
            last = int(line)
    store = await open_sqlite()
    token = await store.load_token("key")
    assert token
    assert token.expires_at in {last, last + 1}
    assert token.text == f"token {token.expires_at:.0f} " * 500


def test_leave(path: Path) -> None:
    """A process that never closes its store ends all the same, though that waits to write."""
    with running("leave", path) as child:
        assert child.hear() == "ready"
        with running("lock", path) as holder:
            assert holder.hear() == "locked"
            child.tell()
            assert child.end() == 0


@pytest.mark.gen_test
async def test_loop_goes_on(path: Path, open_sqlite: OpenSQLite) -> None:
    """While another process keeps us from writing, all else goes on, and reading does."""
    store, reader = await open_sqlite(), await open_sqlite()
    with running("lock", path) as holder:
        assert holder.hear() == "locked"
        saving = asyncio.create_task(store.save_token("key", TOKEN))
        for _ in range(20):
            await asyncio.sleep(0.005)
        assert await reader.load_token("key") is None
        assert not saving.done()
        holder.tell()
        await saving
    assert await reader.load_token("key") == TOKEN


TAKE = "INSERT INTO lease VALUES ('name', 'another', 1700000060.5)"


@pytest.mark.parametrize(("seconds", "free"), [(59, False), (60, True)])
@pytest.mark.gen_test
async def test_decided_after_the_wait(
    seconds: float, path: Path, open_sqlite: OpenSQLite, clock: Clock, *, free: bool
) -> None:
    """Who waits to write decides by what it finds then, and by the time that it is then."""
    store = await open_sqlite()
    with running("lock", path, TAKE) as holder:
        assert holder.hear() == "locked"
        acquiring = asyncio.create_task(store.acquire("name", "one", 60))
        await asyncio.sleep(0.05)
        clock.now += seconds
        holder.tell()
        assert await acquiring == free
    clock.now += 59.5
    assert await store.acquire("name", "two", 60) != free


@pytest.mark.gen_test
async def test_read_one_moment(open_sqlite: OpenSQLite, path: Path) -> None:
    """What one transaction reads is of one moment, though others write meanwhile."""
    store = await open_sqlite()

    def read(connection: sqlite3.Connection) -> list[int]:
        counted = []
        for number in range(2):
            counted += connection.execute("SELECT count(*) FROM token").fetchone()
            other = sqlite3.connect(path, isolation_level=None)
            other.execute("INSERT INTO token VALUES (?, 'text', 1.0)", (number,))
            other.close()
        return counted

    assert await store._database.read(read) == [0, 0]
    assert await store.load_token("1") == TOKEN


@pytest.mark.gen_test
async def test_locked(path: Path, open_sqlite: OpenSQLite) -> None:
    """Who waits longer than its patience is told why, and may try again."""
    store = await open_sqlite(patience=0.1)
    words = r"store\.db is locked by another process that does not let go: .* \(SQLITE_BUSY: "
    with running("lock", path) as holder:
        assert holder.hear() == "locked"
        with pytest.raises(StoreError, match=words):
            await store.save_token("key", TOKEN)
        with pytest.raises(StoreError, match=words):
            await store.acquire("name", "one", 60)
        with pytest.raises(StoreError, match=words):
            await open_sqlite(patience=0.1)
        holder.tell()
        assert holder.end() == 0
    await store.save_token("key", TOKEN)
    assert await store.load_token("key") == TOKEN


@pytest.mark.gen_test
async def test_locked_while_new(path: Path, open_sqlite: OpenSQLite) -> None:
    """The same holds of a file in which no database is yet."""
    put(path)
    with running("lock", path) as holder:
        assert holder.hear() == "locked"
        with pytest.raises(StoreError, match=r"store\.db is locked by another process"):
            await open_sqlite(patience=0.1)
        opening = asyncio.create_task(open_sqlite())
        await asyncio.sleep(0.05)
        holder.tell()
        await (await opening).save_token("key", TOKEN)
