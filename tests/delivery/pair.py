"""Two processes with one SQLite file, in the hands of a test."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

from delivery.policy import Policy
from delivery.window import Content
from stores.sqlite import SQLiteStore
from tests.delivery.bench import ACCOUNT, Bench, FakeLine, Hook, text
from tests.delivery.running import recovery
from wechat.replies import TextReply

ANSWER, OTHER = TextReply("answer"), TextReply("other")
SOON = Policy(deadline=0.1, ack_attempt=1, notice="wait")
HELD = Policy(deadline=0.1, ack_attempt=3)
IDLE = 0.4  # seconds after which WeChat asks no more, in most of these
Silence = Callable[[Bench, str], asyncio.Event]


@dataclass
class Pair:
    """The two processes."""

    a: Bench
    b: Bench

    async def settle_down(self, until: Callable[[Callable[[], object]], Awaitable[None]]) -> None:
        """Wait until neither has anything to do in the background."""
        await until(lambda: not (self.a.ledger._tasks or self.b.ledger._tasks))

    async def owed(self) -> list[tuple[str, str | None]]:
        """Return the states and replies of what is owed."""
        return await self.a.rows()


async def begun(bench: Bench, message: Any, hook: Hook, policy: Policy = HELD) -> FakeLine:
    """Return an attempt that has begun, and is known to the store."""
    line = bench.attempt(message, hook, policy)
    await asyncio.sleep(0.1)
    return line


def key_of(message: Any) -> str:
    """Return the key of an exchange."""
    return f"{ACCOUNT}:{message.dedupe_key}"


async def stop(bench: Bench) -> None:
    """End a process as SIGTERM does."""
    bench.window.close()
    assert bench.peers
    await bench.peers.release()
    await bench.ledger.release()


async def kill(bench: Bench) -> None:
    """End a process as kill -9 does: its file lock is gone, and it does nothing more."""
    for task in [*bench.tasks, *bench.ledger._tasks]:
        task.cancel()
    await cast(SQLiteStore, bench.store).close()


async def take_up(bench: Bench, hook: Hook) -> None:
    """Have a process take up what is left of another."""
    await recovery(bench, hook, "").take_up()


async def outrun(pair: Pair, silence: Silence) -> tuple[Content, Hook, asyncio.Event]:
    """Have another reply stand while the store is silent to what ran the hook.

    Return the message, the hook, and what ends the silence.
    """
    message, hook = text(), Hook()
    pair.a.hang_up(await begun(pair.a, message, hook))
    finishes = silence(pair.a, "finish")
    hook.end()
    await asyncio.sleep(0.1)
    await pair.b.store.finish(key_of(message), '{"kind": "text", "content": "first"}')
    return message, hook, finishes
