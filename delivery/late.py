"""Replies that missed the window: pushed, or parked for the user's next message.

A reply is pushed as a customer service message where the account may; what cannot be pushed,
or is refused, is parked.
"""

import asyncio
import logging
from collections import Counter
from dataclasses import replace
from weakref import WeakValueDictionary

from api.client import Api
from stores.base import State
from wechat.replies import Acknowledgement, Reply

from delivery.codec import reply_text
from delivery.counts import PUSHED
from delivery.ledger import Ledger
from delivery.parked import Owed, Parked
from delivery.pushing import Pushing
from delivery.times import Times

log = logging.getLogger(__name__)


class Late(Pushing, Parked):
    """The late replies of one account; without `api` all of them are parked."""

    def __init__(self, account: str, api: Api | None, ledger: Ledger, times: Times) -> None:
        Pushing.__init__(self, account, api, times)
        Parked.__init__(self, account, ledger, times)
        self.pending: Counter[str] = Counter()  # late, and neither pushed nor parked yet
        # Of those who wait: what nobody waits for any more leaves by itself.
        self._waiting = WeakValueDictionary[str, asyncio.Future[None]]()
        self._turns: dict[str, asyncio.Lock] = {}
        self.left: set[str] = set()  # users who left while something was pending

    async def owes(self, user: str, but: str) -> tuple[bool, bool] | None:
        """Return whether anything is late for the user, and parked, by what all processes know.

        What has the id `but` is left out. None where the store does not say.
        """
        if (known := await self.rows(user)) is None:
            return None
        rows = [row for row in known if row.item.id != but]
        return any(r.state is State.OPEN for r in rows), any(r.state is State.PARKED for r in rows)

    def has(self, user: str) -> bool:
        """Return whether anything late waits for the user, or is on its way."""
        return bool(self.parked[user] or self.pending[user])

    async def changed(self, user: str) -> None:
        """Wait until what the user is owed may be another."""
        if (waiting := self._waiting.get(user)) is None:
            self._waiting[user] = waiting = asyncio.get_running_loop().create_future()
        await asyncio.shield(waiting)

    def begin(self, user: str) -> None:
        """Know of a late reply that is not ready yet."""
        self.pending[user] += 1

    def end(self, user: str) -> None:
        """Know that it is late no more, or given, or parked."""
        self.pending[user] -= 1
        if not self.pending[user]:
            del self.pending[user]
            self._turns.pop(user, None)
            self.left.discard(user)
        self._wake(user)

    def leaves(self, user: str) -> None:
        """Drop what is parked for somebody, and what would be."""
        if self.pending[user]:
            self.left.add(user)
        self._ledger.spawn(self.forget(user))

    def is_back(self, user: str) -> None:
        """Know that somebody may get again what is late."""
        self.left.discard(user)

    def deliver(self, owed: Owed, jot: "asyncio.Task[bool] | None" = None) -> None:
        """Push what was begun or, if that cannot be, park it; in the background.

        `jot` is the journal's note of it, which may still be on its way.
        """
        self._ledger.spawn(self._deliver(owed, jot))

    def take_on(self, owed: Owed) -> None:
        """Begin and deliver what is late and ready at once."""
        self.begin(owed.item.user)
        self.deliver(owed)

    async def _deliver(self, owed: Owed, jot: "asyncio.Task[bool] | None") -> None:
        user = owed.item.user
        lock = self._turns.setdefault(user, asyncio.Lock())
        try:
            async with lock:  # in the order in which they became ready
                await self._send_or_park(owed, jot)
        finally:
            self.end(user)

    async def _send_or_park(self, owed: Owed, jot: "asyncio.Task[bool] | None") -> None:
        user = owed.item.user
        if jot and self._is_others(owed, jot):
            return
        if isinstance(owed.reply, Acknowledgement):
            self._ledger.settle([owed.key])
            return
        noted = await self._ledger.note(owed.item, self._times.journal)
        if self._is_others(owed, noted):
            return
        if owed.used:
            await asyncio.wait({noted})
            self._ledger.settle(owed.used)
        left = await self.push(user, owed.reply)
        if left is None:
            self._ledger.counts[PUSHED] += 1
            self._ledger.settle([owed.key])
        elif user in self.left:
            self.drop([owed.key], "the user left")
        elif left is owed.reply:
            await asyncio.wait({noted})  # what is not there cannot be parked
            await self.park(owed)
            if user in self.left:  # meanwhile
                await self.forget(user)
        else:
            await self.park(await self._rest(owed, left))
            self._ledger.settle([owed.key])

    def _is_others(self, owed: Owed, noted: "asyncio.Task[bool]") -> bool:
        """Return whether the journal said that another process has it."""
        if not noted.done() or noted.cancelled() or noted.exception() or noted.result():
            return False
        log.warning("%s is another process's to deliver", owed.key)
        self._ledger.let_go(owed.used)
        return True

    async def _rest(self, owed: Owed, left: Reply) -> Owed:
        """Journal what is left of a reply, of which the user has the beginning."""
        item = replace(owed.item, id=f"{owed.key}+rest", reply=reply_text(left))
        await self._ledger.defer(item)
        return Owed(item, left)

    def _wake(self, user: str) -> None:
        waiting = self._waiting.pop(user, None)
        if waiting and not waiting.done():
            waiting.set_result(None)
