"""What each verb of the journal means for an item that is deferred, held, recovered, settled."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from stores.base import Item, Owed, State, Store
from tests.stores.conftest import Clock
from tests.stores.late import BEGAN, ids, item, park, states

OPEN, PARKED, ASIDE = State


class TestJournal:
    """Every store does this alike."""

    @pytest.mark.parametrize("text", ["", "x" * 5000, "' \" ; -- \x00 %", "令牌 🎉", None])
    @pytest.mark.gen_test
    async def test_defer(self, text: str | None, store: Store) -> None:
        """What is deferred is kept just as it is, and is open."""
        kept = item(f"{text}", message=f"{text}", reply=text, user=f"{text}", expires=1e9 + 0.5)
        assert await store.defer(kept, "one")
        assert await store.items() == (Owed(item=kept, runs=0, state=OPEN),)

    @pytest.mark.gen_test
    async def test_held(self, store: Store, clock: Clock) -> None:
        """What one holds another cannot defer, and changes nothing, for 30 s."""
        assert await store.defer(item("x"), "one")
        clock.now += 29.5
        assert not await store.defer(item("x", reply="theirs"), "two")
        assert ids(await store.recover("two")) == []
        assert (await store.items())[0].item == item("x")
        clock.now += 0.5
        assert await store.defer(item("x", reply="theirs"), "two")
        assert not await store.defer(item("x", reply="ours"), "one")
        assert (await store.items())[0].item.reply == "theirs"

    @pytest.mark.gen_test
    async def test_defer_again(self, store: Store, clock: Clock) -> None:
        """Its holder may defer it again, late too, which counts the lease from then."""
        for seconds in (20, 20, 40):
            assert await store.defer(item("x"), "one")
            clock.now += seconds
        assert await store.defer(item("x"), "one", lease=10)
        clock.now += 9.5
        assert not await store.defer(item("x"), "two")
        clock.now += 0.5
        assert await store.defer(item("x"), "two")

    @pytest.mark.parametrize("second", ["second", None])
    @pytest.mark.gen_test
    async def test_first_reply(self, second: str | None, store: Store) -> None:
        """An item that has a reply stays as it is, when that expires included."""
        await store.defer(first := item("x", reply="", expires=2e9), "one")
        assert await store.defer(item("x", reply=second, expires=3e9, message="new"), "one")
        assert (await store.items())[0].item == first

    @pytest.mark.parametrize("reply", ["reply", None])
    @pytest.mark.gen_test
    async def test_no_reply_yet(self, reply: str | None, store: Store) -> None:
        """An item without a reply becomes what is given, and is no younger for it."""
        first = item("x")
        await store.defer(first, "one")
        given = Item(
            id="x", account="b", user="v", created=7, expires=3e9, message="new", reply=reply
        )
        assert await store.defer(given, "one")
        assert (await store.items())[0].item == replace(given, created=first.created)

    @pytest.mark.gen_test
    async def test_state_and_runs_stay(self, store: Store) -> None:
        """To defer an item again changes neither its state nor its runs."""
        await store.defer(item("open"), "one", lease=0)
        await store.defer(item("aside"), "one", lease=0)
        await store.recover("one")
        await store.set_aside("aside")
        await park(store, item("parked"))
        for name in ("open", "aside", "parked"):
            assert await store.defer(item(name, reply="reply"), "one")
        found = {owed.item.id: (owed.state, owed.runs) for owed in await store.items()}
        assert found == {"open": (OPEN, 1), "aside": (ASIDE, 1), "parked": (PARKED, 0)}

    @pytest.mark.gen_test
    async def test_recover(self, store: Store, clock: Clock) -> None:
        """Who recovers gets what nobody holds, the oldest first, and holds it for 30 s."""
        await store.defer(item("held"), "another", lease=1000)
        for name, created in (
            ("third", BEGAN),
            ("fourth", BEGAN),
            ("first", 1.5),
            ("second", 1.75),
        ):
            await store.defer(item(name, created=created), "dead", lease=0)
        found = await store.recover("one")
        assert ids(found) == ["first", "second", "third", "fourth"]
        assert found[0] == Owed(item=item("first", created=1.5), runs=1, state=OPEN)
        clock.now += 29.5
        assert await store.recover("one") == await store.recover("two") == ()
        assert not await store.defer(item("first"), "two")
        clock.now += 0.5
        assert ids(await store.recover("two", lease=5)) == ids(found)
        clock.now += 5
        assert await store.defer(item("first"), "one")

    @pytest.mark.gen_test
    async def test_runs(self, store: Store) -> None:
        """Each time that it is recovered without a reply counts, and is there to see."""
        await store.defer(item("without"), "one", lease=0)
        await store.defer(item("with", reply=""), "one", lease=0)
        for runs in (1, 2, 3):
            found = {owed.item.id: owed.runs for owed in await store.recover("one", lease=0)}
            assert found == {"without": runs, "with": 0}
            assert {owed.item.id: owed.runs for owed in await store.items()} == found
        await store.defer(item("without", reply="reply"), "one", lease=0)
        assert [owed.runs for owed in await store.recover("one")] == [3, 0]

    @pytest.mark.gen_test
    async def test_clean_end(self, store: Store) -> None:
        """What is given back was not ended by its hook: that run does not count."""
        await store.defer(item("x"), "one")
        await store.renew("one", ["x"], 0)
        for _ in range(3):
            assert [owed.runs for owed in await store.recover("one")] == [1]
            await store.renew("another", ["x"], 0)
            await store.renew("one", ["x"], 0)
        await store.recover("one", lease=0)
        assert [owed.runs for owed in await store.recover("two")] == [2]

    @pytest.mark.gen_test
    async def test_accounts(self, store: Store) -> None:
        """Who names accounts gets theirs alone, the oldest first; others are left as they are."""
        for created, account in enumerate("abcab"):
            made = replace(item(f"{created}", created=created), account=account)
            await store.defer(made, "dead", lease=0)
        assert ids(await store.recover("one", limit=3, accounts="bac")) == ["0", "1", "2"]
        assert ids(await store.recover("one", accounts={"b", "d"})) == ["4"]
        assert await store.recover("one", accounts=()) == ()
        assert [(owed.item.id, owed.runs) for owed in await store.recover("two")] == [("3", 1)]

    @pytest.mark.gen_test
    async def test_limit(self, store: Store) -> None:
        """Who recovers so many leaves the younger ones, uncounted, to the next."""
        for created in (3, 1, 2):
            await store.defer(item(f"{created}", created=created), "dead", lease=0)
        assert ids(await store.recover("one", limit=2)) == ["1", "2"]
        [left] = await store.recover("two", limit=2)
        assert (left.item.id, left.runs) == ("3", 1)

    @pytest.mark.gen_test
    async def test_not_recovered(self, store: Store, clock: Clock) -> None:
        """What is parked, aside or expired is not recovered."""
        await park(store, item("parked"))
        for name, expires in (("aside", 1e10), ("past", clock.now), ("fresh", clock.now + 0.5)):
            await store.defer(item(name, expires=expires), "dead", lease=0)
        await store.set_aside("aside")
        assert ids(await store.recover("one")) == ["fresh"]
        assert len(await store.items()) == 4

    @pytest.mark.gen_test
    async def test_set_aside(self, store: Store) -> None:
        """What is set aside is kept, and free, be it open or parked."""
        await store.defer(item("open"), "one")
        await park(store, item("parked"))
        for name in ("open", "parked", "unknown"):
            await store.set_aside(name)
        assert await states(store) == {"open": ASIDE, "parked": ASIDE}
        assert await store.take("a", "u", "two") == ()
        assert await store.defer(item("open"), "two")

    @pytest.mark.parametrize("before", [ASIDE, PARKED])
    @pytest.mark.gen_test
    async def test_reopen(self, before: State, store: Store) -> None:
        """What was set aside or parked is open again, free, as if it had never run."""
        await store.defer(item("x"), "one", lease=0)
        await store.recover("one")
        await (store.set_aside if before is ASIDE else store.park)("x")
        await store.defer(item("x"), "another", lease=1000)
        assert await store.reopen("x")
        assert await store.items() == (Owed(item=item("x"), runs=0, state=OPEN),)
        assert [owed.runs for owed in await store.recover("two")] == [1]

    @pytest.mark.gen_test
    async def test_nothing_to_reopen(self, store: Store) -> None:
        """What is open stays held, with its runs; what is not there stays so."""
        await store.defer(item("x"), "one", lease=0)
        await store.recover("one")
        assert not await store.reopen("x")
        assert not await store.reopen("unknown")
        assert [owed.runs for owed in await store.items()] == [1]
        assert not await store.defer(item("x"), "two")

    @pytest.mark.gen_test
    async def test_renew(self, store: Store, clock: Clock) -> None:
        """A lease is counted from now where it is the owner's, and named; late too."""
        await store.defer(item("other"), "two", lease=40)
        for name in ("named", "not named"):
            await store.defer(item(name), "one", lease=40)
        clock.now += 39.5
        await store.renew("one", ["named", "other", "unknown"], 30)
        clock.now += 0.5
        assert ids(await store.recover("three", lease=0)) == ["other", "not named"]
        clock.now += 100
        await store.renew("one", {"named"}, 30)
        clock.now += 29.5
        assert not await store.defer(item("named"), "three")
        clock.now += 0.5
        assert await store.defer(item("named"), "three")
        await store.renew("one", ["named"], 1000)
        clock.now += 30
        assert await store.defer(item("named"), "one")

    @pytest.mark.gen_test
    async def test_release(self, store: Store) -> None:
        """A lease given back is nobody's at once, and cannot be renewed."""
        for name in ("x", "y"):
            await store.defer(item(name), "one")
        await store.renew("one", ("x",), 0)
        await store.renew("two", ("y",), 0)
        await store.renew("one", ("x",), 1000)
        assert ids(await store.recover("two")) == ["x"]

    @pytest.mark.parametrize("kind", [list, tuple, set, dict.fromkeys])
    @pytest.mark.gen_test
    async def test_settle(self, kind: Any, store: Store) -> None:
        """What is settled is gone, whatever its state and whoever holds it; nothing else is."""
        for name in ("open", "aside", "left"):
            await store.defer(item(name), "one")
        await store.set_aside("aside")
        await park(store, item("parked"))
        await store.settle(kind(["open", "aside", "parked", "unknown", "open"]))
        assert ids(await store.items()) == ["left"]
        await store.settle(kind([]))
        assert await store.defer(item("open"), "two")

    @pytest.mark.gen_test
    async def test_expire(self, store: Store, clock: Clock) -> None:
        """What has expired is deleted and returned, the oldest first, held or not."""
        await park(store, item("parked", created=2, expires=clock.now + 9))
        await store.defer(item("aside", created=3, expires=clock.now + 10), "one")
        await store.set_aside("aside")
        await store.defer(item("held", created=1, expires=clock.now + 10), "one", lease=1000)
        await store.defer(item("left", expires=clock.now + 10.5), "one")
        assert await store.expire() == ()
        clock.now += 10
        expired = await store.expire()
        assert [(owed.item.id, owed.state) for owed in expired] == [
            ("held", OPEN),
            ("parked", PARKED),
            ("aside", ASIDE),
        ]
        assert ids(await store.items()) == ["left"]
        assert await store.expire() == ()

    @pytest.mark.gen_test
    async def test_items(self, store: Store, clock: Clock) -> None:
        """A person sees all there is, or an account's, the oldest first; that changes nothing."""
        await park(store, item("parked", created=3))
        await store.defer(item("past", created=1, expires=clock.now), "one", lease=0)
        await store.defer(item("other", created=2, account="A"), "one", lease=0)
        for _ in range(2):
            assert ids(await store.items()) == ["past", "other", "parked"]
            assert ids(await store.items("a")) == ["past", "parked"]
            assert await store.items("") == ()
        assert [owed.runs for owed in await store.recover("one")] == [1]

    @pytest.mark.gen_test
    async def test_owed_to(self, store: Store, clock: Clock) -> None:
        """All that a user of an account is owed, the oldest first; that changes nothing."""
        await park(store, item("parked", created=3))
        await store.defer(item("held", created=2), "one")
        await store.defer(item("past", created=1, expires=clock.now), "one", lease=0)
        await store.defer(item("other", user="U"), "one")
        await store.defer(item("another", account="A"), "one")
        for _ in range(2):
            assert ids(await store.owed_to("a", "u")) == ["past", "held", "parked"]
        assert await store.owed_to("A", "U") == ()

    @pytest.mark.gen_test
    async def test_one_of_many(self, store: Store) -> None:
        """Of many tasks that defer one item at once, or recover it, just one gets it."""
        got = await asyncio.gather(*(store.defer(item("x"), f"{n}") for n in range(20)))
        assert sorted(got) == [False] * 19 + [True]
        await store.reopen("x")
        await store.renew(str(got.index(True)), ["x"], 0)
        found = await asyncio.gather(*(store.recover(f"{n}") for n in range(20)))
        assert sorted(map(ids, found)) == [[]] * 19 + [["x"]]
