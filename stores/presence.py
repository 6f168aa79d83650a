"""Which stores are open: each locks a file beside the database for as long as it lives.

The system lets go of the lock when the process ends, however it ends, so what a dead store
held is free at once. All but the end happens in transactions that write, of which there is
one at a time: nobody sees a file that is made and not locked yet.
"""

import contextlib
import fcntl
import os
import re
import secrets
from pathlib import Path

from stores.files import make_file

_locked: set[int] = set()


def _forget_locks() -> None:
    # What a fork inherits is the lock itself, which would live as long as the child.
    while _locked:
        with contextlib.suppress(OSError):
            os.close(_locked.pop())


os.register_at_fork(after_in_child=_forget_locks)


class Presence:
    """The presence of one store, known to the others by `id`."""

    def __init__(self) -> None:
        self.id = secrets.token_hex(8)
        self._database = Path()
        self._fd: int | None = None
        self._known: dict[str, bool] = {}

    def begin(self, database: Path) -> None:
        """Be present beside `database`, and remove the files of the dead.

        Raises:
            OSError: the file cannot be made or locked.

        """
        self._database = database
        self._fd = make_file(self._file(self.id))
        _locked.add(self._fd)
        fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.look_again()
        self._remove_dead()

    def end(self) -> None:
        """Be present no longer."""
        if self._fd is not None:
            with contextlib.suppress(OSError):
                self._file(self.id).unlink()
            _locked.discard(self._fd)
            os.close(self._fd)
            self._fd = None

    def look_again(self) -> None:
        """Begin a transaction: ask the system again who lives."""
        self._known = {self.id: True}

    def lives(self, store: str) -> bool:
        """Return whether the store of that id is open; as long as nobody can tell, it is."""
        if store not in self._known:
            self._known[store] = _is_locked(self._file(store))
        return self._known[store]

    def _file(self, store: str) -> Path:
        return self._database.with_name(f"{self._database.name}-owner-{store}")

    def _remove_dead(self) -> None:
        theirs = re.compile(re.escape(f"{self._database.name}-owner-") + "([0-9a-f]{16})")
        # The file of a dead store means nothing, so that one that cannot be removed may stay.
        with contextlib.suppress(OSError):
            for path in self._database.parent.iterdir():
                if (found := theirs.fullmatch(path.name)) and not self.lives(found[1]):
                    path.unlink()


def _is_locked(path: Path) -> bool:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        # Shared, so that two who look are not taken for the owner.
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(fd)
    return False
