"""A store in a SQLite file, for several processes of one host and all their restarts."""

import sqlite3
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Self

from stores.base import Claim, Exchanges, StoredToken, Way
from stores.database import Database
from stores.memory_exchanges import MemoryExchanges
from stores.sqlite_exchanges import SQLiteExchanges
from stores.sqlite_journal import SQLiteJournal

PATIENCE = 5.0  # seconds that another process may keep us from writing


class SQLiteStore(SQLiteJournal):
    """Opened by `open`; a verb is a transaction, whole on the disk when it returns.

    All but the exchanges, which are this process's own and in memory, unless it is opened
    to be shared.
    """

    def __init__(self, database: Database, clock: Callable[[], float], *, shared: bool) -> None:
        super().__init__(database, clock)
        self.shared = shared

        def now() -> float:
            database.check_open()
            return clock()

        self._exchanges: Exchanges = (
            SQLiteExchanges(database, clock) if shared else MemoryExchanges(now)
        )

    @classmethod
    async def open(
        cls,
        path: str | Path,
        clock: Callable[[], float] = time.time,
        *,
        patience: float = PATIENCE,
        shared: bool = False,
    ) -> Self:
        """Open the store in the file at `path`, and make that unless it is there.

        `clock` is Unix seconds, and called on the store's thread too; `patience` is the
        seconds that a verb waits while another process writes. `shared` is for processes
        that answer the same messages: each must have it.

        Raises:
            StoreError: it cannot be used; what is there is left as it is.

        """
        database = await Database.open(Path(path), patience, is_shared=shared)
        return cls(database, clock, shared=shared)

    async def load_token(self, key: str) -> StoredToken | None:
        def load(connection: sqlite3.Connection) -> StoredToken | None:
            query = "SELECT text, expires_at FROM token WHERE key = ?"
            row = connection.execute(query, (key,)).fetchone()
            return StoredToken(*row) if row else None

        return await self._database.read(load)

    async def save_token(self, key: str, token: StoredToken) -> None:
        def save(connection: sqlite3.Connection) -> None:
            statement = "INSERT OR REPLACE INTO token (key, text, expires_at) VALUES (?, ?, ?)"
            connection.execute(statement, (key, token.text, token.expires_at))

        await self._database.write(save)

    async def acquire(self, name: str, owner: str, lease: float) -> bool:
        def acquire(connection: sqlite3.Connection) -> bool:
            # Not before: the wait for other writers does not count.
            now = self._clock()
            held = "SELECT 1 FROM lease WHERE name = ? AND owner != ? AND expires_at > ?"
            if connection.execute(held, (name, owner, now)).fetchone():
                return False
            take = "INSERT OR REPLACE INTO lease (name, owner, expires_at) VALUES (?, ?, ?)"
            connection.execute(take, (name, owner, now + lease))
            return True

        return await self._database.write(acquire)

    async def release(self, name: str, owner: str) -> None:
        def release(connection: sqlite3.Connection) -> None:
            statement = "DELETE FROM lease WHERE name = ? AND owner = ?"
            connection.execute(statement, (name, owner))

        await self._database.write(release)

    async def claim(
        self, key: str, owner: str, lease: float = 6, *, count: bool = True, twin: float = 0
    ) -> Claim:
        return await self._exchanges.claim(key, owner, lease, count=count, twin=twin)

    async def look(self, key: str) -> Claim:
        return await self._exchanges.look(key)

    async def finish(self, key: str, reply: str) -> tuple[str, Way | None]:
        return await self._exchanges.finish(key, reply)

    async def decide(self, key: str, way: Way | None, owner: str) -> Way | None:
        return await self._exchanges.decide(key, way, owner)

    async def renew_claims(self, owner: str, keys: Collection[str], lease: float) -> None:
        await self._exchanges.renew_claims(owner, keys, lease)

    async def close(self) -> None:
        await self._database.close()
