"""What the attempts of an exchange get, and what becomes of a reply that none of them got.

Whether an exchange goes by *window* or *late* is decided once. What an answer leaves over is
journaled before it is written; what the user has is settled after.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from time import monotonic

from stores.base import Item, StoreError, Way
from wechat.push import Event, Message
from wechat.replies import ACK, TEXT_BYTES, Acknowledgement, Reply, TextReply, TransferReply

from delivery.codec import message_text, reply_text
from delivery.counts import LATE, NO_PLACE
from delivery.exchange import Attempt, Exchange
from delivery.handover import hand_over, readable
from delivery.late import Late
from delivery.ledger import Ledger
from delivery.parked import Owed
from delivery.policy import is_awaited
from delivery.times import Times

log = logging.getLogger(__name__)
BYTES_OF_A_CHARACTER = 4  # at most, in UTF-8
LATER = "+later"  # in the id of what a hook sends behind its answer


class Outcome:
    """Decides, answers and settles for one account."""

    def __init__(self, late: Late, ledger: Ledger, times: Times) -> None:
        self._times = times
        self._account = late.account
        self._late = late
        self._ledger = ledger

    async def give(self, exchange: Exchange) -> None:
        """Answer the attempts that are open with the reply, which is ready."""
        if exchange.given is None:
            assert exchange.reply is not None
            await self.prepare(exchange, exchange.reply)
        self.answer_all(exchange)
        if exchange.way is not Way.WINDOW and not exchange.shared:
            await self.take_back(exchange)

    async def prepare(self, exchange: Exchange, own: Reply) -> None:
        """Make what the attempts get of the hook's own reply; once, though several ask for it."""
        if exchange.preparing is None:
            exchange.preparing = self._ledger.spawn(self._prepare(exchange, own))
        await asyncio.shield(exchange.preparing)

    def give_plain(self, exchange: Exchange) -> bool:
        """Answer likewise, if that needs no look at what is parked; return whether it did."""
        if exchange.given is None:
            if not self._is_plain(exchange):
                return False
            exchange.given = exchange.reply
        elif exchange.handover:
            return False
        self.answer_all(exchange)
        return True

    def answer_all(self, exchange: Exchange) -> None:
        """Give every attempt that is open what there is for it."""
        for attempt in exchange.open[:]:
            self.answer(attempt)

    def answer(self, attempt: Attempt) -> None:
        """Give an attempt what there is: the reply, or the acknowledgement of a late one.

        One that is older than WeChat's patience is left: though nothing shows it, there is
        nobody at the other end.
        """
        exchange = attempt.exchange
        if monotonic() - attempt.arrived >= self._times.window:
            return
        if exchange.way is Way.LATE:
            self._acknowledge(attempt)
        elif exchange.given is not None:
            before, exchange.way = exchange.way, Way.WINDOW
            written = attempt.line.answer(exchange.given)
            attempt.close()
            if not written:
                exchange.way = before
            elif not exchange.answered:
                exchange.answered = True
                self.settle(exchange)

    def reaches_anybody(self, exchange: Exchange) -> bool:
        """Return whether there is an attempt that is still waited with at the other end."""
        oldest = monotonic() - self._times.window
        return any(attempt.arrived > oldest for attempt in exchange.open)

    def go_late(self, exchange: Exchange) -> None:
        """Decide that the reply comes by itself."""
        exchange.way = Way.LATE
        self._ledger.counts[LATE] += 1
        if exchange.waits:
            self._ledger.counts[NO_PLACE] += 1
        why = ", for its hook waits for a place (WECHAT_MAX_RUNNING)" if exchange.waits else ""
        log.info("%s: the reply is late%s", exchange.key, why)
        self._late.begin(exchange.message.from_user)
        if exchange.reply is not None:
            self.deliver(exchange)

    def reopen(self, exchange: Exchange) -> None:
        """Take a late exchange back, whose attempt came after all: unless it is on its way."""
        if exchange.way is not Way.LATE or exchange.acknowledged:
            return
        if exchange.reply is None:
            self._late.end(exchange.message.from_user)
            exchange.way = None
        elif self._late.withdraw(exchange.key, exchange.message.from_user):
            exchange.jot = None
            exchange.way = None

    def deliver(self, exchange: Exchange) -> None:
        """Let the late reply go its way."""
        assert exchange.reply is not None
        reply = exchange.reply
        if exchange.unwanted and self.is_ours(exchange):
            self._drop(exchange)
        elif self.is_ours(exchange):
            item = self._item(exchange, exchange.key, reply)
            self._late.deliver(Owed(item, reply, exchange.used), exchange.jot)
            exchange.handover, exchange.used = None, ()
        else:  # whoever has it settles what it used
            self._late.end(exchange.message.from_user)
            self._ledger.let_go(exchange.used)
        self._send_after(exchange)

    def _drop(self, exchange: Exchange) -> None:
        """Settle what is owed to a user who left."""
        self._late.end(exchange.message.from_user)
        self._late.drop([exchange.key, *(key for key, _ in exchange.after)], "the user left")
        self._ledger.settle(exchange.used)
        exchange.after.clear()

    def answered_elsewhere(self, exchange: Exchange) -> None:
        """Know that another process gave the reply, though this one may have called it late."""
        if exchange.way is Way.LATE:
            self._late.end(exchange.message.from_user)
        exchange.way = Way.WINDOW
        self.settle(exchange)

    def deliver_again(self, exchange: Exchange) -> None:
        """Deliver what another process was to, which died."""
        self._late.begin(exchange.message.from_user)
        self.deliver(exchange)

    @staticmethod
    def is_ours(exchange: Exchange) -> bool:
        """Return whether this process is to see to a late reply: no other one holds it."""
        jot = exchange.jot
        if jot is None:
            return False
        return not jot.done() or jot.cancelled() or bool(jot.exception() or jot.result())

    def jot(self, exchange: Exchange) -> "asyncio.Task[bool]":
        """Journal an exchange, once."""
        if exchange.jot is None:
            item = self._item(exchange, exchange.key, exchange.reply)
            exchange.jot = self._ledger.writing(self._ledger.defer(item))
        return exchange.jot

    def keep(self, exchange: Exchange) -> None:
        """Journal an exchange that was given to nobody, with its reply if that is ready."""
        if exchange.jot is None or exchange.reply is None:
            self.jot(exchange)
        else:  # it was journaled before the reply was there
            item = self._item(exchange, exchange.key, exchange.reply)
            self._ledger.writing(self._ledger.defer(item))

    async def add(self, exchange: Exchange, reply: Reply) -> None:
        """Send one more message behind the answer; it is journaled when this returns."""
        key = f"{exchange.key}{LATER}{exchange.added}"
        exchange.added += 1
        if any(key == known for known, _ in exchange.after):  # the run before this one sent it
            return
        await self._ledger.note(self._item(exchange, key, reply), self._times.silent)
        exchange.after.append((key, reply))
        if exchange.is_gone:
            self._send_after(exchange)

    def take_over(self, exchange: Exchange, owed: Owed) -> None:
        """See to what an earlier run of the hook sent behind the answer, which is not given yet.

        What was left over of an answer is dropped: this run leaves it over again.
        """
        if LATER in owed.key:
            exchange.after.append((owed.key, owed.reply))
        else:
            self._ledger.settle([owed.key])

    def _is_plain(self, exchange: Exchange) -> bool:
        """Return whether the reply is all there is to give, and fits into one answer."""
        message, reply = exchange.message, exchange.reply
        if self._late.parked[message.from_user] and is_awaited(message):
            return False
        if (
            not isinstance(reply, TextReply)
            or len(reply.content) * BYTES_OF_A_CHARACTER <= TEXT_BYTES
        ):
            return True
        return len(reply.content.encode("utf-8", "replace")) <= TEXT_BYTES

    async def _prepare(self, exchange: Exchange, own: Reply) -> None:
        """Put what is parked before the reply, and what is too much behind it."""
        message = exchange.message
        items = await self._taken(message) if is_awaited(message) else ()
        if items is None:
            items, own = (), own if not isinstance(own, Acknowledgement) else self._notice(exchange)
        handover = hand_over(own, items)
        await self._late.give_back(handover.unused)
        after = [(f"{exchange.key}+{n}", reply) for n, reply in enumerate(handover.left_over)]
        for key, reply in after:
            await self._ledger.note(self._item(exchange, key, reply), self._times.silent)
        exchange.after += after
        exchange.given, exchange.handover = handover.reply, handover
        exchange.used = tuple(item.id for item in handover.used)

    async def _taken(self, message: Message | Event) -> Sequence[Item] | None:
        """Return what is parked and can be given; None where the store does not say in time."""
        taking = self._ledger.spawn(self._take(message.from_user))
        done, _ = await asyncio.wait({taking}, timeout=self._times.silent)
        if not done:
            log.error("%s: what is parked for a user is not read in time", self._account)
            self._ledger.spawn(self._return(taking))
            return None
        items: Sequence[Item] | None = taking.result()
        if items is None or not isinstance(message, Event):
            return items
        # WeChat takes no transfer in answer to an event.
        unfit = [item for item in items if isinstance(readable(item), TransferReply)]
        await self._late.give_back(unfit)
        return [item for item in items if item not in unfit]

    async def _take(self, user: str) -> Sequence[Item] | None:
        try:
            return await self._late.take(user)
        except StoreError as error:
            log.error("%s: what is parked for a user cannot be read: %s", self._account, error)  # noqa: TRY400
            return None

    async def _return(self, taking: "asyncio.Task[Sequence[Item] | None]") -> None:
        await self._late.give_back(await taking or ())

    async def take_back(self, exchange: Exchange) -> None:
        """Park again what nobody got, and owe only the reply itself."""
        if (handover := exchange.handover) is None:
            return
        exchange.given = exchange.handover = exchange.preparing = None
        exchange.used = ()
        left_over = [key for key, reply in exchange.after if reply in handover.left_over]
        exchange.after = [(key, r) for key, r in exchange.after if key not in left_over]
        self._ledger.settle(left_over)
        await self._late.give_back(handover.used)

    def _acknowledge(self, attempt: Attempt) -> None:
        exchange = attempt.exchange
        if exchange.acknowledgement is None:
            exchange.acknowledgement = self._notice(exchange)
        if attempt.line.answer(exchange.acknowledgement):
            exchange.acknowledged = True
        else:
            log.info("the acknowledgement of %s reached nobody", exchange.key)
        attempt.close()

    def _notice(self, exchange: Exchange) -> Reply:
        """Return what the user is told who will have to fetch the reply."""
        message, notice = exchange.message, exchange.policy.notice
        if not notice or not is_awaited(message) or self._late.may_push(message.from_user):
            return ACK
        return TextReply(notice)

    def settle(self, exchange: Exchange) -> None:
        """Settle what the user has, and see to what else is owed."""
        settled = list(exchange.used)
        if exchange.jot:
            settled.append(exchange.key)
        if settled:
            self._ledger.settle(settled)
        if exchange.after:
            self._send_after(exchange)

    def _send_after(self, exchange: Exchange) -> None:
        """Send what comes behind the answer."""
        for key, reply in exchange.after:
            self._late.take_on(Owed(self._item(exchange, key, reply), reply))
        exchange.after.clear()

    def _item(self, exchange: Exchange, key: str, reply: Reply | None) -> Item:
        message: Message | Event = exchange.message
        item = self._ledger.item(key, self._account, message.from_user, message_text(message))
        if isinstance(reply, TransferReply):  # it hands over a message that is waiting
            item = replace(item, expires=item.created + self._times.kept_transfer)
        if key == exchange.key and exchange.first:  # older than what the hook sends behind it
            item = replace(item, created=exchange.first.clock)
        return replace(item, reply=reply_text(reply)) if reply else item
