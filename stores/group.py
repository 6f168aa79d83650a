"""Writes that wait together share a transaction: what takes its time is the commit."""

import copy
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

from stores.failures import reported
from stores.turns import Turns

T = TypeVar("T")
Transaction = Callable[[sqlite3.Connection], T]


class Write(Generic[T]):
    """What one task has to write, and the future of what that returns."""

    def __init__(self, function: Transaction[T]) -> None:
        self.future: Future[T] = Future()
        self._function = function
        self._outcome: Callable[[], None] = self._nothing

    def run(self, path: Path, connection: sqlite3.Connection) -> None:
        """Do it, unless it was cancelled; where it fails, undo what it did and nothing else.

        Raises:
            sqlite3.Error: it cannot be undone.

        """
        if not self._begins():
            return
        connection.execute("SAVEPOINT write")
        try:
            with reported(path):
                result = self._function(connection)
            self._outcome = partial(self.future.set_result, result)
        except BaseException as error:  # noqa: BLE001  # it is raised where it is awaited
            self._outcome = partial(self.future.set_exception, error)
            if connection.in_transaction:
                connection.execute("ROLLBACK TO write")
        if connection.in_transaction:
            connection.execute("RELEASE write")

    def settle(self) -> None:
        """Tell what became of it, now that it is on the disk."""
        self._outcome()

    def fail(self, error: BaseException) -> None:
        """Tell that nothing became of it."""
        if self._begins():
            # Each task has its own, for where it was raised is written into it.
            self.future.set_exception(copy.copy(error))

    def _begins(self) -> bool:
        # Asked twice where a transaction is undone, which set_running_… does not forgive.
        if self.future.running() or self.future.cancelled():
            return self.future.running()
        return self.future.set_running_or_notify_cancel()

    def _nothing(self) -> None:
        """Tell nothing to whom has cancelled it."""


def commit(
    path: Path, connection: sqlite3.Connection, writes: Sequence[Write[Any]], turns: Turns
) -> None:
    """Do all of `writes` in one transaction, and tell each what became of it.

    One that fails does not undo the others. Where the transaction fails as a whole, all do.
    """
    while writes:
        try:
            with reported(path), connection:
                turns.begin(connection)
                undone = _run(path, connection, writes)
        except BaseException as error:  # noqa: BLE001  # as above
            for write in writes:
                write.fail(error)
            return
        for write in writes:
            if write not in undone:
                write.settle()
        writes = undone


def _run(
    path: Path, connection: sqlite3.Connection, writes: Sequence[Write[Any]]
) -> Sequence[Write[Any]]:
    """Run them; return those that are to be run again, as one of them undid all.

    SQLite does that where, for one, the disk is full.
    """
    for number, write in enumerate(writes):
        write.run(path, connection)
        if not connection.in_transaction:
            return [*writes[:number], *writes[number + 1 :]]
    return []
