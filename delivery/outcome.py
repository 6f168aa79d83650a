"""What the attempts of an exchange get, and what becomes of a reply that none of them got.

Whether an exchange goes by *window* or *late* is decided once.
"""

import logging
from time import monotonic

from stores.base import Way

from delivery.exchange import Attempt, Exchange
from delivery.preparing import Preparing

log = logging.getLogger(__name__)


class Outcome(Preparing):
    """Decides, answers and settles for one account."""

    async def give(self, exchange: Exchange) -> None:
        """Answer the attempts that are open with the reply, which is ready."""
        if exchange.given is None:
            assert exchange.reply is not None
            await self.prepare(exchange, exchange.reply)
        self.answer_all(exchange)
        if exchange.way is not Way.WINDOW and not exchange.shared:
            await self.take_back(exchange)

    def give_plain(self, exchange: Exchange) -> bool:
        """Answer likewise, if that needs no look at what is parked; return whether it did."""
        if exchange.given is None:
            if exchange.preparing or not self._is_plain(exchange):
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

    def _acknowledge(self, attempt: Attempt) -> None:
        exchange = attempt.exchange
        if exchange.acknowledgement is None:
            exchange.acknowledgement = self._notice(exchange)
        if attempt.line.answer(exchange.acknowledgement):
            exchange.acknowledged = True
        else:
            log.info("the acknowledgement of %s reached nobody", exchange.key)
        attempt.close()
