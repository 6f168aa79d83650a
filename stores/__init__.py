"""What must outlive one request, and how its place is written: as a URL."""

import os
import re
from urllib.parse import unquote_to_bytes

from stores.base import Store, StoreError
from stores.memory import MemoryStore
from stores.sqlite import SQLiteStore

MEMORY = ":memory:"
SHARED = "shared=1"
RIGHT = "memory://, sqlite:///relative/path.db or sqlite:////absolute/path.db"


async def open_store(url: str) -> Store:
    """Open the store at `url`; a relative path starts at the working directory.

    With ?shared=1 the exchanges are in the file too, for processes that answer the same
    messages.

    Raises:
        StoreError: the URL is wrong, or the store cannot be used.

    """
    try:
        path, shared = _place(url)
    except ValueError as error:
        raise StoreError(f"the URL of the store {error}") from None
    return MemoryStore() if path == MEMORY else await SQLiteStore.open(path, shared=shared)


def check_url(url: str) -> None:
    """Refuse what is no URL of a store; nothing is opened.

    Raises:
        ValueError: with the end of a sentence that begins with what has the URL. It does
            not show the URL: one of another kind may have a password.

    """
    _place(url)


def _place(url: str) -> tuple[str, bool]:
    """Return the path that `url` means, MEMORY for none, and whether it is shared."""
    scheme, _, path = url.partition("://")
    if url == "memory://":
        return MEMORY, False
    if scheme != "sqlite":
        raise ValueError(f"names no store that this version has: write {RIGHT}")
    if not path.startswith("/"):
        raise ValueError(f"names a host, which sqlite:// has none of: write {RIGHT}")
    path, mark, query = path.partition("?")
    if mark and query != SHARED:
        raise ValueError(_wrong(query))
    path = _decoded(path.removeprefix("/"))
    if path == MEMORY:
        raise ValueError("means no file at all: write memory://")
    if path.rpartition("/")[2] in {"", ".", ".."}:
        raise ValueError("names a folder: name a file in it, as in sqlite:///store.db")
    return path, bool(mark)


def _wrong(query: str) -> str:
    if query.partition("=")[0] == "shared":
        return f"has another value of ?shared than 1: write ?{SHARED}, or nothing of it"
    return f"has a ?: sqlite:// takes ?{SHARED} alone, and %3F where the path has one"


def _decoded(path: str) -> str:
    if "#" in path:
        raise ValueError("has a #: sqlite:// takes none, and %23 where the path has one")
    if re.search(r"%(?![0-9A-Fa-f]{2})", path):
        raise ValueError("has a % that encodes nothing: write %25 where the path has one")
    # A path is bytes, which need not be UTF-8.
    path = os.fsdecode(unquote_to_bytes(os.fsencode(path)))
    if re.search(r"[\x00-\x1f\x7f]", path):
        raise ValueError("has a control character: choose another name for the file")
    return path
