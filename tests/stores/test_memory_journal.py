"""What the journal of one process keeps of its users."""

import pytest

from stores.memory import MemoryStore
from tests.stores.late import item


@pytest.mark.gen_test
async def test_users_are_forgotten() -> None:
    """A user who is owed nothing any more takes no memory, whichever account a row moved to."""
    store = MemoryStore()
    for owed in (item("a"), item("b"), item("c", reply=None), item("c", user="other")):
        assert await store.defer(owed, "one")
    assert len(store._of_users) == len(["the user", "the other"])
    await store.settle(["a", "b", "c"])
    assert store._of_users == {}
