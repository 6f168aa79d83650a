"""What fails after the store was opened, or for want of room."""

import sqlite3
from pathlib import Path

import pytest

from stores import failures
from stores.base import StoredToken, StoreError
from tests.stores.conftest import OpenSQLite
from tests.stores.files import locks
from tests.stores.processes import running

FULL = "see whether the disk is full or broken"


def test_full(path: Path) -> None:
    """Where nothing can be written that is said, without the token; later it goes on."""
    with running("fill", path) as child:
        said = child.hear()
        assert said.startswith(f"{path} cannot be read or written: {FULL} (SQLITE_IOERR_WRITE: ")
        assert "secret" not in said
        assert [child.hear(), child.hear(), child.hear()] == ["True", "True", ""]
        assert child.end() == 0


@pytest.mark.parametrize("room", [0, 4096, 20_000])
@pytest.mark.gen_test
async def test_full_from_the_start(room: int, path: Path, open_sqlite: OpenSQLite) -> None:
    """Where there is no room for a new database that is said; with room it can be made."""
    with running("begin", path, str(room)) as child:
        said = child.hear()
        assert said.startswith(f"{path} cannot be ")
        assert FULL in said
        assert child.hear() == ""
    assert locks(path) == set()
    assert await (await open_sqlite()).load_token("key") is None


@pytest.mark.gen_test
async def test_no_room(open_sqlite: OpenSQLite) -> None:
    """A database that may not grow says so, and keeps what it has."""
    store = await open_sqlite()
    await store.save_token("key", StoredToken("before", 1.0))
    await store._database.read(lambda c: c.execute("PRAGMA max_page_count = 1").fetchone())
    with pytest.raises(StoreError, match="the disk is full: make room on it") as caught:
        await store.save_token("key", StoredToken("secret" * 5000, 1.0))
    assert "secret" not in str(caught.value)
    assert await store.load_token("key") == StoredToken("before", 1.0)
    await store.save_token("key", StoredToken("after", 1.0))
    assert await store.load_token("key") == StoredToken("after", 1.0)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (sqlite3.SQLITE_READONLY, "cannot be opened or written: give it, and its folder, to"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, "give it, and its folder, to the user"),
        (sqlite3.SQLITE_CANTOPEN, "give it, and its folder, to the user"),
        (sqlite3.SQLITE_PERM, "give it, and its folder, to the user"),
        (sqlite3.SQLITE_PROTOCOL, "is locked by another process"),
        (sqlite3.SQLITE_BUSY_RECOVERY, "is locked by another process"),
        (sqlite3.SQLITE_IOERR_FSYNC, FULL),
        (sqlite3.SQLITE_CORRUPT_INDEX, "is damaged: move it away"),
        (sqlite3.SQLITE_NOMEM, "failed in a way that nobody thought of: report this"),
    ],
)
def test_words(code: int, words: str, path: Path) -> None:
    """What can hardly be made to happen is told in words too, whatever its details."""
    error = sqlite3.OperationalError("details")
    error.sqlite_errorcode, error.sqlite_errorname = code, "SQLITE_NAME"
    with pytest.raises(StoreError) as caught, failures.reported(path):
        raise error
    assert str(caught.value).startswith(f"{path} ")
    assert words in str(caught.value)
    assert str(caught.value).endswith(" (SQLITE_NAME: details)")
