"""The exchanges as several processes have them, through a store that they share.

A store that is silent is done without: its verbs then answer as if this process were alone,
and the log says so.
"""

import asyncio
import logging
from collections.abc import Awaitable
from typing import TypeVar

from stores.base import Claim, Exchanges, StoreError, Way
from wechat.replies import Reply

from delivery.codec import reply_text
from delivery.times import Times

log = logging.getLogger(__name__)
T = TypeVar("T")


class Peers:
    """What the process `owner` does to the exchanges of all of them."""

    def __init__(self, store: Exchanges, owner: str, times: Times) -> None:
        self.owner = owner
        self._store = store
        self._times = times
        self._running: set[str] = set()  # the exchanges whose hooks run here

    async def claim(self, key: str, *, count: bool) -> Claim | None:
        """Join an exchange, or look at it if that does not `count`; None where that is silent."""
        lease, twin = self._times.claimed, self._times.twin
        claim = self._store.claim(key, self.owner, lease, count=count, twin=twin)
        return await self._ask("join", key, claim)

    async def finish(self, key: str, reply: Reply) -> tuple[str, Way | None]:
        """Give an exchange its reply; return the one that it has, and the way."""
        text = reply_text(reply)
        return await self._ask("finish", key, self._store.finish(key, text)) or (text, None)

    async def decide(self, key: str, way: Way) -> Way:
        """Decide the way; return the one that is decided."""
        return await self._ask("decide", key, self._store.decide(key, way, self.owner)) or way

    async def undo(self, key: str) -> None:
        """Have the way undecided again, for a write failed."""
        await self._ask("undo", key, self._store.decide(key, None, self.owner))

    def begin(self, key: str) -> None:
        """Keep an exchange, whose hook runs here, from the other processes."""
        self._running.add(key)

    def end(self, key: str) -> None:
        """Keep it no longer: it has its reply."""
        self._running.discard(key)

    async def renew_for_ever(self) -> None:
        """Keep what runs here."""
        while True:
            await asyncio.sleep(self._times.renew_claimed)
            if self._running:
                await self._renew(self._times.claimed)

    async def release(self) -> None:
        """Let the other processes run at once what this one did not finish."""
        await self._renew(0)

    async def _renew(self, lease: float) -> None:
        try:
            await self._store.renew_claims(self.owner, tuple(self._running), lease)
        except StoreError as error:
            log.error("the exchanges that run here could not be renewed: %s", error)  # noqa: TRY400

    async def _ask(self, what: str, key: str, asking: Awaitable[T]) -> T | None:
        try:
            async with asyncio.timeout(self._times.silent):
                return await asking
        except (StoreError, TimeoutError) as error:
            why = error if isinstance(error, StoreError) else "the store is silent"
            log.error("%s goes on alone, for it could not %s: %s", key, what, why)  # noqa: TRY400
            return None
