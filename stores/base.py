"""What a store can do, whatever it keeps things in."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredToken:
    """An access token of the platform, and the Unix seconds at which it expires."""

    text: str = field(repr=False)
    expires_at: float


class StoreError(Exception):
    """The store cannot be used. One line that names it, and says why and what to do."""


class Store(Protocol):
    """What must outlive one request; every method may be called by many tasks at once.

    A task that is cancelled while it waits does no harm, but does not know either: what it
    asked for may still be done.

    Raises:
        StoreError: by every method but close(), where the store does not work or is closed.

    """

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

    async def close(self) -> None:
        """End what was asked for before, then let go of everything; again is no mistake."""
