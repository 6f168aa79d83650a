"""Databases of an older version, of a newer one, and of somebody else."""

import sqlite3
import subprocess
from pathlib import Path

import pytest

from stores import schema
from stores.base import StoredToken, StoreError
from tests.stores.child import EXTRA
from tests.stores.conftest import OpenSQLite
from tests.stores.files import content, names
from tests.stores.late import item
from tests.stores.processes import racing, running

TOKEN = StoredToken("text", 1.0)


def ask(path: Path, *statements: str) -> list[tuple[object, ...]]:
    """Return the rows of the last of some statements, as another program would get them."""
    connection = sqlite3.connect(path, isolation_level=None)
    rows: list[tuple[object, ...]] = []
    for statement in statements:
        rows = connection.execute(statement).fetchall()
    connection.close()
    return rows


@pytest.mark.gen_test
async def test_restart(open_sqlite: OpenSQLite) -> None:
    """Tokens and leases are there when the store is opened again."""
    store = await open_sqlite()
    await store.save_token("key", TOKEN)
    await store.acquire("name", "one", 60)
    await store.close()
    store = await open_sqlite()
    assert await store.load_token("key") == TOKEN
    assert not await store.acquire("name", "two", 60)


@pytest.mark.gen_test
async def test_marks(path: Path, open_sqlite: OpenSQLite) -> None:
    """The file says whose it is and which version; a commit is on the disk when it returns."""
    store = await open_sqlite()
    mode = await store._database.read(lambda c: c.execute("PRAGMA journal_mode").fetchone())
    synchronous = await store._database.read(lambda c: c.execute("PRAGMA synchronous").fetchone())
    assert (mode, synchronous) == (("wal",), (2,))
    await store.close()
    assert ask(path, "PRAGMA application_id") == [(0x57434342,)]
    assert ask(path, "PRAGMA user_version") == [(len(schema.STEPS),)]


VERSION_1 = (
    """
    CREATE TABLE token (
        key TEXT NOT NULL PRIMARY KEY,
        text TEXT NOT NULL,
        expires_at REAL NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE lease (
        name TEXT NOT NULL PRIMARY KEY,
        owner TEXT NOT NULL,
        expires_at REAL NOT NULL
    ) WITHOUT ROWID
    """,
    f"PRAGMA application_id = {schema.APPLICATION_ID}",
    "PRAGMA user_version = 1",
    "INSERT INTO token VALUES ('key', 'text', 1.0)",
    "INSERT INTO lease VALUES ('name', 'one', 1e10)",
)


@pytest.mark.gen_test
async def test_version_1(path: Path, open_sqlite: OpenSQLite) -> None:
    """A database from before the journal keeps its tokens and leases, and gets one."""
    ask(path, *VERSION_1)
    store = await open_sqlite()
    assert await store.load_token("key") == TOKEN
    assert not await store.acquire("name", "two", 60)
    assert await store.defer(item("x"), "one")
    await store.close()
    await (await open_sqlite(new := path.with_name("new.db"))).close()
    tables = "SELECT name, trim(replace(sql, '  ', '')) FROM sqlite_master ORDER BY name"
    assert ask(path, tables) == ask(new, tables)


@pytest.mark.gen_test
async def test_upgrade(
    path: Path, open_sqlite: OpenSQLite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older database is brought up to date once, and keeps what it has."""
    store = await open_sqlite()
    await store.save_token("key", TOKEN)
    await store.close()
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, EXTRA))
    for _ in range(2):
        store = await open_sqlite()
        assert await store.load_token("key") == TOKEN
        await store.close()
    assert ask(path, "SELECT * FROM extra") == [(1,)]
    assert ask(path, "PRAGMA user_version") == [(len(schema.STEPS),)]


@pytest.mark.gen_test
async def test_upgrade_that_fails(
    path: Path, open_sqlite: OpenSQLite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of an upgrade that fails nothing is left: the version before can go on."""
    store = await open_sqlite()
    await store.save_token("key", TOKEN)
    await store.close()
    steps = schema.STEPS
    monkeypatch.setattr(schema, "STEPS", (*steps, EXTRA, ("nonsense",)))
    with pytest.raises(StoreError, match=r"store\.db failed .*\(SQLITE_ERROR: near"):
        await open_sqlite()
    monkeypatch.setattr(schema, "STEPS", steps)
    assert await (await open_sqlite()).load_token("key") == TOKEN
    assert ask(path, "SELECT name FROM sqlite_master WHERE name = 'extra'") == []


@pytest.mark.gen_test
async def test_upgrade_by_many(path: Path, open_sqlite: OpenSQLite) -> None:
    """Processes that all find an older version upgrade it once between them."""
    await (await open_sqlite()).close()
    with running("lock", path) as holder, racing("upgrade", path, 4) as children:
        assert holder.hear() == "locked"
        for child in children:
            child.tell()
        # So that each has seen the old version before any can write.
        with pytest.raises(subprocess.TimeoutExpired):
            children[0].popen.wait(0.5)
        holder.tell()
        assert [child.end() for child in children] == [0] * 4
    assert ask(path, "SELECT * FROM extra") == [(1,)]
    assert ask(path, "SELECT key FROM token ORDER BY key") == [("0",), ("1",), ("2",), ("3",)]


@pytest.mark.gen_test
async def test_newer(path: Path, open_sqlite: OpenSQLite, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database of a version to come is refused, and left as it is."""
    with monkeypatch.context() as patch:
        patch.setattr(schema, "STEPS", (*schema.STEPS, EXTRA))
        await (await open_sqlite()).close()
    before = content(path)
    now = len(schema.STEPS)
    versions = rf"\(schema {now + 1}, where this one knows {now}\)"
    words = rf"store\.db was made by a newer version of this service {versions}: run"
    with pytest.raises(StoreError, match=words):
        await open_sqlite()
    assert content(path) == before


@pytest.mark.parametrize(
    "statements",
    [
        ("CREATE TABLE token (key)",),
        ("PRAGMA journal_mode = WAL", "CREATE TABLE token (key)"),
        ("PRAGMA user_version = 1",),
        ("PRAGMA application_id = 7",),
        ("PRAGMA application_id = 7", "PRAGMA user_version = 99"),
    ],
)
@pytest.mark.gen_test
async def test_foreign(statements: tuple[str, ...], path: Path, open_sqlite: OpenSQLite) -> None:
    """A database of another program is refused, and left as it is."""
    ask(path, *statements)
    before = content(path)
    with pytest.raises(StoreError, match=r"store\.db is a database of another program: choose"):
        await open_sqlite()
    assert content(path) == before
    assert names(path.parent) == {"store.db"}


@pytest.mark.gen_test
async def test_empty_database(path: Path, open_sqlite: OpenSQLite) -> None:
    """A database in which nothing is yet, as a crash may leave it, is taken for a new one."""
    ask(path, "PRAGMA journal_mode = WAL")
    assert content(path)
    await (await open_sqlite()).save_token("key", TOKEN)
