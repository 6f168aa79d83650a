"""How the place of a store is written."""

from pathlib import Path

import pytest

from stores import check_url, open_store
from stores.base import StoredToken, StoreError
from stores.memory import MemoryStore
from tests.stores.files import names

TOKEN = StoredToken("text", 1.0)


@pytest.mark.gen_test
async def test_memory() -> None:
    """memory:// is a store of this process, and another each time."""
    store = await open_store("memory://")
    assert isinstance(store, MemoryStore)
    await store.save_token("key", TOKEN)
    assert await (await open_store("memory://")).load_token("key") is None


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("store.db", "store.db"),
        ("new/folder/store", "new/folder/store"),
        ("a%20b%3f%23%25.db", "a b?#%.db"),
        ("令牌%E4%BB%A4.db", "令牌令.db"),
        ("%2e%2e/up.db", "../up.db"),
        (":memory:.db", ":memory:.db"),
    ],
)
@pytest.mark.parametrize("absolute", [True, False])
@pytest.mark.gen_test
async def test_sqlite(
    written: str, name: str, *, absolute: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three slashes and a path from the working directory, or four; % decodes."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    url = f"sqlite:///{folder}/{written}" if absolute else f"sqlite:///{written}"
    check_url(url)
    store = await open_store(url)
    await store.save_token("key", TOKEN)
    await store.close()
    assert (folder / name).read_bytes().startswith(b"SQLite format 3\0")


@pytest.mark.parametrize(("query", "owner"), [("", "two"), ("?shared=1", "one")])
@pytest.mark.gen_test
async def test_shared(query: str, owner: str, tmp_path: Path) -> None:
    """With ?shared=1 the exchanges of all who have the file are the same, else each one's own."""
    url = f"sqlite:///{tmp_path}/store.db{query}"
    check_url(url)
    stores = [await open_store(url) for _ in range(2)]
    assert (await stores[0].claim("key", "one")).owner == "one"
    assert (await stores[1].claim("key", "two")).owner == owner
    for store in stores:
        await store.close()
    assert names(tmp_path) == {"store.db"}


@pytest.mark.gen_test
async def test_path_that_is_not_utf8(tmp_path: Path) -> None:
    """Any bytes that a file name may have can be written."""
    store = await open_store(f"sqlite:///{tmp_path}/%ff.db")
    await store.close()
    assert names(tmp_path) == {"\udcff.db"}


EXAMPLES = r"write memory://, sqlite:///relative/path\.db or sqlite:////absolute/path\.db$"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", EXAMPLES),
        ("store.db", EXAMPLES),
        ("/var/lib/wechat/store.db", EXAMPLES),
        ("memory", EXAMPLES),
        ("memory:", EXAMPLES),
        ("memory:///", EXAMPLES),
        (" memory://", EXAMPLES),
        ("memory://?a=b", EXAMPLES),
        ("sqlite:store.db", EXAMPLES),
        ("sqlite:/store.db", EXAMPLES),
        ("file:///store.db", EXAMPLES),
        ("redis://user:secret@host/0", f"names no store that this version has: {EXAMPLES}"),
        ("postgresql://user:secret@host/0", EXAMPLES),
        ("sqlite://", EXAMPLES),
        ("sqlite://store.db", f"names a host, .* {EXAMPLES}"),
        ("sqlite://user:secret@localhost/store.db", "names a host"),
        ("sqlite:///", "names a folder: name a file in it"),
        ("sqlite:////", "names a folder"),
        ("sqlite:////var/lib/", "names a folder"),
        ("sqlite:////var/lib/.", "names a folder"),
        ("sqlite:///..", "names a folder"),
        ("sqlite:///folder%2F", "names a folder"),
        ("sqlite:///:memory:", "write memory://"),
        ("sqlite:///%3Amemory:", "write memory://"),
        ("memory://?shared=1", EXAMPLES),
        (
            "sqlite:///store.db?mode=ro",
            r"has a \?: sqlite:// takes \?shared=1 alone, and %3F where",
        ),
        ("sqlite:///store.db?", r"has a \?"),
        ("sqlite:///store.db?shared=1&mode=ro", r"write \?shared=1"),
        ("sqlite:///store.db?mode=ro&shared=1", r"takes \?shared=1 alone"),
        ("sqlite:///store.db?SHARED=1", r"takes \?shared=1 alone"),
        (
            "sqlite:///store.db?shared=secret",
            r"another value of \?shared than 1: write \?shared=1,",
        ),
        ("sqlite:///store.db?shared", r"another value of \?shared"),
        ("sqlite:///store.db?shared=", r"another value of \?shared"),
        ("sqlite:///store.db?shared=1#1", r"another value of \?shared"),
        ("sqlite:///store.db?shared=1?", r"another value of \?shared"),
        ("sqlite:///?shared=1", "names a folder"),
        ("sqlite:///:memory:?shared=1", "write memory://"),
        ("sqlite:///store.db#1", "has a #.*%23"),
        ("sqlite:///100%.db", "write %25"),
        ("sqlite:///%2x.db", "write %25"),
        ("sqlite:///a%00.db", "control character"),
        ("sqlite:///a\n.db", "control character"),
        ("sqlite:///a%7f.db", "control character"),
    ],
)
@pytest.mark.gen_test
async def test_wrong(url: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anything else is refused in words that say what is right and show no password."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=words) as checked:
        check_url(url)
    with pytest.raises(StoreError, match=f"^the URL of the store .*{words}") as opened:
        await open_store(url)
    assert str(opened.value) == f"the URL of the store {checked.value}"
    assert "secret" not in str(opened.value)
    assert "\n" not in str(opened.value)
    assert names(tmp_path) == set()
