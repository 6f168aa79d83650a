"""The exchanges as several processes have them, through a store that they share.

A store that is silent is done without: its verbs then answer as if this process were alone,
the log says so, and what it should know is repeated in the background.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Collection, Coroutine
from functools import partial
from typing import Any, TypeVar

from stores.base import Claim, StoreError, Way

from delivery.ledger import Ledger
from delivery.times import Times

log = logging.getLogger(__name__)
T = TypeVar("T")


class Peers:
    """What this process, the owner of `ledger`, does to the exchanges of all of them."""

    def __init__(self, ledger: Ledger, times: Times) -> None:
        self.owner = ledger.owner
        self._ledger = ledger
        self._store = ledger.store
        self._times = times
        self._running: set[str] = set()  # the exchanges whose hooks run here
        self._finishing: set[str] = set()  # of them, whose reply the store does not know yet
        self._unsaid: dict[str, Way | None] = {}  # decided here, and unknown to the store
        self._saying: dict[str, asyncio.Task[Way | None]] = {}
        self._watching: set[asyncio.Task[None]] = set()
        self._released = asyncio.Event()

    @property
    def released(self) -> bool:
        """Whether this process begins nothing more, and leaves the exchanges to the others."""
        return self._released.is_set()

    async def claim(self, key: str, *, count: bool) -> Claim | None:
        """Join an exchange, uncounted if not as an attempt; None where the store is silent."""
        lease, twin = self._times.claimed, self._times.twin
        claim = self._store.claim(key, self.owner, lease, count=count, twin=twin)
        return await self._ask("join", key, claim)

    async def look(self, key: str) -> Claim | None:
        """Look at an exchange; None where the store is silent."""
        return await self._ask("look", key, self._store.look(key))

    async def finish(self, key: str, reply: str) -> tuple[str, Way | None] | None:
        """Give an exchange its reply; return the one that it has, and the way.

        None where the store is silent: the exchange is kept from the others for that long.
        """
        found = await self._ask("finish", key, self._store.finish(key, reply))
        if found is None:
            self._finishing.add(key)
        return found

    def is_behind(self, key: str) -> bool:
        """Return whether what this process did to an exchange is not known to stand yet."""
        return key in self._finishing or key in self._unsaid

    async def finish_at_last(self, key: str, reply: str) -> tuple[str, Way | None] | None:
        """Do the same, however often the store has to be asked."""
        what = "a reply is unknown to the other processes"
        return await self._ledger.insist(what, lambda: self._store.finish(key, reply))

    async def decide(self, key: str, way: Way, seconds: float = 1.0) -> Way | None:
        """Decide the way; return the one that is decided, None where the store is silent.

        It is waited for no longer than `seconds`.
        """
        if key in self._unsaid:  # it would be undone by what is repeated
            return None
        deciding = self._store.decide(key, way, self.owner)
        return await self._ask("decide", key, deciding, seconds)

    async def undo(self, key: str) -> None:
        """Take a decision back, for a write failed."""
        if key in self._unsaid or not await self._ask("undo", key, self._undo(key)):
            self.insist(key, None)

    def insist(self, key: str, way: Way | None) -> None:
        """Repeat a decision, None to take it back, until the store knows; the last one counts."""
        self._unsaid[key] = way
        if key not in self._saying:
            self._saying[key] = self._ledger.writing(self._say(key))

    async def said(self, key: str, seconds: float) -> Way | None:
        """Return what came of a decision that is repeated, None if nothing within `seconds`."""
        if (saying := self._saying.get(key)) is None:
            return None
        done, _ = await asyncio.wait({saying}, timeout=seconds)
        return saying.result() if done else None

    def begin(self, key: str) -> None:
        """Keep an exchange, whose hook runs here, from the other processes."""
        self._running.add(key)

    def end(self, key: str) -> None:
        """Keep it no longer: it has its reply."""
        self._running.discard(key)
        self._finishing.discard(key)

    async def give_up(self, key: str) -> None:
        """Let another process run at once what ended here without a reply."""
        self.end(key)
        await self._renew([key], 0)

    def watch(self, watching: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Do what looks at an exchange now and then; release() has it look once more."""
        task = self._ledger.spawn(watching)
        self._watching.add(task)
        task.add_done_callback(self._watching.discard)
        return task

    async def pause(self, seconds: float) -> None:
        """Wait between two looks, no longer than until this process is to end."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._released.wait()

    async def renew_for_ever(self) -> None:
        """Keep what runs here."""
        while True:
            await asyncio.sleep(self._times.renew_claimed)
            if self._running:
                await self._renew(self._running, self._times.claimed)

    async def release(self) -> None:
        """Begin nothing more, and let the others run at once what this one did not finish."""
        self._released.set()
        if self._watching:
            await asyncio.wait(self._watching)
        await self._renew(self._running - self._finishing, 0)

    async def _renew(self, keys: Collection[str], lease: float) -> None:
        try:
            await self._store.renew_claims(self.owner, tuple(keys), lease)
        except StoreError as error:
            log.error("the exchanges that run here could not be renewed: %s", error)  # noqa: TRY400
        except Exception:  # it must not end: what runs here would run elsewhere, too
            log.exception("the exchanges that run here could not be renewed")

    async def _undo(self, key: str) -> bool:
        await self._store.decide(key, None, self.owner)
        return True

    async def _say(self, key: str) -> Way | None:
        what = "a decision is unknown to the other processes"
        try:
            while True:
                way = self._unsaid[key]
                decide = partial(self._store.decide, key, way, self.owner)
                said = await self._ledger.insist(what, decide)
                if self._unsaid[key] is way:
                    return said
        finally:
            del self._unsaid[key], self._saying[key]

    async def _ask(
        self, what: str, key: str, asking: Awaitable[T], seconds: float = 1.0
    ) -> T | None:
        try:
            async with asyncio.timeout(min(seconds, self._times.silent)):
                return await asking
        except (StoreError, TimeoutError) as error:
            why = error if isinstance(error, StoreError) else "the store is silent"
            log.error("%s goes on alone, for it could not %s: %s", key, what, why)  # noqa: TRY400
            return None
