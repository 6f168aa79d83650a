"""A store for one process and its lifetime."""

import time
from collections.abc import Callable

from stores.base import StoredToken, StoreError
from stores.memory_exchanges import MemoryExchanges
from stores.memory_journal import MemoryJournal


class MemoryStore(MemoryJournal, MemoryExchanges):
    """Forgets everything when the process ends, replies that are owed too.

    `clock` is Unix seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        super().__init__(clock)
        self.shared = False
        self._tokens: dict[str, StoredToken] = {}
        self._leases: dict[str, tuple[str, float]] = {}
        self._closed = False

    async def load_token(self, key: str) -> StoredToken | None:
        self._now()
        return self._tokens.get(key)

    async def save_token(self, key: str, token: StoredToken) -> None:
        self._now()
        self._tokens[key] = token

    async def acquire(self, name: str, owner: str, lease: float) -> bool:
        now = self._now()
        holder, expires_at = self._leases.get(name, (owner, now))
        if holder != owner and now < expires_at:
            return False
        self._leases[name] = owner, now + lease
        return True

    async def release(self, name: str, owner: str) -> None:
        self._now()
        holder, _ = self._leases.get(name, (None, 0))
        if holder == owner:
            del self._leases[name]

    async def close(self) -> None:
        self._closed = True

    def _now(self) -> float:
        if self._closed:
            raise StoreError("memory:// is closed: open the store again")
        return super()._now()
