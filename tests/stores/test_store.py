"""What the verbs of tokens and of their leases mean, whatever the store keeps things in.

test_journal.py, test_parking.py and test_exchanges.py have the others.
"""

import asyncio

import pytest

from stores.base import Claim, Owed, State, Store, StoredToken, StoreError
from tests.stores.conftest import Clock
from tests.stores.late import item

TOKEN = StoredToken("text", 1_700_007_200.25)


class TestStore:
    """Every store does this alike."""

    @pytest.mark.gen_test
    async def test_nothing(self, store: Store) -> None:
        """A key under which nothing was saved has no token."""
        assert await store.load_token("key") is None

    @pytest.mark.parametrize("text", ["", "x" * 512, "' \" ; -- \x00 %", "令牌 🎉"])
    @pytest.mark.gen_test
    async def test_save(self, text: str, store: Store) -> None:
        """What is saved is loaded just as it was, fractions of a second included."""
        token = StoredToken(text, 1_700_007_200.25)
        await store.save_token("令牌 'key'", token)
        assert await store.load_token("令牌 'key'") == token

    @pytest.mark.gen_test
    async def test_replace(self, store: Store) -> None:
        """A token takes the place of the one before, and of no other key's."""
        await store.save_token("key", TOKEN)
        await store.save_token("Key", TOKEN)
        await store.save_token("key", StoredToken("new", 1.0))
        assert await store.load_token("key") == StoredToken("new", 1.0)
        assert await store.load_token("Key") == TOKEN

    @pytest.mark.gen_test
    async def test_expired(self, store: Store, clock: Clock) -> None:
        """An expired token is still loaded: what it is good for is the caller's to know."""
        await store.save_token("key", TOKEN)
        clock.now = TOKEN.expires_at + 1
        assert await store.load_token("key") == TOKEN

    @pytest.mark.gen_test
    async def test_acquire(self, store: Store) -> None:
        """What one holds nobody else gets, unless it has another name."""
        assert await store.acquire("name", "one", 60)
        assert not await store.acquire("name", "two", 60)
        assert await store.acquire("Name", "two", 60)

    @pytest.mark.gen_test
    async def test_one_of_many(self, store: Store) -> None:
        """Of many tasks that want it at once just one gets it."""
        got = await asyncio.gather(*(store.acquire("name", f"{n}", 60) for n in range(20)))
        assert sorted(got) == [False] * 19 + [True]

    @pytest.mark.gen_test
    async def test_release(self, store: Store) -> None:
        """What was released is free at once."""
        await store.acquire("name", "one", 60)
        await store.release("name", "one")
        assert await store.acquire("name", "two", 60)

    @pytest.mark.gen_test
    async def test_release_by_a_stranger(self, store: Store) -> None:
        """Who does not hold it releases nothing, be it another's or nobody's."""
        await store.release("name", "two")
        await store.acquire("name", "one", 60)
        await store.release("name", "two")
        await store.release("Name", "one")
        assert not await store.acquire("name", "two", 60)

    @pytest.mark.gen_test
    async def test_lease(self, store: Store, clock: Clock) -> None:
        """A lease ends when its seconds have passed, and not before."""
        await store.acquire("name", "one", 60)
        clock.now += 59.5
        assert not await store.acquire("name", "two", 60)
        clock.now += 0.5
        assert await store.acquire("name", "two", 60)

    @pytest.mark.gen_test
    async def test_after_the_lease(self, store: Store, clock: Clock) -> None:
        """Who came too late to prolong has lost it, and cannot release it for the next."""
        await store.acquire("name", "one", 60)
        clock.now += 61
        assert await store.acquire("name", "two", 60)
        assert not await store.acquire("name", "one", 60)
        await store.release("name", "one")
        assert not await store.acquire("name", "three", 60)

    @pytest.mark.parametrize("late", [50, 70])
    @pytest.mark.gen_test
    async def test_prolong(self, late: float, store: Store, clock: Clock) -> None:
        """The holder may take it again, late too if nobody else did; that counts from then."""
        await store.acquire("name", "one", 60)
        clock.now += late
        assert await store.acquire("name", "one", 60)
        clock.now += 59.5
        assert not await store.acquire("name", "two", 60)
        clock.now += 0.5
        assert await store.acquire("name", "two", 60)

    @pytest.mark.gen_test
    async def test_shorten(self, store: Store, clock: Clock) -> None:
        """A shorter lease takes the place of the longer one."""
        await store.acquire("name", "one", 60)
        await store.acquire("name", "one", 10)
        clock.now += 10
        assert await store.acquire("name", "two", 60)

    @pytest.mark.gen_test
    async def test_closed(self, store: Store) -> None:
        """After close() every verb fails and says so; close() itself may be called again."""
        await store.close()
        for verb in (
            store.load_token("key"),
            store.save_token("key", TOKEN),
            store.acquire("name", "one", 60),
            store.release("name", "one"),
            store.defer(item("x"), "one"),
            store.park("x"),
            store.take("a", "u", "one"),
            store.recover("one"),
            store.set_aside("x"),
            store.reopen("x"),
            store.renew("one", ["x"], 1),
            store.settle(["x"]),
            store.drop_user("a", "u"),
            store.expire(),
            store.items(),
            store.owed_to("a", "u"),
            store.claim("key", "one"),
            store.look("key"),
            store.finish("key", "reply"),
            store.decide("key", None, "one"),
            store.renew_claims("one", ["key"], 1),
        ):
            with pytest.raises(StoreError, match="is closed: open the store again"):
                await verb
        await store.close()


def test_no_secret_in_its_repr() -> None:
    """A token is not shown where it is printed, nor is what users and accounts write."""
    assert repr(StoredToken("secret", 1.0)) == "StoredToken(expires_at=1.0)"
    owed = Owed(item=item("x", message="secret", reply="secret"), runs=0, state=State.OPEN)
    assert "secret" not in repr(owed)
    assert "secret" not in repr(Claim("one", 1, None, "secret"))
