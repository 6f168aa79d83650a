"""One exchange in several processes: one runs its hook, the others wait for the same reply.

Each process has an exchange of its own for a push whose attempts came to it; what they have
in common is in the store: who runs the hook, the reply, and the way. What is owed is seen to
by the process that holds its row of the journal.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from stores.base import Claim, Way
from wechat.replies import Reply

from delivery.codec import read_reply, reply_text
from delivery.exchange import Attempt, Exchange
from delivery.outcome import Outcome
from delivery.peers import Peers
from delivery.times import Times

log = logging.getLogger(__name__)
Run = Callable[[Exchange], Awaitable[Reply]]
Learn = Callable[[Exchange, Way], None]


class Joining:
    """Joins the exchanges of one account with those of the other processes.

    `learn` is what the window does when it knows the way of an exchange.
    """

    def __init__(self, peers: Peers, outcome: Outcome, learn: Learn, times: Times) -> None:
        self._peers = peers
        self._outcome = outcome
        self._learn = learn
        self._times = times

    async def count(self, attempt: Attempt) -> None:
        """Count one more attempt among those of all processes."""
        if claim := await self._peers.claim(attempt.exchange.key, count=True):
            self._counted(attempt, claim)

    async def reply(self, exchange: Exchange, run: Run) -> Reply | None:
        """Return the reply of the hook, which one process runs; None if it is not ours to give.

        That is so where the exchange is late, and another process sees to it.
        """
        first = exchange.first
        claim = await self._peers.claim(exchange.key, count=first is not None)
        if claim is None:
            return await run(exchange)
        if first:
            self._counted(first, claim)
        while True:
            if claim.way:
                self._learn(exchange, claim.way)
            if claim.reply is not None:
                return await self._joined(exchange, claim.reply, run)
            if claim.owner == self._peers.owner:
                return await self._run(exchange, run)
            if exchange.way is Way.LATE and not self._outcome.is_ours(exchange):
                return None
            await asyncio.sleep(self._times.look)
            claim = await self.look(exchange) or claim

    async def agree(self, exchange: Exchange, way: Way) -> None:
        """Decide the way, unless it is; the first process wins."""
        self._learn(exchange, await self._peers.decide(exchange.key, way))

    async def undo(self, exchange: Exchange) -> None:
        """Have the way undecided again: the answer that it stood for reached nobody."""
        exchange.way = None
        await self._peers.undo(exchange.key)

    async def look(self, exchange: Exchange) -> Claim | None:
        """Return what the others know of it; None where the store is silent."""
        return await self._peers.claim(exchange.key, count=False)

    async def _run(self, exchange: Exchange, run: Run) -> Reply:
        """Run the hook, and let the others have what the user is to get."""
        key = exchange.key
        self._peers.begin(key)
        own = await run(exchange)
        if exchange.way is not Way.LATE:
            await self._outcome.prepare(exchange, own)
        given = exchange.given or own
        text, way = await self._peers.finish(key, given)
        self._peers.end(key)
        if text != reply_text(given):  # our lease ran out, and another process was first
            await self._outcome.take_back(exchange)
            return await self._joined(exchange, text, run)
        exchange.given, exchange.agreed = given, True
        if way:
            self._learn(exchange, way)
        return given

    @staticmethod
    def _counted(attempt: Attempt, claim: Claim) -> None:
        exchange = attempt.exchange
        exchange.count = attempt.count = max(exchange.count, claim.attempt)

    @staticmethod
    async def _joined(exchange: Exchange, text: str, run: Run) -> Reply:
        try:
            exchange.given = read_reply(text)
        except ValueError:
            log.exception("%s: its hook runs again, for its reply cannot be read", exchange.key)
            return await run(exchange)
        exchange.agreed = True
        return exchange.given
