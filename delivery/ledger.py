"""The journal as one process keeps it: what is owed to users, through `kill -9`.

Rows are held by lease, renewed while the process lives; a store that fails is tried again,
and what it should hold is held in memory meanwhile.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable
from typing import Any, TypeVar

from stores.base import Item, Store, StoreError

from delivery.counts import ASIDE, Counts
from delivery.times import Times

log = logging.getLogger(__name__)
RETRY_SECONDS = 1.0
PUSH_SECONDS = 1.0  # for pushes that are under way when the process ends
LAST_SECONDS = 3.0  # for what is still to be noted when the process ends
MOST_RETRIES = 3_600
T = TypeVar("T")


class Ledger:
    """The journal in `store`; `owner` is who this process is there."""

    def __init__(self, store: Store, times: Times, clock: Callable[[], float] = time.time) -> None:
        self.store = store
        self.owner = uuid.uuid4().hex
        self.failing = False
        self._released = False
        self.counts = Counts()
        self._times = times
        self._clock = clock
        self._held: set[str] = set()
        self._settling: set[str] = set()  # what the user has, and the store does not know yet
        self._tasks: set[asyncio.Task[Any]] = set()
        self._notes: set[asyncio.Task[Any]] = set()  # of them, those that write to the journal

    def spawn(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Do `work` in the background, held until it is done; a failure is logged."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def writing(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Write to the journal in the background; the process waits for it in the end."""
        task = self.spawn(work)
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)
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

    def defer(self, item: Item) -> Coroutine[Any, Any, bool]:
        """Note what is owed, whatever it takes; return whether it is this process's to give.

        It is held from now on, not when that begins: it may be settled before.
        """
        self._held.add(item.id)
        self._settling.discard(item.id)
        return self._defer(item)

    async def _defer(self, item: Item) -> bool:
        for _ in range(MOST_RETRIES):
            if self._released:
                return False
            if item.id not in self._held:
                return True
            try:
                held = await self.store.defer(item, self.owner, self._times.lease)
            except StoreError as error:
                self._failed("a reply that is owed could not be journaled", error)
                await asyncio.sleep(RETRY_SECONDS)
                continue
            self.failing = False
            if not held:
                self._held.discard(item.id)
            return held
        return True

    async def note(self, item: Item, seconds: float) -> "asyncio.Task[bool]":
        """Begin to defer, and wait so long: a store that is slow holds up no user."""
        noted = self.writing(self.defer(item))
        done, _ = await asyncio.wait({noted}, timeout=seconds)
        if not done:
            log.error("%s goes on before the journal has it", item.id)
        return noted

    async def park(self, key: str, most: int) -> tuple[str, ...]:
        """Park what is noted, whatever it takes; return what was dropped to make room."""
        what = "a late reply could not be parked yet"
        dropped = await self.insist(what, lambda: self.store.park(key, most))
        # Not parked at last, its lease will end, and it is taken up again.
        self.let_go([key, *(dropped or ())])
        return dropped or ()

    async def set_aside(self, key: str) -> None:
        """Leave a row to a person, and count it."""
        self.let_go([key])
        await self.store.set_aside(key)
        self.counts[ASIDE] += 1

    def held(self) -> "asyncio.Task[bool]":
        """Return the note of what the journal has already."""
        return self.spawn(_yes())

    def hold(self, ids: Iterable[str]) -> None:
        """Go on renewing what this process has taken."""
        self._held.update(ids)

    def holds(self, key: str) -> bool:
        """Return whether this process sees to it already."""
        return key in self._held

    def let_go(self, ids: Iterable[str]) -> None:
        """Renew no longer what is another's now, or nobody's."""
        self._held.difference_update(ids)

    async def free(self, ids: Collection[str]) -> None:
        """Give back what this process has taken, whatever it takes."""
        self.let_go(ids)
        what = "parked replies could not be given back yet"
        await self.insist(what, lambda: self.store.renew(self.owner, ids, 0))

    def settle(self, ids: Iterable[str]) -> None:
        """Forget, in the background, what the user has."""
        done = tuple(ids)
        self.let_go(done)
        if done:
            self._settling.update(done)
            self.writing(self._settle(done))

    def is_settled(self, key: str) -> bool:
        """Return whether the user has it already, though the store may not know."""
        return key in self._settling

    async def _settle(self, ids: tuple[str, ...]) -> None:
        async def settle() -> bool:
            await self.store.settle([id_ for id_ in ids if id_ in self._settling])
            return True

        if await self.insist("what the user has is still in the journal", settle):
            self._settling.difference_update(ids)

    async def insist(self, what: str, ask: Callable[[], Awaitable[T]]) -> T | None:
        """Return what the store answers, however often it has to be asked; None at last."""
        for _ in range(MOST_RETRIES):
            try:
                answer = await ask()
            except StoreError as error:
                self._failed(what, error)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                self.failing = False
                return answer
        return None

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
            except Exception:  # it must not end: what is held would be taken for nobody's
                log.exception("the journal's leases could not be renewed")

    async def release(self) -> None:
        """Let another process have at once what this one held, and end what runs.

        What is to be noted is: a reply that was given would else be given again, and one
        that is owed be lost.
        """
        if self._tasks:  # a push whose answer is on its way would else be made again
            await asyncio.wait(set(self._tasks), timeout=PUSH_SECONDS)
        for task in self._tasks - self._notes:
            task.cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=LAST_SECONDS)
        for task in list(self._tasks):
            task.cancel()
        self._released = True  # what would be begun from here on is another's
        try:
            await self.store.settle(tuple(self._settling))
            await self.store.renew(self.owner, tuple(self._held), 0)
        except StoreError as error:
            self._failed("the journal's leases could not be given back", error)

    def _failed(self, what: str, error: StoreError) -> None:
        self.failing = True
        log.error("%s: %s", what, error)

    def _done(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("work on a late reply failed", exc_info=error)


async def _yes() -> bool:
    return True
