"""An exchange of which no attempt is open here: another process may answer one, or nobody.

Who ran the hook is to know soon: messages that come behind the answer wait for it. What
WeChat asks for no more, anywhere, is late.
"""

import asyncio
from collections.abc import Callable
from time import monotonic

from stores.base import Claim, Way

from delivery.exchange import Exchange
from delivery.joining import SLOWER, Learn
from delivery.outcome import Outcome
from delivery.peers import Peers
from delivery.times import Times

SOON = 10  # looks, after which they are fewer


class Watching:
    """Watches the exchanges of one account; `learn` and `ended` are what the window does."""

    def __init__(
        self,
        peers: Peers,
        outcome: Outcome,
        times: Times,
        learn: Learn,
        ended: Callable[[Exchange], None],
    ) -> None:
        self._peers = peers
        self._outcome = outcome
        self._times = times
        self._learn = learn
        self._ended = ended

    def begin(self, exchange: Exchange) -> "asyncio.Task[None]":
        """Watch until an attempt comes, which cancels it, or until the way is known."""
        return self._peers.watch(self._watch(exchange))

    async def _watch(self, exchange: Exchange) -> None:
        looks = 0
        while _is_undecided(exchange):
            slower = 1 if looks < SOON else SLOWER
            await self._peers.pause(slower * self._times.look)
            looks += 1
            await self._look(exchange)
            if self._peers.released:
                if _is_undecided(exchange) and exchange.reply is not None:
                    self._outcome.keep(exchange)  # whom no attempt reached knows nothing of it
                return

    async def _look(self, exchange: Exchange) -> None:
        claim = await self._seen(exchange)
        if not _is_undecided(exchange):
            return
        if claim and claim.way is Way.WINDOW:
            if not self._peers.is_behind(exchange.key):  # else it may be ours, and come to nothing
                self._outcome.answered_elsewhere(exchange)
                self._ended(exchange)
        elif claim and claim.way is Way.LATE:
            self._learn(exchange, claim.way)
        elif claim and claim.attempt > exchange.count:
            exchange.count, exchange.seen = claim.attempt, monotonic()
        elif self._is_over(exchange, claim) and not self._peers.released:
            await self._go_late(exchange, claim)

    async def _seen(self, exchange: Exchange) -> Claim | None:
        """Return what the others know of it; None where the store is silent.

        A decision to answer is looked at again: if the write failed it is taken back at once.
        """
        claim = await self._peers.look(exchange.key)
        if claim and claim.way is Way.WINDOW:
            await asyncio.sleep(self._times.look)
            claim = await self._peers.look(exchange.key)
        return claim

    def _is_over(self, exchange: Exchange, claim: Claim | None) -> bool:
        """Return whether no attempt will come; of what others know nothing is known for long."""
        times = self._times
        return monotonic() - exchange.seen >= (times.idle if claim else times.remembered)

    async def _go_late(self, exchange: Exchange, claim: Claim | None) -> None:
        if not self._outcome.is_ours(exchange):
            exchange.jot = None  # who held it may have settled it, for it seemed answered
        await asyncio.wait({self._outcome.jot(exchange)}, timeout=self._times.silent)
        decided = await self._peers.decide(exchange.key, Way.LATE)
        if claim is None and decided is None:
            self._peers.insist(exchange.key, Way.LATE)
            decided = Way.LATE
        if decided is Way.LATE and _is_undecided(exchange):
            self._learn(exchange, decided)


def _is_undecided(exchange: Exchange) -> bool:
    return exchange.way is None and not exchange.open
