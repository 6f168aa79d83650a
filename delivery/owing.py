"""What a user is owed by an exchange: journaled, delivered late, settled.

What the user has is settled after it was given; what comes behind an answer waits for it.
"""

import asyncio
import logging
from dataclasses import replace

from stores.base import Item, State, Way
from stores.base import Owed as Row
from wechat.push import Event, Message
from wechat.replies import Acknowledgement, Reply, TransferReply

from delivery.codec import message_text, reply_text
from delivery.counts import LATE, NO_PLACE
from delivery.exchange import Exchange
from delivery.late import Late
from delivery.ledger import Ledger
from delivery.parked import Owed
from delivery.times import Times

log = logging.getLogger(__name__)
LATER = "+later"  # in the id of what a hook sends behind its answer


def left_over(exchange: Exchange) -> list[str]:
    """Return what an answer leaves over, by journal id."""
    return [key for key, _ in exchange.after if LATER not in key]


class Owing:
    """What one account owes.

    `waiting` are rows of the journal, by id, that come behind answers which may come yet.
    """

    def __init__(self, late: Late, ledger: Ledger, times: Times) -> None:
        self.waiting: dict[str, Row] = {}
        self._times = times
        self._account = late.account
        self._late = late
        self._ledger = ledger

    def go_late(self, exchange: Exchange) -> None:
        """Decide that the reply comes by itself."""
        exchange.way = Way.LATE
        self._ledger.counts[LATE] += 1
        if exchange.waits:
            self._ledger.counts[NO_PLACE] += 1
        why = ", for its hook waits for a place (WECHAT_MAX_RUNNING)" if exchange.waits else ""
        log.info("%s: the reply is late%s", exchange.key, why)
        self.owe(exchange)
        if exchange.reply is not None:
            self.deliver(exchange)

    def owe(self, exchange: Exchange) -> None:
        """Have the user be owed the reply: the word that fetches it waits for it."""
        if not exchange.owed:
            exchange.owed = True
            self._late.begin(exchange.message.from_user)

    def owe_no_more(self, exchange: Exchange) -> None:
        """Know that the reply is given, or is another process's to give."""
        if exchange.owed:
            exchange.owed = False
            self._late.end(exchange.message.from_user)

    def reopen(self, exchange: Exchange) -> None:
        """Take a late exchange back, whose attempt came after all: unless it is on its way."""
        user = exchange.message.from_user
        if exchange.way is not Way.LATE or exchange.acknowledged:
            return
        if exchange.reply is None:
            self.owe_no_more(exchange)
            exchange.way = None
        elif self._late.withdraw(exchange.key, user):
            exchange.jot = None
            exchange.way = None
            exchange.after = [sent for sent in exchange.sent if self._late.withdraw(sent[0], user)]
            exchange.sent = ()

    def deliver(self, exchange: Exchange) -> None:
        """Let the late reply go its way."""
        assert exchange.reply is not None
        if not self.is_ours(exchange):  # whoever has it settles what it used
            self.owe_no_more(exchange)
            self._ledger.let_go(exchange.used)
            if exchange.after:
                self._ledger.spawn(self._send_behind(exchange))
            return
        if exchange.unwanted:
            self._drop(exchange)
        else:
            item = self._item(exchange, exchange.key, exchange.reply)
            self.owe(exchange)
            exchange.owed = False  # from here on the delivery knows
            self._late.deliver(Owed(item, exchange.reply, exchange.used), exchange.jot)
            exchange.handover, exchange.used = None, ()
        self._send_after(exchange)

    async def _send_behind(self, exchange: Exchange) -> None:
        """Send what comes behind a reply that another process delivers, once it has."""
        user = exchange.message.from_user
        while not self.is_ours(exchange):  # it may die: then this one is to deliver it all
            rows = await self._late.rows(user)
            if rows is not None and (exchange.key, State.OPEN) not in (
                (row.item.id, row.state) for row in rows
            ):
                self._send_after(exchange)
                return
            await asyncio.sleep(self._times.look_owed)

    def _drop(self, exchange: Exchange) -> None:
        """Settle what is owed to a user who left."""
        self.owe_no_more(exchange)
        keys = [key for key, _ in exchange.after]
        if isinstance(exchange.reply, Acknowledgement):
            self._ledger.settle([exchange.key])
        else:
            keys.insert(0, exchange.key)
        self._late.drop(keys, "the user left")
        self._ledger.settle(exchange.used)
        exchange.after.clear()

    def answered_elsewhere(self, exchange: Exchange) -> None:
        """Know that another process gave the reply, though this one may have called it late."""
        exchange.way = Way.WINDOW
        self.settle(exchange)

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
            exchange.jot = self._journal(exchange, exchange.key, exchange.reply)
        return exchange.jot

    def keep(self, exchange: Exchange) -> None:
        """Journal an exchange that was given to nobody, with its reply if that is ready."""
        if exchange.unwanted or isinstance(exchange.reply, Acknowledgement):
            if exchange.jot:
                self._ledger.settle([exchange.key])
        elif exchange.jot is None or exchange.reply is None:
            self.jot(exchange)
        else:  # it was journaled before the reply was there
            self._journal(exchange, exchange.key, exchange.reply)
        if not exchange.unwanted:  # a retry may have taken it back, in vain
            for key, reply in exchange.after:
                self._journal(exchange, key, reply)

    def _journal(self, exchange: Exchange, key: str, reply: Reply | None) -> "asyncio.Task[bool]":
        return self._ledger.writing(self._ledger.defer(self._item(exchange, key, reply)))

    async def add(self, exchange: Exchange, reply: Reply) -> None:
        """Send one more message behind the answer; it is journaled when this returns."""
        key = f"{exchange.key}{LATER}{exchange.added}"
        exchange.added += 1
        if key in self.waiting or any(key == known for known, _ in exchange.after):
            return  # the run before this one sent it
        await self._ledger.note(self._item(exchange, key, reply), self._times.silent)
        exchange.after.append((key, reply))
        if exchange.is_gone:
            self._send_after(exchange)

    def drop_waiting(self, user: str) -> None:
        """Drop what would come behind answers to a user who leaves."""
        keys = [key for key, row in self.waiting.items() if row.item.user == user]
        for key in keys:
            del self.waiting[key]
        self._late.drop(keys, "the user left")

    def settle(self, exchange: Exchange) -> None:
        """Settle what the user has, and see to what else is owed."""
        self.owe_no_more(exchange)
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
        exchange.sent = (*exchange.sent, *exchange.after)
        exchange.after.clear()

    def _since(self, exchange: Exchange) -> float:
        """Return when its message came to any process, before all that comes behind it."""
        if not self._ledger.store.shared:
            return exchange.created
        return min(exchange.created, float(exchange.message.create_time))

    def _item(self, exchange: Exchange, key: str, reply: Reply | None) -> Item:
        message: Message | Event = exchange.message
        item = self._ledger.item(key, self._account, message.from_user, message_text(message))
        if isinstance(reply, TransferReply):  # it hands over a message that is waiting
            item = replace(item, expires=item.created + self._times.kept_transfer)
        if LATER not in key and exchange.created:  # older than what is sent behind it
            item = replace(item, created=self._since(exchange))
        return replace(item, reply=reply_text(reply)) if reply else item
