"""Items of the journal, and what a test asks about them."""

from collections.abc import Iterable
from typing import Any

from stores.base import Item, Journal, Owed, State

BEGAN = 1_700_000_000.25  # just before the clock of the tests begins
LONG = 1e9  # a lease that ends only with its holder, seconds


def item(id_: str, **given: Any) -> Item:
    """Return an item that never expires."""
    usual: dict[str, Any] = {
        "account": "a",
        "user": "u",
        "created": BEGAN,
        "expires": 1e10,
        "message": "<xml/>",
    }
    return Item(id=id_, **(usual | given))


def ids(found: Iterable[Item | Owed]) -> list[str]:
    """Return the ids of items, in their order."""
    return [(one.item if isinstance(one, Owed) else one).id for one in found]


async def states(journal: Journal) -> dict[str, State]:
    """Return the state of every item."""
    return {owed.item.id: owed.state for owed in await journal.items()}


async def park(journal: Journal, *items: Item) -> None:
    """Park items that are new."""
    for one in items:
        assert await journal.defer(one, "parker")
        assert await journal.park(one.id) == ()
