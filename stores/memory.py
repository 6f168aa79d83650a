"""A store for one process and its lifetime."""

import time
from collections.abc import Callable

from stores.base import StoredToken, StoreError


class MemoryStore:
    """Forgets everything when the process ends. `clock` is Unix seconds."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._tokens: dict[str, StoredToken] = {}
        self._leases: dict[str, tuple[str, float]] = {}
        self._closed = False

    async def load_token(self, key: str) -> StoredToken | None:
        self._check_open()
        return self._tokens.get(key)

    async def save_token(self, key: str, token: StoredToken) -> None:
        self._check_open()
        self._tokens[key] = token

    async def acquire(self, name: str, owner: str, lease: float) -> bool:
        self._check_open()
        now = self._clock()
        holder, expires_at = self._leases.get(name, (owner, now))
        if holder != owner and now < expires_at:
            return False
        self._leases[name] = owner, now + lease
        return True

    async def release(self, name: str, owner: str) -> None:
        self._check_open()
        holder, _ = self._leases.get(name, (None, 0))
        if holder == owner:
            del self._leases[name]

    async def close(self) -> None:
        self._closed = True

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError("memory:// is closed: open the store again")
