"""What is in a folder, as another program sees it.

None of it opens a database that a store of this process has open: closing it again would
take the store's locks away.
"""

import re
import stat
from pathlib import Path


def names(folder: Path) -> set[str]:
    """Return the names of all that is in a folder and the folders in it."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def modes(folder: Path) -> dict[str, str]:
    """Return the permissions of all that is in a folder; those of a lock under *-owner."""
    return {
        re.sub("-owner-[0-9a-f]{16}$", "-owner", path.name): oct(stat.S_IMODE(path.stat().st_mode))
        for path in folder.rglob("*")
    }


def locks(path: Path) -> set[Path]:
    """Return the files by which the stores at `path` are known to be open."""
    return set(path.parent.glob(f"{path.name}-owner-*"))


def owners(folder: Path) -> list[int]:
    """Return whose the things in a folder are."""
    return [path.stat().st_uid for path in folder.rglob("*")]


def content(path: Path) -> bytes | None:
    """Return the bytes of a file, None if there is none."""
    return path.read_bytes() if path.exists() else None


def make_folder(folder: Path, mode: int) -> None:
    """Make a folder, whatever the umask."""
    folder.mkdir()
    folder.chmod(mode)


def put(path: Path, data: bytes = b"") -> None:
    """Put a file where there may be one already."""
    path.write_bytes(data)


def set_mode(path: Path, mode: int) -> None:
    """Give a file or a folder these permissions."""
    path.chmod(mode)
