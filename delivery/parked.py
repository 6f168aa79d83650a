"""Replies that wait for their user's next message: ten a user, the oldest going first."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stores.base import Item, StoreError
from stores.base import Owed as Row
from wechat.replies import Reply

from delivery.codec import read_reply
from delivery.counts import DROPPED, PARKED
from delivery.ledger import Ledger
from delivery.times import Times

log = logging.getLogger(__name__)
MOST_PARKED = 10


@dataclass(frozen=True, slots=True)
class Owed:
    """A reply that a user is to get; `item` is its row of the journal.

    `used` of it was parked, by journal id: that is settled once the journal has the reply.
    """

    item: Item
    reply: Reply
    used: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What the log and the journal call it."""
        return self.item.id


class Parked:
    """The parked replies of one account; what there is of them is known without the disk."""

    def __init__(self, account: str, ledger: Ledger, times: Times) -> None:
        self.parked: Counter[str] = Counter()  # by user
        self.account = account
        self._ledger = ledger
        self._times = times
        self._keys: dict[str, set[str]] = {}  # of what is parked, and not taken, by user

    def withdraw(self, key: str, user: str) -> bool:
        """Return whether a reply was parked, and is no longer: it is given after all."""
        if key not in self._keys.get(user, ()):
            return False
        self._forget_keys(user, [key])
        self._ledger.settle([key])
        return True

    async def park(self, owed: Owed) -> None:
        """Keep a reply for the user's next message."""
        item = owed.item
        dropped = await self._ledger.park(owed.key, MOST_PARKED)
        self.remember(item)
        self._forget_keys(item.user, dropped)
        self._ledger.counts[PARKED] += 1
        for key in dropped:
            log.warning("%s: dropped, for %d replies are parked for the user", key, MOST_PARKED)
            self._ledger.counts[DROPPED] += 1

    def remember(self, item: Item) -> None:
        """Know of what was parked, unless others may take it: the store is asked then."""
        if self._ledger.store.shared:
            return
        keys = self._keys.setdefault(item.user, set())
        keys.add(item.id)
        self.parked[item.user] = len(keys)

    def _forget_keys(self, user: str, ids: Iterable[str]) -> None:
        keys = self._keys.get(user, set())
        keys.difference_update(ids)
        if keys:
            self.parked[user] = len(keys)
        else:
            self._keys.pop(user, None)
            self.parked.pop(user, None)

    def gone(self, item: Item) -> None:
        """Know that what was parked is no more."""
        self._forget_keys(item.user, [item.id])

    async def take(self, user: str) -> Sequence[Item]:
        """Return what is parked for the user, oldest first, and hold it.

        Raises:
            StoreError: it cannot be read, and is left where it is.

        """
        items = await self._ledger.store.take(self.account, user, self._ledger.owner)
        self._keys.pop(user, None)
        self.parked.pop(user, None)
        owed = [item for item in items if not self._ledger.is_settled(item.id)]
        self._ledger.hold(item.id for item in owed)
        unreadable = [item for item in owed if not is_readable(item)]
        for item in unreadable:
            log.error("%s is set aside (python -m delivery show)", item.id)
            self._ledger.spawn(self._ledger.set_aside(item.id))
        return [item for item in owed if item not in unreadable]

    async def give_back(self, items: Iterable[Item]) -> None:
        """Park again what was taken and is not given."""
        if given_back := tuple(items):
            freeing = self._ledger.spawn(self._free(given_back))
            await asyncio.wait({freeing}, timeout=self._times.silent)

    async def _free(self, items: Sequence[Item]) -> None:
        """Free what was taken; only then is it known to be there again."""
        await self._ledger.free([item.id for item in items])
        for item in items:
            self.remember(item)

    async def forget(self, user: str) -> None:
        """Drop what is parked for somebody who left."""
        if not self.parked.pop(user, 0) and not self._ledger.store.shared:
            return
        self._keys.pop(user, None)
        try:
            count = await self._ledger.store.drop_user(self.account, user)
        except StoreError as error:
            log.error("%s: a user left, and replies stay: %s", self.account, error)  # noqa: TRY400
        else:
            if count:
                log.info("%s: %d parked replies dropped: the user left", self.account, count)
                self._ledger.counts[DROPPED] += count

    def drop(self, keys: Sequence[str], why: str) -> None:
        """Settle, and count, what nobody is to get."""
        for key in keys:
            log.info("%s: dropped, for %s", key, why)
            self._ledger.counts[DROPPED] += 1
        self._ledger.settle(keys)

    async def rows(self, user: str) -> Sequence[Row] | None:
        """Return all that the user is owed, whichever process sees to it; None if unknown."""
        try:
            async with asyncio.timeout(self._times.silent):
                return await self._ledger.store.owed_to(self.account, user)
        except (StoreError, TimeoutError):
            log.exception("%s: what a user is owed cannot be read", self.account)
            return None


def is_readable(item: Item) -> bool:
    """Return whether this version can read the reply of an item."""
    try:
        read_reply(item.reply or "")
    except ValueError:
        return False
    return True
