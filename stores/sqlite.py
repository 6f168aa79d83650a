"""A store in a SQLite file, for several processes of one host and all their restarts."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from stores.base import StoredToken
from stores.database import Database

PATIENCE = 5.0  # seconds that another process may keep us from writing


class SQLiteStore:
    """Opened by `open`; a verb is a transaction, whole on the disk when it returns."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    @classmethod
    async def open(
        cls,
        path: str | Path,
        clock: Callable[[], float] = time.time,
        *,
        patience: float = PATIENCE,
    ) -> Self:
        """Open the store in the file at `path`, and make that unless it is there.

        `clock` is Unix seconds, and called on the store's thread; `patience` is the seconds
        that a verb waits while another process writes.

        Raises:
            StoreError: it cannot be used; what is there is left as it is.

        """
        return cls(await Database.open(Path(path), patience), clock)

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

    async def close(self) -> None:
        await self._database.close()
