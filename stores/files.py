"""The file of a database, and its folder: nobody's but the user's whose service it is."""

import contextlib
import os
import threading
from pathlib import Path

from stores.base import StoreError
from stores.failures import RESTORE, denied

HEADER = 100  # bytes; a file that is shorter, and not empty, is no database

# Whoever closes a file gives up every lock that the process has on it: what is being made
# must not be had open by another store of this process already.
_making = threading.Lock()


def prepare(path: Path) -> None:
    """Make a file for a new database, and its folder, unless they are there.

    Whatever the umask, a new folder is 0700 and a new file 0600, and SQLite makes its -wal
    and -shm like that file. What root makes is given the owner of the folder that it is in:
    a command run by root must not lock out a service that has its own user.

    Raises:
        StoreError: something else is there.
        OSError: they cannot be made.

    """
    _make_folder(path.parent)
    # Looked at before the file: who makes a database fills that first.
    log = path.with_name(path.name + "-wal")
    logged = _size(log) > 0
    if not logged:
        _make_file(path)
    if problem := _problem(path, log, logged=logged):
        raise StoreError(f"{path} {problem}")


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        _own(fd, folder, 0o700)
        os.close(fd)


def _make_file(path: Path) -> None:
    with _making, contextlib.suppress(FileExistsError):
        os.close(make_file(path))


def make_file(path: Path) -> int:
    """Make a file as `prepare` does, where there is none, and return its descriptor.

    Raises:
        FileExistsError: there is one; OSError: it cannot be made.

    """
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    _own(fd, path, 0o600)
    return fd


def _own(fd: int, path: Path, mode: int) -> None:
    """Set the mode and the owner of what was just made; close it where that fails."""
    try:
        os.fchmod(fd, mode)
        if os.geteuid() == 0:
            folder = path.parent.stat()
            with contextlib.suppress(PermissionError):  # a sandbox may forbid it
                os.fchown(fd, folder.st_uid, folder.st_gid)
    except BaseException:
        os.close(fd)
        raise


def _problem(path: Path, log: Path, *, logged: bool) -> str:
    size = _size(path)
    if path.is_dir():
        return "is a folder: name a file in it"
    # SQLite would delete what is logged, unseen.
    if logged and not size:
        return f"is empty, but {log.name} has data: put the database back, or move that away"
    if not path.is_file():
        return "is no regular file: choose another"
    # SQLite takes a file of one byte for an empty one.
    if 0 < size < HEADER:
        return f"is damaged: {RESTORE}"
    # Asked before SQLite opens it, which would leave its own files beside one it may only read.
    return "" if _may_write(path) else denied()


def _size(path: Path) -> int:
    # Not asked first whether it is there: the last to close a database deletes its log.
    try:
        return path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return 0


def _may_write(path: Path) -> bool:
    effective = os.access in os.supports_effective_ids
    return os.access(path, os.R_OK | os.W_OK, effective_ids=effective)
