"""How the processes that write to one SQLite file take turns.

SQLite sleeps up to a tenth of a second between two looks whether it may write. One process
that writes all the time would shut another out for seconds, which then takes the disk for
stalled: so it looks here, and often, and who has written rests until another may have looked.
"""

import sqlite3
import time
from collections.abc import Callable
from typing import TypeVar

from stores.failures import is_busy

T = TypeVar("T")
LOOK_SECONDS = 0.001
REST_SECONDS = 0.002


class Turns:
    """The turns of one connection; `patience` is the seconds that it waits for others.

    It rests only where the file `is_shared`, for others are there all the time.
    """

    def __init__(self, patience: float, *, is_shared: bool) -> None:
        self._patience = patience
        self._is_shared = is_shared
        self._wrote_at = float("-inf")

    def rest(self) -> None:
        """Let another process write, if this one has written just now."""
        if self._is_shared:
            rest = self._wrote_at + REST_SECONDS - time.monotonic()
            time.sleep(max(rest, 0.0))

    def wrote(self) -> None:
        """Know that this process has written."""
        self._wrote_at = time.monotonic()

    def begin(self, connection: sqlite3.Connection) -> None:
        """Begin a transaction that writes.

        Raises:
            sqlite3.OperationalError: another process did not let go.

        """
        connection.execute("PRAGMA busy_timeout = 0")
        try:
            patiently(lambda: connection.execute("BEGIN IMMEDIATE"), self._patience)
        finally:
            connection.execute(f"PRAGMA busy_timeout = {round(1000 * self._patience)}")


def patiently(do: Callable[[], T], patience: float) -> T:
    """Return what `do` returns, tried as long as another process is in its way.

    Raises:
        sqlite3.OperationalError: one still was after `patience` seconds, or it failed.

    """
    until = time.monotonic() + patience
    while True:
        try:
            return do()
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > until:
                raise
        time.sleep(LOOK_SECONDS)
