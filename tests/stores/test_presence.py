"""Which stores are open, as the others know it, and what a lease is worth when one is not."""

import shutil
from pathlib import Path

import pytest

from stores.presence import Presence
from tests.stores.conftest import OpenSQLite
from tests.stores.files import locks, names, put
from tests.stores.late import LONG, ids, item, park
from tests.stores.late_child import lease
from tests.stores.processes import running

VERBS = ["defer", "recover", "take", "claim"]


async def prepare(open_sqlite: OpenSQLite, verb: str) -> None:
    """Make what the verb can lease, which nobody has leased."""
    store = await open_sqlite()
    if verb == "recover":
        await store.defer(item("x"), "nobody", lease=0)
    if verb == "take":
        await park(store, item("x"))
    await store.close()


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.gen_test
async def test_closed(verb: str, open_sqlite: OpenSQLite) -> None:
    """What a store leased is free when it is closed, and not before, whatever the lease."""
    await prepare(open_sqlite, verb)
    one, two, three = [await open_sqlite(shared=True) for _ in range(3)]
    assert await lease(one, verb, "one")
    assert not await lease(two, verb, "two")
    await one.close()
    assert await lease(two, verb, "two")
    assert not await lease(three, verb, "three")
    assert not await lease(two, verb, "three")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.gen_test
async def test_killed(verb: str, path: Path, open_sqlite: OpenSQLite) -> None:
    """What a process leased is free as soon as it is killed, and not before."""
    await prepare(open_sqlite, verb)
    store = await open_sqlite(shared=True)
    with running("hold", path, verb) as child:
        assert child.hear() == "held"
        assert not await lease(store, verb, "test")
        child.popen.kill()
        child.end()
        assert await lease(store, verb, "test")


@pytest.mark.parametrize("command", ["spawn", "fork"])
@pytest.mark.gen_test
async def test_survivors(command: str, path: Path, open_sqlite: OpenSQLite) -> None:
    """A process that a killed one has started holds nothing for it."""
    store = await open_sqlite()
    with running(command, path) as child:
        assert child.hear() == "held"
        assert not await lease(store, "defer", "test")
        child.popen.kill()
        child.end()
        assert await lease(store, "defer", "test")
        child.tell()
        assert child.hear() == "lived on"


@pytest.mark.gen_test
async def test_renew(open_sqlite: OpenSQLite) -> None:
    """Who renews by another store holds by that one from then."""
    one, two, three = [await open_sqlite(shared=True) for _ in range(3)]
    await one.defer(item("x"), "owner", LONG)
    await one.claim("key", "owner", LONG)
    await two.renew("owner", ["x"], LONG)
    await two.renew_claims("owner", ["key"], LONG)
    await one.close()
    assert await three.recover("another") == ()
    assert (await three.claim("key", "another")).owner == "owner"
    await two.close()
    assert ids(await three.recover("another")) == ["x"]
    assert (await three.claim("key", "another")).owner == "another"


@pytest.mark.gen_test
async def test_files(path: Path, open_sqlite: OpenSQLite) -> None:
    """Each open store has a file, and takes it away when it is closed."""
    stores = [await open_sqlite() for _ in range(2)]
    assert len(locks(path)) == 2
    await stores[0].close()
    assert len(locks(path)) == 1
    await stores[1].close()
    assert names(path.parent) == {"store.db"}


@pytest.mark.gen_test
async def test_files_of_the_dead(path: Path, open_sqlite: OpenSQLite) -> None:
    """What a killed process leaves is taken away by the next that opens, and nothing else is."""
    store = await open_sqlite()
    others = "store.db-owner-notes", f"store.db-owner-{0:016}.old", f"my-store.db-owner-{0:016}"
    kept = [path.with_name(name) for name in others]
    for other in kept:
        put(other)
    with running("hold", path, "defer") as child:
        assert child.hear() == "held"
        child.popen.kill()
    before = locks(path)
    await open_sqlite()
    assert len(before - locks(path)) == len(locks(path) - before) == 1
    assert all(other.exists() for other in kept)
    assert await store.defer(item("x"), "test")


@pytest.mark.gen_test
async def test_copy(path: Path, open_sqlite: OpenSQLite, tmp_path: Path) -> None:
    """In a copy of the database, as in a backup put back, nothing is held."""
    store = await open_sqlite()
    await store.defer(item("x"), "one", LONG)
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", tmp_path / f"copy.db{suffix}")
    assert ids(await (await open_sqlite(tmp_path / "copy.db")).recover("two")) == ["x"]


def test_when_nobody_can_tell(path: Path) -> None:
    """A file that cannot be looked at is taken for that of a store which is open."""
    presence, theirs = Presence(), f"{0:016}"
    presence.begin(path)
    assert presence.lives(presence.id)
    assert not presence.lives(theirs)
    path.with_name(f"{path.name}-owner-{theirs}").symlink_to(path)
    assert not presence.lives(theirs)
    presence.look_again()
    assert presence.lives(theirs)
    presence.end()
    presence.end()
