"""A SQLite file that several processes of one host use, by transactions on one thread."""

import asyncio
import os
import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Self, TypeVar

from stores import schema
from stores.base import StoreError
from stores.failures import RESTORE, reported
from stores.files import prepare
from stores.group import Transaction, Write, commit
from stores.presence import Presence
from stores.thread import Worker
from stores.turns import Turns, patiently

T = TypeVar("T")


class Database:
    """The file at `path`, open; `patience` is how many seconds to wait for another process.

    Where it `is_shared`, others write to it all the time.

    Open it in the process that uses it: neither the thread nor SQLite outlives a fork.

    What is written in the name of `id` is void when this is closed or its process has died:
    `lives(id)`, in SQL that writes, is true until then.
    """

    def __init__(self, path: Path, patience: float, *, is_shared: bool = False) -> None:
        self._path = path.absolute()
        self._patience = patience
        self._turns = Turns(patience, is_shared=is_shared)
        self._worker = Worker(f"store {path.name}")
        self._presence = Presence()
        self._waiting: deque[Write[Any]] = deque()
        self._connection: sqlite3.Connection | None = None
        self._closing: Future[None] | None = None

    @classmethod
    async def open(cls, path: Path, patience: float, *, is_shared: bool = False) -> Self:
        """Open the database, made or upgraded where that is needed.

        Raises:
            StoreError: it cannot be used; what was there is left as it was.

        """
        database = cls(path, patience, is_shared=is_shared)
        try:
            await database._run(database._connect)
        except BaseException:
            database._begin_to_close()
            raise
        return database

    @property
    def id(self) -> str:
        """The name of this and no other open database."""
        return self._presence.id

    async def read(self, transaction: Transaction[T]) -> T:
        """Return what `transaction` returns; all that it reads is of one moment.

        Raises:
            StoreError: SQLite failed, or the database is closed.

        """
        return await self._run(lambda: self._transact(_begin_to_read, transaction))

    async def write(self, transaction: Transaction[T]) -> T:
        """Return what `transaction` returns, once all that it wrote is on the disk.

        It begins when no other process writes, and none does until it ends. It may be called
        again, where what it did was undone.

        Raises:
            StoreError: SQLite failed, or the database is closed; nothing is changed.

        """
        self.check_open()
        write = Write(transaction)
        self._waiting.append(write)
        self._worker.submit(self._commit)
        return await asyncio.wrap_future(write.future)

    def check_open(self) -> None:
        """Go on, unless the database is closed.

        Raises:
            StoreError: it is.

        """
        if self._closing:
            raise StoreError(f"{self._path} is closed: open the store again")

    async def close(self) -> None:
        """Do what was asked for before, close the file and end the thread."""
        await asyncio.shield(asyncio.wrap_future(self._begin_to_close()))
        self._worker.join()  # which takes no time: that was its last job

    def _begin_to_close(self) -> Future[None]:
        if self._closing is None:
            self._closing = self._worker.submit(self._disconnect)
            self._worker.end()
        return self._closing

    async def _run(self, function: Callable[[], T]) -> T:
        self.check_open()
        return await asyncio.wrap_future(self._worker.submit(function))

    def _transact(self, begin: Transaction[object], transaction: Transaction[T]) -> T:
        assert self._connection
        # Which commits in the end, or rolls back.
        with reported(self._path), self._connection as connection:
            begin(connection)
            return transaction(connection)

    def _commit(self) -> None:
        """Write all that waits, which may be nothing: one before may have written it."""
        assert self._connection
        if not self._waiting:
            return
        self._turns.rest()
        writes = [self._waiting.popleft() for _ in range(len(self._waiting))]
        self._presence.look_again()
        commit(self._path, self._connection, writes, self._turns)
        self._turns.wrote()

    def _connect(self) -> None:
        # SQLite keeps its -wal beside what a link leads to, so that is what to look at.
        self._path = Path(os.path.realpath(self._path))
        with reported(self._path):
            prepare(self._path)
            self._connection = sqlite3.connect(
                f"{self._path.as_uri()}?mode=rw",
                uri=True,
                timeout=self._patience,
                isolation_level=None,
            )
            try:
                self._set_up(self._connection)
            except BaseException:
                self._disconnect()
                raise

    def _set_up(self, connection: sqlite3.Connection) -> None:
        """Look first, so that nothing is changed that is not ours or not whole."""
        self._transact(_begin_to_read, lambda c: schema.version(c, self._path))
        [found] = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise StoreError(f"{self._path} is damaged: {RESTORE} ({found.splitlines()[-1]})")
        self._use_wal(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.create_function("lives", 1, self._presence.lives)
        self._transact(self._turns.begin, self._begin)

    def _begin(self, connection: sqlite3.Connection) -> None:
        schema.upgrade(connection, self._path)
        self._presence.begin(self._path)

    def _use_wal(self, connection: sqlite3.Connection) -> None:
        """Let readers and a writer go on at once."""
        # SQLite does not wait where two want this of a new file: each would for the other.
        wal = patiently(lambda: connection.execute("PRAGMA journal_mode = WAL"), self._patience)
        [mode] = wal.fetchone()
        if mode != "wal":
            where = "is where files cannot be shared by processes"
            raise StoreError(f"{self._path} {where}: choose a folder on a disk of this machine")

    def _disconnect(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None
        self._presence.end()


def _begin_to_read(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN")
