"""What a store can do, whatever it keeps things in.

Times are Unix seconds, a lease is seconds from now. A lease is held until its time has
passed, or it is given back, or, where a store can tell, its holder is dead.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredToken:
    """An access token of the platform, and the Unix seconds at which it expires."""

    text: str = field(repr=False)
    expires_at: float


class Way(StrEnum):
    """How a reply reaches the user."""

    WINDOW = "window"  # as the answer to an attempt
    LATE = "late"  # after the last attempt was acknowledged


@dataclass(frozen=True, slots=True)
class Claim:
    """What an exchange was when claim() had joined it."""

    owner: str  # who runs the hook; "" where nobody does
    attempt: int  # how many were counted, this one included if it was
    way: Way | None
    reply: str | None = field(repr=False)


class State(StrEnum):
    """What is to become of an item."""

    OPEN = "open"  # to be delivered, by whoever holds it
    PARKED = "parked"  # to be handed over with the user's next message
    ASIDE = "aside"  # a person is to look at it


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One message whose reply is owed."""

    id: str
    account: str
    user: str
    created: float
    expires: float  # when nobody wants the reply any more
    message: str = field(repr=False)  # opaque to the store, as the reply is
    reply: str | None = field(default=None, repr=False)  # None: its hook must run, or run again


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """An item, how often recover() has handed it out to have its hook run, and its state."""

    item: Item
    runs: int
    state: State


class StoreError(Exception):
    """The store cannot be used. One line that names it, and says why and what to do."""


class Tokens(Protocol):
    """Access tokens, and the leases by which one of many renews them."""

    async def load_token(self, key: str) -> StoredToken | None:
        """Return what was last saved under `key`, expired or not; None if nothing was."""

    async def save_token(self, key: str, token: StoredToken) -> None:
        """Keep `token` under `key` in place of what was there, and return when it is safe."""

    async def acquire(self, name: str, owner: str, lease: float) -> bool:
        """Take `name` for `owner` for the next `lease` seconds; return whether it was free.

        Whoever holds it may take it again, which counts the lease from now. One that ran
        out is free to anybody: its holder died, or should have taken it again in time.
        """

    async def release(self, name: str, owner: str) -> None:
        """Give `name` back before its time; nothing happens unless `owner` holds it."""


class Journal(Protocol):
    """The items whose replies are owed, from the first defer() to settle().

    Older is what was created earlier and, of the same time, deferred earlier. An item that
    is not there is nothing to any verb, and no error.
    """

    async def defer(self, item: Item, owner: str, lease: float = 30) -> bool:
        """Keep `item`, leased to `owner`, and return when it is safe; False if another holds it.

        One that is there without a reply becomes what is given; one with a reply stays as
        it is, for the first reply wins. Its time, state and runs stay in any case.
        """

    async def park(self, id: str, most: int = 10) -> tuple[str, ...]:
        """Make an item PARKED and free it; return the ids of what was dropped to make room.

        Of the items parked for the same user of the same account the oldest are dropped,
        held or not, until `most` are left.
        """

    async def take(self, account: str, user: str, by: str, lease: float = 20) -> tuple[Item, ...]:
        """Return the user's PARKED items that nobody holds, leased to `by`; oldest first.

        Expired ones are left out.
        """

    async def recover(
        self,
        owner: str,
        lease: float = 30,
        limit: int = 100,
        *,
        accounts: Collection[str] | None = None,
    ) -> tuple[Owed, ...]:
        """Return up to `limit` OPEN items that nobody holds, leased to `owner`; oldest first.

        Those of `accounts` alone, if these are given. Expired ones are left out. Each
        without a reply counts a run, this one included.
        """

    async def set_aside(self, id: str) -> None:
        """Make an item ASIDE and free it: it is kept for a person, and not recovered."""

    async def reopen(self, id: str) -> bool:
        """Make an ASIDE or PARKED item OPEN again, free and without runs; False if it is none."""

    async def renew(self, owner: str, ids: Collection[str], lease: float) -> None:
        """Count the leases of `owner` from now; 0 gives them back, and counts a run off.

        Its hook did not end the process, which was there to give it back. What another
        holds, or nobody, is left alone. A lease that ran out can be renewed until another
        takes it.
        """

    async def settle(self, ids: Collection[str]) -> None:
        """Delete items: their replies are owed no longer."""

    async def drop_user(self, account: str, user: str) -> int:
        """Delete the user's PARKED items, held or not, and return how many those were."""

    async def expire(self) -> tuple[Owed, ...]:
        """Delete what has expired, held or not, and return what that was; oldest first."""

    async def items(self, account: str | None = None) -> tuple[Owed, ...]:
        """Return all items, or those of `account`, for a person; oldest first."""

    async def owed_to(self, account: str, user: str) -> tuple[Owed, ...]:
        """Return the user's items, whoever holds them; oldest first."""


class Exchanges(Protocol):
    """Messages whose attempts are being answered: one hook, one reply, one way for them all.

    An exchange is remembered for 60 s after its last claim, and while it is leased. finish()
    and decide() of one that is not begin to remember it.
    """

    async def claim(
        self, key: str, owner: str, lease: float = 6, *, count: bool = True, twin: float = 0
    ) -> Claim:
        """Join the exchange, as one more attempt unless `count` is false.

        Nor does it count within `twin` seconds of an attempt that another owner counted: the
        two are one, sent twice. Where a store can tell that the other is dead, it counts: the
        attempt was broken off with it.

        `owner` is to run the hook if there is no reply and nobody holds the exchange, which
        leases it: that is so if the Claim has that owner.
        """

    async def look(self, key: str) -> Claim:
        """Return what the exchange is, and change nothing; a new one if it is not remembered."""

    async def finish(self, key: str, reply: str) -> tuple[str, Way | None]:
        """Give the exchange its reply; return the one it has, for the first wins, and the way."""

    async def decide(self, key: str, way: Way | None, owner: str) -> Way | None:
        """Decide the way for `owner`; return the one that is decided, for the first wins.

        None takes back what the owner decided. The way is undecided again only if no other
        owner has decided the same since: it may have answered.
        """

    async def renew_claims(self, owner: str, keys: Collection[str], lease: float) -> None:
        """Do to claims what renew() does to items."""


class Store(Tokens, Journal, Exchanges, Protocol):
    """What must outlive one request; every method may be called by many tasks at once.

    A task that is cancelled while it waits does no harm, but does not know either: what it
    asked for may still be done.

    `shared` is whether other processes answer the same messages, and so share the exchanges.

    Raises:
        StoreError: by every method but close(), where the store does not work or is closed.

    """

    @property
    def shared(self) -> bool:
        """Whether the exchanges are those of several processes."""

    async def close(self) -> None:
        """End what was asked for before, then let go of everything; again is no mistake."""
