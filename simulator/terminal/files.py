"""Files that are named on the command line."""

import sys
from collections.abc import Iterator
from pathlib import Path

from terminal.arguments import CommandLineError

STDIN = "-"
RECORDINGS = frozenset({".xml", ".json", ".jsonl", ".txt"})


def read_file(name: str) -> bytes:
    """Return what is in the file `name`; of ``-``, what comes on the standard input.

    Raises:
        CommandLineError: it cannot be read.

    """
    try:
        return sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
    except (OSError, ValueError) as error:  # a ValueError: no name can be so
        why = error.strerror if isinstance(error, OSError) else error
        raise CommandLineError(f"{name} cannot be read: {why}") from None


def recordings(name: str) -> Iterator[str]:
    """Yield `name`; if it is a folder, the recordings in it by their names.

    Raises:
        CommandLineError: the folder has none.

    """
    if name == STDIN or not Path(name).is_dir():
        yield name
        return
    files = (path for path in Path(name).iterdir() if path.is_file())
    found = sorted(path for path in files if path.suffix in RECORDINGS)
    if not found:
        raise CommandLineError(f"{name} has no files that end in {', '.join(sorted(RECORDINGS))}")
    yield from map(str, found)
