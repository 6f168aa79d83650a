"""What the attempts of an exchange get: the reply, with what is parked for the user before it.

What an answer leaves over is journaled before it is written.
"""

import asyncio
import logging
import zlib
from collections.abc import Sequence
from dataclasses import replace

from stores.base import Item, StoreError
from wechat.push import Event, Message
from wechat.replies import ACK, TEXT_BYTES, Acknowledgement, Reply, TextReply, TransferReply

from delivery.codec import reply_text
from delivery.exchange import Exchange
from delivery.handover import hand_over, readable
from delivery.owing import LATER, Owing, left_over
from delivery.policy import is_awaited

log = logging.getLogger(__name__)
BYTES_OF_A_CHARACTER = 4  # at most, in UTF-8


class Preparing(Owing):
    """Makes what is given of what a hook says."""

    async def prepare(self, exchange: Exchange, own: Reply) -> None:
        """Make what the attempts get of the hook's own reply; once, though several ask for it."""
        if exchange.preparing is None:
            exchange.preparing = self._ledger.spawn(self._prepare(exchange, own))
        await asyncio.shield(exchange.preparing)

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
        after = [(_left_over(exchange, reply), reply) for reply in handover.left_over]
        for key, reply in after:
            item = self._item(exchange, key, reply)
            if handover.used and reply is not own:  # the rest of what is parked: in its place
                item = replace(item, created=handover.used[0].created)
            await self._ledger.note(item, self._times.silent)
        exchange.after = after + exchange.after
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
        self._ledger.settle(left_over(exchange))
        exchange.after = [(key, reply) for key, reply in exchange.after if LATER in key]
        await self._late.give_back(handover.used)

    def _notice(self, exchange: Exchange) -> Reply:
        """Return what the user is told who will have to fetch the reply."""
        message, notice = exchange.message, exchange.policy.notice
        if not notice or not is_awaited(message) or self._late.may_push(message.from_user):
            return ACK
        return TextReply(notice)


def _left_over(exchange: Exchange, reply: Reply) -> str:
    """Return the id of what is left over: another one where a hook that ran again says more."""
    return f"{exchange.key}+{zlib.crc32(reply_text(reply).encode())}"
