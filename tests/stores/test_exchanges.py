"""What each verb of the exchanges means."""

import asyncio
from pathlib import Path

import pytest

from stores.base import Claim, Store, Way
from stores.memory_exchanges import MemoryExchanges
from stores.sqlite import SQLiteStore
from tests.stores.conftest import Clock, OpenSQLite

WINDOW, LATE = Way


class TestExchanges:
    """Every store does this alike."""

    @pytest.mark.gen_test
    async def test_claim(self, store: Store) -> None:
        """The first to claim runs the hook; the others are counted, and told who does."""
        assert await store.claim("令牌 'key'", "one") == Claim("one", 1, None, None)
        assert await store.claim("令牌 'key'", "two") == Claim("one", 2, None, None)
        assert await store.claim("令牌 'key'", "one") == Claim("one", 3, None, None)
        assert await store.claim("令牌 'Key'", "two") == Claim("two", 1, None, None)

    @pytest.mark.gen_test
    async def test_uncounted(self, store: Store) -> None:
        """Who joins without being counted is told the same, and may be the first."""
        assert await store.claim("key", "one", count=False) == Claim("one", 0, None, None)
        assert await store.claim("key", "two") == Claim("one", 1, None, None)
        assert await store.claim("key", "two", count=False) == Claim("one", 1, None, None)

    @pytest.mark.gen_test
    async def test_look(self, store: Store, clock: Clock) -> None:
        """A look tells what there is, and changes nothing: not who runs it, nor for how long."""
        assert await store.look("key") == Claim("", 0, None, None)
        await store.claim("key", "one")
        clock.now += 30
        assert await store.look("key") == Claim("one", 1, None, None)
        await store.renew_claims("one", ["key"], 6)
        assert (await store.claim("key", "two", count=False)).owner == "one"
        await store.finish("key", "reply")
        await store.decide("key", LATE, "one")
        clock.now += 30
        assert await store.look("key") == Claim("one", 1, LATE, "reply")
        clock.now += 30
        assert await store.look("key") == Claim("", 0, None, None)

    @pytest.mark.gen_test
    async def test_one_of_many(self, store: Store) -> None:
        """Of many tasks that claim at once one is the owner, and each is counted."""
        got = await asyncio.gather(*(store.claim("key", f"{n}") for n in range(20)))
        assert len({claim.owner for claim in got}) == 1
        assert sorted(claim.attempt for claim in got) == list(range(1, 21))

    @pytest.mark.parametrize("count", [True, False])
    @pytest.mark.gen_test
    async def test_lease(self, store: Store, clock: Clock, *, count: bool) -> None:
        """After 6 s without a word another runs the hook, who then has as long as it says."""
        await store.claim("key", "one")
        clock.now += 5.5
        assert (await store.claim("key", "two", count=count)).owner == "one"
        clock.now += 0.5
        assert (await store.claim("key", "two", lease=3, count=count)).owner == "two"
        clock.now += 2.5
        assert (await store.claim("key", "three", count=count)).owner == "two"
        clock.now += 0.5
        assert (await store.claim("key", "three", count=count)).owner == "three"

    @pytest.mark.gen_test
    async def test_finish(self, store: Store, clock: Clock) -> None:
        """The first reply is the reply, an empty one too; nobody runs the hook after that."""
        await store.claim("key", "one")
        assert await store.finish("key", "") == ("", None)
        assert await store.finish("key", "second") == ("", None)
        clock.now += 30
        assert await store.claim("key", "two") == Claim("one", 2, None, "")

    @pytest.mark.gen_test
    async def test_decide(self, store: Store) -> None:
        """The first way is the way, told to whoever asks."""
        await store.claim("key", "one")
        assert await store.decide("key", LATE, "one") is LATE
        assert await store.decide("key", WINDOW, "one") is LATE
        assert await store.finish("key", "reply") == ("reply", LATE)
        assert await store.claim("key", "two") == Claim("one", 2, LATE, "reply")

    @pytest.mark.gen_test
    async def test_undo(self, store: Store) -> None:
        """A way that came to nothing is undone, and another can be decided; the reply stays."""
        await store.claim("key", "one")
        await store.finish("key", "reply")
        await store.decide("key", WINDOW, "one")
        assert await store.decide("key", None, "one") is None
        assert await store.claim("key", "two") == Claim("one", 2, None, "reply")
        assert await store.decide("key", LATE, "one") is LATE

    @pytest.mark.gen_test
    async def test_undo_by_one_of_two(self, store: Store) -> None:
        """A way stands for as long as anybody who decided it does not take that back."""
        await store.decide("key", WINDOW, "one")
        assert await store.decide("key", None, "two") is WINDOW
        for _ in range(2):  # asked twice, as after a silence
            assert await store.decide("key", WINDOW, "two") is WINDOW
        assert await store.decide("key", LATE, "three") is WINDOW
        assert await store.decide("key", None, "three") is WINDOW
        assert await store.decide("key", None, "one") is WINDOW
        assert await store.decide("key", None, "one") is WINDOW
        assert await store.decide("key", None, "two") is None
        assert await store.decide("key", LATE, "three") is LATE

    @pytest.mark.gen_test
    async def test_twin(self, store: Store, clock: Clock) -> None:
        """What comes to another just after an attempt is the same one, sent twice."""
        for owner, after, attempt in (
            ("one", 0, 1),
            ("two", 3.5, 1),
            ("one", 0, 2),  # who counted the last one knows that this is another
            ("two", 3.5, 2),
            ("three", 0.5, 3),
            ("one", 0, 3),
        ):
            clock.now += after
            assert (await store.claim("key", owner, twin=4)).attempt == attempt
        clock.now += 4
        assert (await store.claim("key", "two", count=False, twin=4)).attempt == 3
        assert (await store.claim("key", "two", twin=4)).attempt == 4

    @pytest.mark.gen_test
    async def test_unclaimed(self, store: Store, clock: Clock) -> None:
        """What is not known is finished and decided all the same, and known from then."""
        assert await store.decide("key", None, "one") is None
        assert await store.decide("key", LATE, "one") is LATE
        assert await store.finish("key", "reply") == ("reply", LATE)
        assert await store.finish("other", "first") == ("first", None)
        clock.now += 59.5
        assert await store.finish("other", "second") == ("first", None)
        assert await store.claim("key", "one") == Claim("", 1, LATE, "reply")

    @pytest.mark.gen_test
    async def test_memory(self, store: Store, clock: Clock) -> None:
        """An exchange is remembered for 60 s after its last claim, counted or not."""
        await store.claim("key", "one")
        clock.now += 59.5
        await store.claim("key", "one", count=False)
        clock.now += 59.5
        await store.finish("key", "reply")
        await store.decide("key", WINDOW, "one")
        clock.now += 0.5
        assert await store.finish("key", "new") == ("new", None)
        clock.now += 60
        assert await store.decide("key", LATE, "one") is LATE
        clock.now += 60
        assert await store.claim("key", "two") == Claim("two", 1, None, None)

    @pytest.mark.gen_test
    async def test_memory_of_what_is_leased(self, store: Store, clock: Clock) -> None:
        """An exchange is remembered while it is leased, which another that is past is not."""
        await store.claim("long", "one", lease=100)
        await store.claim("long", "two")
        await store.claim("renewed", "one")
        await store.claim("past", "one")
        for _ in range(7):
            clock.now += 10
            await store.renew_claims("one", ["renewed"], 20)
        await store.renew_claims("one", ["past"], 20)
        assert await store.claim("long", "two") == Claim("one", 3, None, None)
        assert await store.claim("renewed", "two") == Claim("one", 2, None, None)
        assert await store.claim("past", "two") == Claim("two", 1, None, None)

    @pytest.mark.gen_test
    async def test_renew(self, store: Store, clock: Clock) -> None:
        """A lease is counted from now where it is the owner's, and named; late too."""
        await store.claim("other", "two")
        for key in ("named", "not named"):
            await store.claim(key, "one")
        clock.now += 5.5
        await store.renew_claims("one", ["named", "other", "unknown"], 10)
        clock.now += 0.5
        for key, owner in (("other", "three"), ("not named", "three"), ("named", "one")):
            assert (await store.claim(key, "three", count=False)).owner == owner
        clock.now += 20
        await store.renew_claims("one", {"named"}, 10)
        clock.now += 9.5
        assert (await store.claim("named", "three")).owner == "one"
        clock.now += 0.5
        assert (await store.claim("named", "three")).owner == "three"
        await store.renew_claims("one", {"named"}, 100)
        clock.now += 6
        assert (await store.claim("named", "one")).owner == "one"

    @pytest.mark.gen_test
    async def test_release(self, store: Store) -> None:
        """A lease given back is free at once, and cannot be renewed; the attempts stay counted."""
        for key in ("x", "y"):
            await store.claim(key, "one")
        await store.renew_claims("one", ("x",), 0)
        await store.renew_claims("two", ("y",), 0)
        await store.renew_claims("one", ("x",), 100)
        assert await store.claim("x", "two") == Claim("two", 2, None, None)
        assert await store.claim("y", "two") == Claim("one", 2, None, None)

    @pytest.mark.gen_test
    async def test_forgotten(self, store: Store, clock: Clock) -> None:
        """What is not remembered takes no room, though a hook that runs on is older."""
        await store.claim("running", "one")
        for number in range(100):
            await store.claim(f"{number}", "one")
        for _ in range(5):
            clock.now += 20
            await store.renew_claims("one", ["running"], 30)
        assert await known(store) == ["running"]


@pytest.mark.gen_test
async def test_twin_of_the_dead(path: Path, open_sqlite: OpenSQLite) -> None:
    """What comes just after the end of who had the attempt before is the next one."""
    dead, store = [await open_sqlite(path, shared=True) for _ in range(2)]
    await dead.claim("key", "dead", twin=4)
    await dead.close()
    assert (await store.claim("key", "one", twin=4)).attempt == 2


async def known(store: Store) -> list[str]:
    """Return the keys of the exchanges that take room."""
    exchanges = store._exchanges if isinstance(store, SQLiteStore) else store
    if isinstance(exchanges, MemoryExchanges):
        return list(exchanges._exchanges)
    assert isinstance(store, SQLiteStore)
    query = "SELECT key FROM exchange"
    return [key for (key,) in await store._database.read(lambda c: c.execute(query).fetchall())]
