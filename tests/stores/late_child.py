"""What another process does with late replies and exchanges: commands of child.py."""

import asyncio
import os
import signal
import sqlite3
from itertools import count

from stores import open_store
from stores.base import Way
from stores.sqlite import SQLiteStore
from tests.processes import PATIENCE
from tests.stores.late import LONG, ids, item
from tests.stores.talk import say, wait

ROUNDS = 20


async def claim(path: str, owner: str) -> None:
    """Claim one exchange after another, which others claim too; say what each was."""
    store = await open_store(f"sqlite:///{path}?shared=1")
    say("ready")
    wait()
    for number in range(ROUNDS):
        claimed = await store.claim(f"{number}", owner, LONG)
        say(f"{claimed.owner} {claimed.attempt}")
    wait()
    await store.close()


async def agree(path: str, owner: str) -> None:
    """Give one exchange after another a reply and a way, as others do; say what it has."""
    store = await open_store(f"sqlite:///{path}?shared=1")
    way = list(Way)[int(owner) % 2]
    say("ready")
    wait()
    for number in range(ROUNDS):
        decided = await store.decide(f"{number}", way, owner)
        say(f"{decided} {await store.finish(f'{number}', owner)}")
    await store.close()


async def recover(path: str, owner: str) -> None:
    """Recover, as others do, until nothing is left; say what that was."""
    store = await SQLiteStore.open(path, patience=PATIENCE)
    say("ready")
    wait()
    found: list[str] = []
    while some := await store.recover(owner, LONG, 3):
        found += ids(some)
    say(" ".join(found))
    wait()
    await store.close()


async def take(path: str, by: str) -> None:
    """Take what one user after another has parked, as others do; say what that was."""
    store = await SQLiteStore.open(path, patience=PATIENCE)
    say("ready")
    wait()
    found: list[str] = []
    for number in range(ROUNDS):
        found += ids(await store.take("a", f"{number}", by, LONG))
    say(" ".join(found))
    wait()
    await store.close()


async def hold(path: str, verb: str) -> None:
    """Lease what there is by one verb, and hold it until told."""
    store = await SQLiteStore.open(path, shared=True)
    assert await lease(store, verb, "child")
    say("held")
    wait()
    await store.close()


async def lease(store: SQLiteStore, verb: str, owner: str) -> bool:
    """Lease "x" by one verb; return whether that was free."""
    if verb == "defer":
        return await store.defer(item("x"), owner, LONG)
    if verb == "recover":
        return bool(await store.recover(owner, LONG))
    if verb == "take":
        return bool(await store.take("a", "u", owner, LONG))
    return (await store.claim("x", owner, LONG)).owner == owner


async def spawn(path: str) -> None:
    """Hold an item, and start a program that lives on, with all that it can inherit."""
    store = await SQLiteStore.open(path)
    assert await lease(store, "defer", "child")
    program = "echo held; read line; echo lived on"
    await asyncio.create_subprocess_exec("sh", "-c", program, close_fds=False)
    await asyncio.sleep(PATIENCE)


async def fork(path: str) -> None:
    """Hold an item, and fork a process that lives on."""
    store = await SQLiteStore.open(path)
    assert await lease(store, "defer", "child")
    if os.fork():
        await asyncio.sleep(PATIENCE)
    say("held")
    wait()
    say("lived on")
    os._exit(0)


async def journal(path: str) -> None:
    """Defer one item after another, and say the number of each once it is safe."""
    store = await SQLiteStore.open(path)
    for number in count():
        await store.defer(item(f"{number}", message=f"message {number} " * 500), "child", LONG)
        say(number)


async def die(path: str) -> None:
    """End in the middle of a transaction that defers many."""
    store = await SQLiteStore.open(path)
    await store.defer(item("safe"), "child", LONG)
    say("safe")

    def end(_: sqlite3.Connection) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    store._database._worker.submit(wait)  # so that all that follows waits together
    defers = (store.defer(item(f"{n}", message="x" * 50_000), "child") for n in range(100))
    await asyncio.gather(*defers, store._database.write(end))
    say("not safe")
