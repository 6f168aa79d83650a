"""Another process that uses a store: `python -m tests.stores.child COMMAND PATH ...`.

It says a line when it is ready, begins when it is told, and says how that went.
"""

import asyncio
import os
import resource
import sqlite3
import sys
from collections.abc import Callable, Coroutine
from itertools import count
from pathlib import Path
from typing import Any

from stores import schema
from stores.base import StoredToken, StoreError
from stores.sqlite import SQLiteStore
from tests.processes import PATIENCE
from tests.stores import late_child as late
from tests.stores.talk import say, wait

EXTRA = ("CREATE TABLE extra (a)", "INSERT INTO extra VALUES (1)")
NOBODY = 65534


async def acquire(path: str, owner: str) -> None:
    """Take the name that all want."""
    store = await SQLiteStore.open(path, patience=PATIENCE)
    say("ready")
    wait()
    say(await store.acquire("name", owner, 60))
    await store.close()


async def make(path: str, key: str) -> None:
    """Open what may not be there yet, and save a token."""
    say("ready")
    wait()
    store = await SQLiteStore.open(path, patience=PATIENCE)
    await store.save_token(key, StoredToken(key, 0))
    await store.close()


async def upgrade(path: str, key: str) -> None:
    """Be of the next version."""
    schema.STEPS += (EXTRA,)
    await make(path, key)


async def save(path: str) -> None:
    """Save one token after another, and say the number of each once it is safe."""
    store = await SQLiteStore.open(path)
    for number in count():
        await store.save_token("key", StoredToken(f"token {number} " * 500, number))
        say(number)


async def lock(path: str, *statements: str) -> None:
    """Keep everybody else from writing, until told; then commit what was written."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    for statement in statements:
        connection.execute(statement)
    say("locked")
    wait()
    connection.execute("COMMIT")
    connection.close()


async def leave(path: str) -> None:
    """End without a word to the store, which waits to write."""
    store = await SQLiteStore.open(path, patience=10 * PATIENCE)
    say("ready")
    wait()
    saving = asyncio.create_task(store.save_token("key", StoredToken("text", 0)))
    await asyncio.wait([saving], timeout=0.1)


async def fill(path: str) -> None:
    """Save a token on a full disk, and again when there is room."""
    store = await SQLiteStore.open(path)
    await store.save_token("key", StoredToken("before", 0))
    room = size(f"{path}-wal")
    full(room)
    try:
        await store.save_token("key", StoredToken("secret", 0))
    except StoreError as error:
        say(error)
    say(await store.load_token("key") == StoredToken("before", 0))
    full(resource.RLIM_INFINITY)
    await store.save_token("key", StoredToken("after", 0))
    say(await store.load_token("key") == StoredToken("after", 0))
    await store.close()


async def begin(path: str, room: str) -> None:
    """Make a store where there is no room for it."""
    full(int(room))
    try:
        await SQLiteStore.open(path)
    except StoreError as error:
        say(error)
    full(resource.RLIM_INFINITY)


def size(path: str) -> int:
    """Return how many bytes a file has."""
    return Path(path).stat().st_size


def full(room: int) -> None:
    """Let no file of this process grow beyond `room` bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))


async def nobody(path: str) -> None:
    """Use the store as a service with its own user does, where root can make us that."""
    root = os.geteuid() == 0
    if root:
        os.setegid(NOBODY)
        os.seteuid(NOBODY)
    try:
        store = await SQLiteStore.open(path)
        await store.save_token("nobody", StoredToken("text", 0))
        await store.close()
        say("saved")
    except StoreError as error:
        say(error)
    if root:
        os.seteuid(0)
        os.setegid(0)


COMMANDS: dict[str, Callable[..., Coroutine[Any, Any, None]]] = {
    command.__name__: command
    for command in (
        *(acquire, make, upgrade, save, lock, leave, fill, begin, nobody),
        *(late.claim, late.agree, late.recover, late.take, late.hold, late.spawn, late.fork),
        *(late.journal, late.die),
    )
}

if __name__ == "__main__":
    command, path, *arguments = sys.argv[1:]
    asyncio.run(COMMANDS[command](path, *arguments))
