"""What SQLite and the system report, in the words of a StoreError."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stores.base import StoreError

RESTORE = "move it away with its -wal and -shm, and put a backup there or begin anew"
_PRIMARY = 0xFF  # the rest of an error code says more, as in SQLITE_IOERR_WRITE
_LOCKED = "is locked by another process that does not let go: end that one, or try again"
_REASONS = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_CORRUPT: f"is damaged: {RESTORE}",
    sqlite3.SQLITE_FULL: "cannot grow, for the disk is full: make room on it",
    sqlite3.SQLITE_IOERR: "cannot be read or written: see whether the disk is full or broken",
    sqlite3.SQLITE_NOTADB: f"is damaged, or no database at all: {RESTORE}",
    sqlite3.SQLITE_PROTOCOL: _LOCKED,
}
_DENIALS = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY}


@contextmanager
def reported(path: Path) -> Iterator[None]:
    """Do something with the database at `path`.

    Raises:
        StoreError: in place of an error of SQLite or of the system.

    """
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"{path} {_reason(error)}") from error
    except OSError as error:
        where = f"{error.filename}: " if isinstance(error.filename, str) else ""
        problem = f"cannot be made: {where}{error.strerror}"
        raise StoreError(f"{path} {problem}: mend that, or choose another file") from error


def denied() -> str:
    """Return what is to be said where a file is another's."""
    user = f"the user that runs this (uid {os.geteuid()})"
    return f"cannot be opened or written: give it, and its folder, to {user}"


def is_busy(error: sqlite3.Error) -> bool:
    """Return whether another connection is in the way."""
    return _code(error) == sqlite3.SQLITE_BUSY


def _reason(error: sqlite3.Error) -> str:
    code = _code(error)
    if code in _DENIALS:
        reason = denied()
    else:
        reason = _REASONS.get(code, "failed in a way that nobody thought of: report this")
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return f"{reason} ({name}: {error})"


def _code(error: sqlite3.Error) -> int:
    # An error of Python's own, which has no code, is a mistake of ours.
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE)) & _PRIMARY
