"""The journal in a SQLite file: what defer() has kept survives any end of the process.

A verb looks and then writes, which is one step, for its transaction writes from the start.
RETURNING would take fewer statements, and SQLite 3.35 of 2021, which not every system has.
"""

import sqlite3
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from stores.base import Item, Owed, State
from stores.database import Database

ITEM = [field.name for field in fields(Item)]

# lives() is written last, for it asks the system: of leases alone that have not run out.
HELD = """
    SELECT 1 FROM late
    WHERE id = :id AND owner != :owner AND lease > :now AND lives(holder)
"""
DEFER = """
    INSERT INTO late (id, account, user, created, expires, message, reply)
    VALUES (:id, :account, :user, :created, :expires, :message, :reply)
    ON CONFLICT (id) DO UPDATE SET
        account = excluded.account, user = excluded.user, expires = excluded.expires,
        message = excluded.message, reply = excluded.reply
    WHERE late.reply IS NULL
"""
MOVE = "UPDATE late SET state = ?, owner = '', holder = '', lease = 0 WHERE id = ?"
TOO_MANY = """
    SELECT parked.id FROM late JOIN late AS parked USING (account, user)
    WHERE late.id = ? AND parked.state = 'parked'
    ORDER BY parked.created DESC, parked.number DESC LIMIT -1 OFFSET ?
"""
TAKE = """
    SELECT * FROM late
    WHERE state = 'parked' AND account = :account AND user = :user
        AND expires > :now AND (lease <= :now OR NOT lives(holder))
    ORDER BY created, number
"""
RECOVER = """
    SELECT * FROM late
    WHERE state = 'open' AND (:account IS NULL OR account = :account)
        AND expires > :now AND (lease <= :now OR NOT lives(holder))
    ORDER BY created, number LIMIT :limit
"""
COUNT = "UPDATE late SET runs = runs + 1 WHERE id = ? AND reply IS NULL"
LEASE = "UPDATE late SET owner = ?, holder = ?, lease = ? WHERE id = ?"
RENEW = "UPDATE late SET owner = ?, holder = ?, lease = ? WHERE id = ? AND owner = ?"
COUNT_OFF = "UPDATE late SET runs = runs - 1 WHERE id = ? AND owner = ? AND runs > 0"
REOPEN = """
    UPDATE late SET state = 'open', runs = 0, owner = '', holder = '', lease = 0
    WHERE id = ? AND state != 'open'
"""
DELETE = "DELETE FROM late WHERE id = ?"
DROP = "DELETE FROM late WHERE state = 'parked' AND account = ? AND user = ?"
EXPIRED = "SELECT * FROM late WHERE expires <= :now ORDER BY created, number"
ITEMS = """
    SELECT * FROM late WHERE :account IS NULL OR account = :account ORDER BY created, number
"""
OWED_TO = "SELECT * FROM late WHERE account = :account AND user = :user ORDER BY created, number"


class SQLiteJournal:
    """Items in the table `late`."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    async def defer(self, item: Item, owner: str, lease: float = 30) -> bool:
        def defer(connection: sqlite3.Connection) -> bool:
            # Not before: the wait for other writers does not count.
            now = self._clock()
            held = {"id": item.id, "owner": owner, "now": now}
            if connection.execute(HELD, held).fetchone():
                return False
            connection.execute(DEFER, asdict(item))
            self._lease(connection, [item.id], owner, now + lease)
            return True

        return await self._database.write(defer)

    async def park(self, id: str, most: int = 10) -> tuple[str, ...]:
        def park(connection: sqlite3.Connection) -> tuple[str, ...]:
            connection.execute(MOVE, (State.PARKED, id))
            dropped = connection.execute(TOO_MANY, (id, most)).fetchall()
            connection.executemany(DELETE, dropped)
            return tuple(id_ for (id_,) in reversed(dropped))

        return await self._database.write(park)

    async def take(self, account: str, user: str, by: str, lease: float = 20) -> tuple[Item, ...]:
        def take(connection: sqlite3.Connection) -> tuple[Item, ...]:
            now = self._clock()
            taken = _select(connection, TAKE, {"account": account, "user": user, "now": now})
            self._lease(connection, [owed.item.id for owed in taken], by, now + lease)
            return tuple(owed.item for owed in taken)

        return await self._database.write(take)

    async def recover(
        self,
        owner: str,
        lease: float = 30,
        limit: int = 100,
        *,
        accounts: Collection[str] | None = None,
    ) -> tuple[Owed, ...]:
        def recover(connection: sqlite3.Connection) -> tuple[Owed, ...]:
            now = self._clock()
            values = {"now": now, "limit": limit}
            found = [
                owed
                for account in ([None] if accounts is None else accounts)
                for owed in _select(connection, RECOVER, values | {"account": account})
            ]
            recovered = sorted(found, key=lambda owed: owed.item.created)[:limit]
            ids = [owed.item.id for owed in recovered]
            self._lease(connection, ids, owner, now + lease)
            connection.executemany(COUNT, [(id_,) for id_ in ids])
            return tuple(_counted(owed) for owed in recovered)

        return await self._database.write(recover)

    async def set_aside(self, id: str) -> None:
        await self._database.write(lambda c: c.execute(MOVE, (State.ASIDE, id)).rowcount)

    async def reopen(self, id: str) -> bool:
        return await self._database.write(lambda c: c.execute(REOPEN, (id,)).rowcount > 0)

    async def renew(self, owner: str, ids: Collection[str], lease: float) -> None:
        def renew(connection: sqlite3.Connection) -> None:
            new = (owner, self._database.id, self._clock() + lease) if lease else ("", "", 0)
            if not lease:
                connection.executemany(COUNT_OFF, [(id_, owner) for id_ in ids])
            connection.executemany(RENEW, [(*new, id_, owner) for id_ in ids])

        await self._database.write(renew)

    async def settle(self, ids: Collection[str]) -> None:
        deleted = [(id_,) for id_ in ids]
        await self._database.write(lambda c: c.executemany(DELETE, deleted).rowcount)

    async def drop_user(self, account: str, user: str) -> int:
        return await self._database.write(lambda c: c.execute(DROP, (account, user)).rowcount)

    async def expire(self) -> tuple[Owed, ...]:
        def expire(connection: sqlite3.Connection) -> tuple[Owed, ...]:
            expired = _select(connection, EXPIRED, {"now": self._clock()})
            connection.executemany(DELETE, [(owed.item.id,) for owed in expired])
            return expired

        return await self._database.write(expire)

    async def items(self, account: str | None = None) -> tuple[Owed, ...]:
        return await self._database.read(lambda c: _select(c, ITEMS, {"account": account}))

    async def owed_to(self, account: str, user: str) -> tuple[Owed, ...]:
        values = {"account": account, "user": user}
        return await self._database.read(lambda c: _select(c, OWED_TO, values))

    def _lease(
        self, connection: sqlite3.Connection, ids: Collection[str], owner: str, until: float
    ) -> None:
        leases = [(owner, self._database.id, until, id_) for id_ in ids]
        connection.executemany(LEASE, leases)


def _select(
    connection: sqlite3.Connection, query: str, values: Mapping[str, Any]
) -> tuple[Owed, ...]:
    # By their names: a later version may have added columns.
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    return tuple(
        Owed(
            item=Item(**{name: row[name] for name in ITEM}),
            runs=row["runs"],
            state=State(row["state"]),
        )
        for row in cursor.execute(query, values)
    )


def _counted(owed: Owed) -> Owed:
    return replace(owed, runs=owed.runs + (owed.item.reply is None))
