"""What each verb means for an item that waits for its user's next message."""

import asyncio

import pytest

from stores.base import Store
from tests.stores.conftest import Clock
from tests.stores.late import ids, item, park


class TestParking:
    """Every store does this alike."""

    @pytest.mark.gen_test
    async def test_park(self, store: Store) -> None:
        """What is parked is free at once, for the user's next message."""
        await store.defer(item("x", reply="reply"), "one", lease=1000)
        assert await store.park("x") == ()
        assert await store.take("a", "u", "two") == (item("x", reply="reply"),)

    @pytest.mark.gen_test
    async def test_nothing_to_park(self, store: Store) -> None:
        """What is not there is not parked, and makes nobody drop anything."""
        await park(store, item("x"))
        assert await store.park("unknown", most=0) == ()
        assert ids(await store.items()) == ["x"]

    @pytest.mark.gen_test
    async def test_too_many(self, store: Store) -> None:
        """Of more than ten of a user the oldest are dropped, held or not; no other item is."""
        await store.defer(item("open", created=0), "one")
        await store.defer(item("aside", created=0), "one")
        await store.set_aside("aside")
        await park(store, item("v", created=0, user="v"), item("b", created=0, account="b"))
        parked = [item(f"{created}", created=created) for created in range(7, 17)]
        await park(store, *reversed(parked))
        await store.take("a", "u", "two", lease=1000)
        await store.defer(item("17", created=17), "one")
        assert await store.park("17") == ("7",)
        await store.defer(item("1", created=1), "one")
        assert await store.park("1") == ("1",)
        left = ["open", "aside", "v", "b", *map(str, range(8, 18))]
        assert ids(await store.items()) == left

    @pytest.mark.parametrize(
        ("most", "dropped"), [(3, ("b",)), (1, ("b", "a", "x")), (0, ("b", "a", "x", "c"))]
    )
    @pytest.mark.gen_test
    async def test_most(self, most: int, dropped: tuple[str, ...], store: Store) -> None:
        """As many are left as is said; what is dropped is told, the oldest first."""
        await park(store, item("a", created=2), item("x", created=2), item("b", created=1))
        await store.defer(item("c", created=3), "one")
        assert await store.park("c", most) == dropped
        assert len(await store.items()) == most

    @pytest.mark.gen_test
    async def test_park_again(self, store: Store) -> None:
        """What is parked already can be parked again, which frees it."""
        await park(store, item("x"))
        await store.take("a", "u", "one")
        assert await store.park("x", most=1) == ()
        assert ids(await store.take("a", "u", "two")) == ["x"]

    @pytest.mark.gen_test
    async def test_take(self, store: Store, clock: Clock) -> None:
        """Who takes gets what nobody holds, the oldest first, and holds it for 20 s."""
        await park(store, item("c", created=2), item("b", created=2), item("a", created=1.5))
        assert ids(await store.take("a", "u", "one")) == ["a", "c", "b"]
        clock.now += 19.5
        assert await store.take("a", "u", "one") == await store.take("a", "u", "two") == ()
        clock.now += 0.5
        assert ids(await store.take("a", "u", "two", lease=5)) == ["a", "c", "b"]
        clock.now += 5
        assert len(await store.take("a", "u", "three")) == 3

    @pytest.mark.gen_test
    async def test_not_taken(self, store: Store, clock: Clock) -> None:
        """Nobody gets another's, nor what is open, aside or expired."""
        await store.defer(item("open"), "one", lease=0)
        await store.defer(item("aside"), "one", lease=0)
        await store.set_aside("aside")
        await park(store, item("v", user="v"), item("b", account="b"), item("U", user="U"))
        await park(store, item("past", expires=clock.now), item("fresh", expires=clock.now + 0.5))
        assert ids(await store.take("a", "u", "one")) == ["fresh"]

    @pytest.mark.gen_test
    async def test_give_back(self, store: Store) -> None:
        """What was taken can be given back, and is in its place again."""
        await park(store, *(item(name) for name in "abc"))
        assert ids(await store.take("a", "u", "one")) == ["a", "b", "c"]
        await store.settle(["a"])
        await store.renew("one", ["c", "b"], 0)
        await park(store, item("d"))
        assert ids(await store.take("a", "u", "two")) == ["b", "c", "d"]

    @pytest.mark.gen_test
    async def test_taken_once(self, store: Store) -> None:
        """Of messages that come at once one takes all."""
        await park(store, *(item(name) for name in "abc"))
        taken = await asyncio.gather(*(store.take("a", "u", f"{n}") for n in range(20)))
        assert sorted(map(ids, taken)) == [[]] * 19 + [["a", "b", "c"]]

    @pytest.mark.gen_test
    async def test_drop_user(self, store: Store) -> None:
        """All that a user has parked is dropped and counted, held or not; no other item is."""
        await store.defer(item("open"), "one")
        await store.defer(item("aside"), "one")
        await store.set_aside("aside")
        await park(store, item("x"))
        await store.take("a", "u", "two")
        await park(store, item("y"), item("v", user="v"), item("b", account="b"))
        assert await store.drop_user("a", "u") == 2
        assert ids(await store.items()) == ["open", "aside", "v", "b"]
        assert await store.drop_user("a", "u") == 0
