"""The journal as one process keeps it: what is owed to users, through `kill -9`.

Rows are held by lease, renewed while the process lives; a store that fails is tried again,
and what it should hold is held in memory meanwhile.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from stores.base import Item, Journal, StoreError

from delivery.times import Times

log = logging.getLogger(__name__)
RETRY_SECONDS = 1.0
MOST_RETRIES = 3_600


class Ledger:
    """The journal in `store`; `owner` is who this process is there."""

    def __init__(
        self, store: Journal, times: Times, clock: Callable[[], float] = time.time
    ) -> None:
        self.store = store
        self.owner = uuid.uuid4().hex
        self.failing = False
        self._times = times
        self._clock = clock
        self._held: set[str] = set()
        self._tasks: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Do `work` in the background, held until it is done; a failure is logged."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def item(self, key: str, account: str, user: str, message: str) -> Item:
        """Return a new row, without a reply yet."""
        now = self._clock()
        return Item(
            id=key,
            account=account,
            user=user,
            created=now,
            expires=now + self._times.kept,
            message=message,
        )

    async def defer(self, item: Item) -> bool:
        """Note what is owed, whatever it takes; return whether it is this process's to give."""
        self._held.add(item.id)
        for _ in range(MOST_RETRIES):
            if item.id not in self._held:
                return True
            try:
                held = await self.store.defer(item, self.owner, self._times.lease)
            except StoreError as error:
                self._failed("a reply that is owed could not be journaled", error)
                await asyncio.sleep(RETRY_SECONDS)
                continue
            self.failing = False
            return held
        return True

    def held(self) -> "asyncio.Task[bool]":
        """Return the note of what the journal has already."""
        return self.spawn(_yes())

    def hold(self, ids: Iterable[str]) -> None:
        """Go on renewing what this process has taken."""
        self._held.update(ids)

    def let_go(self, ids: Iterable[str]) -> None:
        """Renew no longer what is another's now, or nobody's."""
        self._held.difference_update(ids)

    def settle(self, ids: Iterable[str]) -> None:
        """Forget, in the background, what the user has."""
        done = tuple(ids)
        self.let_go(done)
        if done:
            self.spawn(self._settle(done))

    async def _settle(self, ids: tuple[str, ...]) -> None:
        for _ in range(MOST_RETRIES):
            try:
                await self.store.settle(ids)
            except StoreError as error:
                self._failed("what the user has is still in the journal", error)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                self.failing = False
                return

    async def renew_for_ever(self) -> None:
        """Keep what is held."""
        while True:
            await asyncio.sleep(self._times.renew)
            if not self._held:
                continue
            try:
                await self.store.renew(self.owner, tuple(self._held), self._times.lease)
            except StoreError as error:
                self._failed("the journal's leases could not be renewed", error)

    async def release(self) -> None:
        """Let another process have at once what this one held, and end what runs."""
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=1.0)
        try:
            await self.store.renew(self.owner, tuple(self._held), 0)
        except StoreError as error:
            self._failed("the journal's leases could not be given back", error)

    async def flush(self, seconds: float) -> None:
        """Wait a while for what is being written."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    def _failed(self, what: str, error: StoreError) -> None:
        self.failing = True
        log.error("%s: %s", what, error)

    def _done(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("work on a late reply failed", exc_info=error)


async def _yes() -> bool:
    return True
