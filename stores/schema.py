"""The tables of a database, and how those of an older version become today's."""

import sqlite3
from pathlib import Path

from stores.base import StoreError

APPLICATION_ID = 0x57434342  # "WCCB"; file(1) and we know our databases by it

# Step n makes version n of version n - 1. A step that was released is never changed, and a
# new one only adds: a process of the version before may still be running.
STEPS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE token (
            key TEXT NOT NULL PRIMARY KEY,
            text TEXT NOT NULL,
            expires_at REAL NOT NULL
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE lease (
            name TEXT NOT NULL PRIMARY KEY,
            owner TEXT NOT NULL,
            expires_at REAL NOT NULL
        ) WITHOUT ROWID
        """,
    ),
    (
        # In the order in which they were first deferred. What nobody holds has the owner '';
        # `holder` is the open store by which the owner leased it, until `lease`.
        """
        CREATE TABLE late (
            number INTEGER NOT NULL PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            account TEXT NOT NULL,
            user TEXT NOT NULL,
            created REAL NOT NULL,
            expires REAL NOT NULL,
            message TEXT NOT NULL,
            reply TEXT,
            runs INTEGER NOT NULL DEFAULT 0,
            state TEXT NOT NULL DEFAULT 'open',
            owner TEXT NOT NULL DEFAULT '',
            holder TEXT NOT NULL DEFAULT '',
            lease REAL NOT NULL DEFAULT 0
        )
        """,
        "CREATE INDEX late_open ON late (created) WHERE state = 'open'",
        "CREATE INDEX late_parked ON late (account, user, created) WHERE state = 'parked'",
        "CREATE INDEX late_expires ON late (expires)",
        """
        CREATE TABLE exchange (
            key TEXT NOT NULL PRIMARY KEY,
            attempts INTEGER NOT NULL DEFAULT 0,
            way TEXT,
            reply TEXT,
            owner TEXT NOT NULL DEFAULT '',
            holder TEXT NOT NULL DEFAULT '',
            lease REAL NOT NULL DEFAULT 0,
            until REAL NOT NULL
        ) WITHOUT ROWID
        """,
        "CREATE INDEX exchange_until ON exchange (until)",
    ),
    (
        # What a user is owed, in whatever state.
        "CREATE INDEX late_user ON late (account, user)",
        # Who decided the way, each owner between spaces.
        "ALTER TABLE exchange ADD COLUMN deciders TEXT NOT NULL DEFAULT ''",
        # When an attempt was last counted, for whom, and by which open store.
        "ALTER TABLE exchange ADD COLUMN counted REAL NOT NULL DEFAULT 0",
        "ALTER TABLE exchange ADD COLUMN counter TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE exchange ADD COLUMN counter_holder TEXT NOT NULL DEFAULT ''",
    ),
)


def version(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of the database, 0 of an empty one.

    Raises:
        StoreError: it is not ours, or of a later version than this code.

    """
    found, made_by, objects = (
        int(connection.execute(query).fetchone()[0])
        for query in (
            "PRAGMA user_version",
            "PRAGMA application_id",
            "SELECT count(*) FROM sqlite_master",
        )
    )
    if made_by != APPLICATION_ID and (made_by or found or objects):
        raise StoreError(f"{path} is a database of another program: choose another file")
    if found > len(STEPS):
        versions = f"schema {found}, where this one knows {len(STEPS)}"
        raise StoreError(
            f"{path} was made by a newer version of this service ({versions}):"
            " run that version, or choose another file"
        )
    return found


def upgrade(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the database to today's version, within a transaction that writes.

    Even where nothing is to do this writes, which proves that the file can be written.

    Raises:
        StoreError: as `version` does; sqlite3.Error: as SQLite does.

    """
    for step in STEPS[version(connection, path) :]:
        for statement in step:
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {len(STEPS)}")
