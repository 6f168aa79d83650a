"""Replies that missed the window: pushed, or parked for the user's next message.

A reply is pushed as a customer service message where the account may, by its rights and by
our count of the user's quota. What cannot be pushed, or is refused, is parked: ten a user,
the oldest going first.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from time import monotonic

from api.client import Api
from api.errors import (
    ApiError,
    NoAnswer,
    NoRight,
    ReplyWindowClosed,
    SystemBusy,
    TooManyMessages,
)
from api.messages import NoCustomerServiceForm, form_of
from stores.base import Item, StoreError
from wechat.replies import Acknowledgement, Reply, TextReply

from delivery.codec import read_reply, reply_text
from delivery.ledger import Ledger
from delivery.parts import parts
from delivery.quotas import Quotas
from delivery.times import Times

log = logging.getLogger(__name__)
MOST_PARKED = 10
NO_RIGHT_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class Owed:
    """A reply that a user is to get; `item` is its row of the journal."""

    item: Item
    reply: Reply

    @property
    def key(self) -> str:
        """What the log and the journal call it."""
        return self.item.id


class Late:
    """The late replies of one account; without `api` all of them are parked."""

    def __init__(self, account: str, api: Api | None, ledger: Ledger, times: Times) -> None:
        self.quotas = Quotas()
        self.parked: Counter[str] = Counter()  # by user, so that nobody asks the disk in vain
        self.pending: Counter[str] = Counter()  # late, and neither pushed nor parked yet
        self._account = account
        self._api = api
        self._ledger = ledger
        self._times = times
        self._no_right_until = 0.0
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self._keys: dict[str, set[str]] = {}  # of what is parked, and not taken, by user

    def may_push(self, user: str) -> bool:
        """Return whether a customer service message to the user has a chance."""
        if self._api is None:
            return False
        now = monotonic()
        return now >= self._no_right_until and self.quotas.left(user, now) > 0

    def has(self, user: str) -> bool:
        """Return whether anything late waits for the user, or is on its way."""
        return bool(self.parked[user] or self.pending[user])

    async def changed(self, user: str) -> None:
        """Wait until what the user is owed may be another."""
        if user not in self._waiting:
            self._waiting[user] = asyncio.get_running_loop().create_future()
        await asyncio.shield(self._waiting[user])

    def begin(self, user: str) -> None:
        """Know of a late reply that is not ready yet."""
        self.pending[user] += 1

    def end(self, user: str) -> None:
        """Know that it is late no more, or given, or parked."""
        self.pending[user] -= 1
        if not self.pending[user]:
            del self.pending[user]
            self._turns.pop(user, None)
        self._wake(user)

    def withdraw(self, key: str, user: str) -> bool:
        """Return whether a reply was parked, and is no longer: it is given after all."""
        if key not in self._keys.get(user, ()):
            return False
        self._forget_keys(user, [key])
        self._ledger.settle([key])
        return True

    def deliver(self, owed: Owed, jot: "asyncio.Task[bool] | None" = None) -> None:
        """Push what was begun or, if that cannot be, park it; in the background.

        `jot` is the journal's note of it, which may still be on its way.
        """
        self._ledger.spawn(self._deliver(owed, jot))

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
        left = await self._push(user, owed.reply)
        if left is None:
            self._ledger.settle([owed.key])
        elif left is owed.reply:
            await asyncio.wait({noted})  # what is not there cannot be parked
            await self.park(owed)
        else:
            await self.park(await self._rest(owed, left))
            self._ledger.settle([owed.key])

    @staticmethod
    def _is_others(owed: Owed, noted: "asyncio.Task[bool]") -> bool:
        """Return whether the journal said that another process has it."""
        if not noted.done() or noted.cancelled() or noted.exception() or noted.result():
            return False
        log.warning("%s is another process's to deliver", owed.key)
        return True

    async def _push(self, user: str, reply: Reply) -> Reply | None:
        """Push a reply in as many messages as it needs; return what could not be."""
        pieces = pieces_of(reply)
        for number, piece in enumerate(pieces):
            if not await self._pushed(user, piece):
                return joined(pieces[number:]) if number else reply
        return None

    async def _pushed(self, user: str, piece: Reply) -> bool:
        try:
            form_of(piece)
        except (NoCustomerServiceForm, ValueError, TypeError) as error:
            log.info("%s: a late reply is parked: %s", self._account, error)
            return False
        for pause in (0.0, *self._times.push_again):
            await asyncio.sleep(pause)
            if not self.may_push(user):
                return False
            self.quotas.use(user)
            try:
                await self._send(user, piece)
            except (NoAnswer, SystemBusy) as error:
                log.warning("%s: a late reply is pushed again later: %s", self._account, error)
            except ApiError as error:
                self._refused(user, error)
                return False
            except Exception:
                log.exception("%s: a late reply is parked", self._account)
                return False
            else:
                return True
        return False

    async def _send(self, user: str, piece: Reply) -> None:
        assert self._api
        await self._api.send(user, piece)

    def _refused(self, user: str, error: ApiError) -> None:
        log.warning("%s: a late reply is parked: %s", self._account, error)
        if isinstance(error, NoRight):
            self._no_right_until = monotonic() + NO_RIGHT_SECONDS
        if isinstance(error, ReplyWindowClosed | TooManyMessages):
            self.quotas.exhaust(user, monotonic())

    async def _rest(self, owed: Owed, left: Reply) -> Owed:
        """Journal what is left of a reply, of which the user has the beginning."""
        item = replace(owed.item, id=f"{owed.key}+rest", reply=reply_text(left))
        await self._ledger.defer(item)
        return Owed(item, left)

    async def park(self, owed: Owed) -> None:
        """Keep a reply for the user's next message."""
        item = owed.item
        dropped = await self._ledger.park(owed.key, MOST_PARKED)
        self.remember(item)
        self._forget_keys(item.user, dropped)
        for key in dropped:
            log.warning("%s: dropped, for %d replies are parked for the user", key, MOST_PARKED)

    def remember(self, item: Item) -> None:
        """Know of what was parked before this process."""
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
        """Return what is parked for the user, oldest first, and hold it."""
        try:
            items = await self._ledger.store.take(self._account, user, self._ledger.owner)
        except StoreError as error:
            log.error("%s: what is parked for a user cannot be read: %s", self._account, error)  # noqa: TRY400
            return ()
        self._keys.pop(user, None)
        self.parked.pop(user, None)
        owed = [item for item in items if not self._ledger.is_settled(item.id)]
        self._ledger.hold(item.id for item in owed)
        unreadable = [item for item in owed if not is_readable(item)]
        for item in unreadable:
            log.error("%s is set aside (python -m delivery show)", item.id)
            self._ledger.let_go([item.id])
            self._ledger.spawn(self._ledger.store.set_aside(item.id))
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
        if not self.parked.pop(user, 0):
            return
        self._keys.pop(user, None)
        try:
            count = await self._ledger.store.drop_user(self._account, user)
        except StoreError as error:
            log.error("%s: a user left, and replies stay: %s", self._account, error)  # noqa: TRY400
        else:
            log.info("%s: %d parked replies dropped: the user left", self._account, count)

    def _wake(self, user: str) -> None:
        waiting = self._waiting.pop(user, None)
        if waiting and not waiting.done():
            waiting.set_result(None)


def is_readable(item: Item) -> bool:
    """Return whether this version can read the reply of an item."""
    try:
        read_reply(item.reply or "")
    except ValueError:
        return False
    return True


def pieces_of(reply: Reply) -> list[Reply]:
    """Return the messages that a reply needs: several, if it is a long text."""
    if isinstance(reply, TextReply):
        return [TextReply(part) for part in parts(reply.content)]
    return [reply]


def joined(pieces: Sequence[Reply]) -> Reply:
    """Return the texts of a reply as one again."""
    return TextReply("\n".join(p.content for p in pieces if isinstance(p, TextReply)))
