"""Where the file of a store is, whose it is, and what may be in its place."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from stores import database
from stores.base import StoredToken, StoreError
from tests.stores.child import NOBODY
from tests.stores.conftest import OpenSQLite
from tests.stores.files import content, make_folder, modes, names, owners, put, set_mode
from tests.stores.processes import running

TOKEN = StoredToken("text", 1.0)
OWNER = NOBODY if os.geteuid() == 0 else os.geteuid()  # of a service with its own user


@pytest.fixture(params=[0, 0o022, 0o377], ids=oct)
def umask(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """Set what new files are kept from being."""
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
@pytest.mark.gen_test
async def test_modes(tmp_path: Path, open_sqlite: OpenSQLite) -> None:
    """What it makes is the user's alone, whatever the umask."""
    store = await open_sqlite(tmp_path / "a" / "b" / "store.db")
    await store.save_token("key", TOKEN)
    assert modes(tmp_path) == {
        "a": "0o700",
        "b": "0o700",
        "store.db": "0o600",
        "store.db-wal": "0o600",
        "store.db-shm": "0o600",
        "store.db-owner": "0o600",
    }


@pytest.mark.gen_test
async def test_what_is_there_keeps_its_mode(tmp_path: Path, open_sqlite: OpenSQLite) -> None:
    """An empty file is a new database, with the mode that a person gave it."""
    path = tmp_path / "folder" / "store.db"
    make_folder(path.parent, 0o750)
    put(path)
    set_mode(path, 0o640)
    await open_sqlite(path)
    assert modes(tmp_path) == {
        "folder": "0o750",
        "store.db": "0o640",
        "store.db-wal": "0o640",
        "store.db-shm": "0o640",
        "store.db-owner": "0o600",
    }


@pytest.mark.gen_test
async def test_nothing_left_open(tmp_path: Path, open_sqlite: OpenSQLite) -> None:
    """A store that is closed again has no file or folder open."""
    before = names(Path("/dev/fd"))
    await (await open_sqlite(tmp_path / "a" / "b" / "store.db")).close()
    assert names(Path("/dev/fd")) == before


@pytest.mark.gen_test
async def test_file_that_goes_away(
    path: Path, open_sqlite: OpenSQLite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite makes no file of its own, whose mode would be another."""
    monkeypatch.setattr(database, "prepare", lambda _: None)
    with pytest.raises(StoreError, match=r"store\.db cannot be opened or written"):
        await open_sqlite()
    assert content(path) is None


@pytest.mark.gen_test
async def test_owner(short: Path, open_sqlite: OpenSQLite) -> None:
    """What root makes belongs to whom the folder does, who can use it meanwhile and after."""
    os.chown(short, OWNER, -1)
    path = short / "new" / "store.db"
    store = await open_sqlite(path)
    await store.save_token("root", TOKEN)
    assert owners(short) == [OWNER] * 5
    for _ in range(2):
        with running("nobody", path) as child:
            assert child.hear() == "saved"
        await store.close()


@pytest.mark.gen_test
async def test_root_where_another_was(short: Path, open_sqlite: OpenSQLite) -> None:
    """Root leaves behind nothing that the owner of the database cannot use."""
    os.chown(short, OWNER, -1)
    path = short / "store.db"
    for _ in range(2):
        with running("nobody", path) as child:
            assert child.hear() == "saved"
        store = await open_sqlite(path)
        assert owners(short) == [OWNER] * 4
        await store.close()


@pytest.mark.gen_test
async def test_owner_that_cannot_be_given(
    short: Path, open_sqlite: OpenSQLite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a sandbox that forbids to give a file away, it stays with whoever made it."""

    def forbidden(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "fchown", forbidden)
    os.chown(short, OWNER, -1)
    await open_sqlite(short / "store.db")
    assert owners(short) == [os.geteuid()] * 4


@pytest.mark.gen_test
async def test_link(tmp_path: Path, open_sqlite: OpenSQLite) -> None:
    """A link leads to the database, a new one too."""
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "new" / "store.db")
    for _ in range(2):
        store = await open_sqlite(link)
        await store.save_token("key", TOKEN)
        await store.close()
    assert (tmp_path / "new" / "store.db").is_file()
    assert link.is_symlink()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("folder", "folder is a folder: name a file in it"),
        ("file/store.db", "file/store.db cannot be made: .*file/store.db: Not a directory"),
        ("file/a/store.db", "file/a/store.db cannot be made: .*/file/a: Not a directory"),
        ("pipe", "pipe is no regular file: choose another"),
        ("loop", "loop cannot be made: .*/loop: Too many levels of symbolic links"),
        ("n" * 300, "nnn cannot be made: .*File name too long"),
    ],
)
@pytest.mark.gen_test
async def test_not_a_place(name: str, words: str, tmp_path: Path, open_sqlite: OpenSQLite) -> None:
    """Where no file can be, the error says what is in the way, and that is left alone."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("text")
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(StoreError, match=words):
        await open_sqlite(tmp_path / name)
    assert names(tmp_path) == {"folder", "file", "loop", "pipe"}


@pytest.mark.parametrize(
    ("file_mode", "folder_mode"), [(0o444, 0o777), (0o000, 0o777), (0o666, 0o555)]
)
@pytest.mark.gen_test
async def test_not_writable(
    file_mode: int, folder_mode: int, short: Path, open_sqlite: OpenSQLite
) -> None:
    """What belongs to another is refused, with the user who should be able to write."""
    path = short / "store.db"
    await (await open_sqlite(path)).close()
    set_mode(path, file_mode)
    set_mode(short, folder_mode)
    with running("nobody", path) as child:
        words = f"{path} cannot be opened or written: give it, and its folder, to the user"
        assert child.hear().startswith(f"{words} that runs this (uid {OWNER})")
    set_mode(short, 0o700)
    assert names(short) == {"store.db"}


@pytest.mark.parametrize("empty", [True, False])
@pytest.mark.gen_test
async def test_log_without_its_database(
    path: Path, open_sqlite: OpenSQLite, *, empty: bool
) -> None:
    """SQLite would delete what is in the log: it is kept, and the start refused."""
    log = path.with_name("store.db-wal")
    put(log, b"data")
    if empty:
        put(path)
    with pytest.raises(StoreError, match=r"store\.db is empty, but store\.db-wal has data: put"):
        await open_sqlite()
    assert content(log) == b"data"
    assert content(path) == (b"" if empty else None)
