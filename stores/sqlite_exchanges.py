"""Exchanges in a SQLite file, for several processes that answer the same messages.

Nothing of them is worth keeping when all processes have ended; they are in the file because
it is what the processes share.
"""

import sqlite3
from collections.abc import Callable, Collection

from stores.base import Claim, Way
from stores.database import Database
from stores.memory_exchanges import REMEMBERED

FORGET = "DELETE FROM exchange WHERE until <= ?"
JOIN = """
    INSERT INTO exchange (key, until) VALUES (?, ?)
    ON CONFLICT (key) DO UPDATE SET until = max(until, excluded.until)
"""
# lives() is written last, for it asks the system: of leases alone that have not run out.
COUNT = """
    UPDATE exchange SET
        attempts = attempts + 1, counted = :now, counter = :owner, counter_holder = :holder
    WHERE key = :key AND NOT (
        counter NOT IN ('', :owner) AND :now < counted + :twin AND lives(counter_holder)
    )
"""
OWN = """
    UPDATE exchange SET owner = :owner, holder = :holder, lease = :lease
    WHERE key = :key AND reply IS NULL AND (lease <= :now OR NOT lives(holder))
"""
FIND = "SELECT owner, attempts, way, reply FROM exchange WHERE key = ? AND until > ?"
FINISH = """
    INSERT INTO exchange (key, reply, until) VALUES (?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET reply = coalesce(reply, excluded.reply)
"""
DECIDE = """
    INSERT INTO exchange (key, way, until) VALUES (?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET way = coalesce(way, excluded.way)
"""
AGREE = """
    UPDATE exchange SET deciders = deciders || :decider
    WHERE key = :key AND way = :way AND NOT instr(deciders, :decider)
"""
DISAGREE = "UPDATE exchange SET deciders = replace(deciders, ?, '') WHERE key = ?"
UNDO = "UPDATE exchange SET way = NULL WHERE key = ? AND deciders = ''"
RENEW = """
    UPDATE exchange SET owner = ?, holder = ?, lease = ?, until = max(until, ?)
    WHERE key = ? AND owner = ?
"""


class SQLiteExchanges:
    """Exchanges in the table `exchange`; each verb deletes those that are past."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    async def claim(
        self, key: str, owner: str, lease: float = 6, *, count: bool = True, twin: float = 0
    ) -> Claim:
        def claim(connection: sqlite3.Connection) -> Claim:
            now = self._forget(connection)
            connection.execute(JOIN, (key, now + max(REMEMBERED, lease)))
            values = {"key": key, "owner": owner, "holder": self._database.id, "now": now}
            if count:
                connection.execute(COUNT, values | {"twin": twin})
            connection.execute(OWN, values | {"lease": now + lease})
            return _found(connection, key, now)

        return await self._database.write(claim)

    async def look(self, key: str) -> Claim:
        return await self._database.read(lambda c: _found(c, key, self._clock()))

    async def finish(self, key: str, reply: str) -> tuple[str, Way | None]:
        def finish(connection: sqlite3.Connection) -> tuple[str, Way | None]:
            now = self._forget(connection)
            connection.execute(FINISH, (key, reply, now + REMEMBERED))
            found = _found(connection, key, now)
            assert found.reply is not None
            return found.reply, found.way

        return await self._database.write(finish)

    async def decide(self, key: str, way: Way | None, owner: str) -> Way | None:
        decider = f" {owner} "

        def decide(connection: sqlite3.Connection) -> Way | None:
            now = self._forget(connection)
            if way is None:
                connection.execute(DISAGREE, (decider, key))
                connection.execute(UNDO, (key,))
            else:
                connection.execute(DECIDE, (key, way, now + REMEMBERED))
                connection.execute(AGREE, {"key": key, "way": way, "decider": decider})
            return _found(connection, key, now).way

        return await self._database.write(decide)

    async def renew_claims(self, owner: str, keys: Collection[str], lease: float) -> None:
        def renew(connection: sqlite3.Connection) -> None:
            now = self._forget(connection)
            until = now + lease
            new = (owner, self._database.id, until) if lease else ("", "", 0)
            connection.executemany(RENEW, [(*new, until, key, owner) for key in keys])

        await self._database.write(renew)

    def _forget(self, connection: sqlite3.Connection) -> float:
        """Delete what is past, and return the time that it is."""
        now = self._clock()
        connection.execute(FORGET, (now,))
        return now


def _found(connection: sqlite3.Connection, key: str, now: float) -> Claim:
    found = connection.execute(FIND, (key, now)).fetchone()
    owner, attempts, way, reply = found or ("", 0, None, None)
    return Claim(owner, attempts, Way(way) if way else None, reply)
