"""One exchange in several processes: one runs its hook, the others wait for the same reply.

Each process has an exchange of its own for a push whose attempts came to it; what they have
in common is in the store: who runs the hook, the reply, and the way. What is owed is seen to
by the process that holds its row of the journal.
"""

import logging
from collections.abc import Awaitable, Callable, Collection

from stores.base import Claim, StoreError, Way
from wechat.replies import Reply

from delivery.codec import given_text, read_given, read_left
from delivery.exchange import Attempt, Exchange
from delivery.ledger import Ledger
from delivery.outcome import Outcome
from delivery.owing import left_over
from delivery.peers import Peers
from delivery.times import Times

log = logging.getLogger(__name__)
Run = Callable[[Exchange], Awaitable[Reply]]
Learn = Callable[[Exchange, Way], None]
SLOWER = 5  # looks at what nobody waits for


class Joining:
    """Joins the exchanges of one account with those of the other processes.

    `learn` is what the window does when it knows the way of an exchange.
    """

    def __init__(
        self, peers: Peers, outcome: Outcome, learn: Learn, ledger: Ledger, times: Times
    ) -> None:
        self._peers = peers
        self._outcome = outcome
        self._learn = learn
        self._ledger = ledger
        self._times = times

    async def count(self, attempt: Attempt) -> None:
        """Count one more attempt among those of all processes."""
        if claim := await self._peers.claim(attempt.exchange.key, count=True):
            self._counted(attempt, claim)

    async def reply(self, exchange: Exchange, run: Run) -> Reply | None:
        """Return the reply of the hook, which one process runs; None if it is not ours to give.

        That is so where the exchange is late, and another process sees to it, and where this
        process is to end.
        """
        reply = await self._reply(exchange, run)
        if reply is not None and exchange.way is Way.LATE:
            # Before it is delivered: another process may have been first to decide, and gave it.
            said = await self._peers.said(exchange.key, self._times.idle)
            if said is Way.WINDOW and not self._peers.is_behind(exchange.key):
                self._outcome.answered_elsewhere(exchange)
        return reply

    async def agree(self, exchange: Exchange, way: Way, seconds: float = 1.0) -> None:
        """Decide the way, unless it is; the first process wins.

        A store that is silent for `seconds` is told later. That another process answers is
        no reason to answer, too: its write may fail, and then it takes that back.
        """
        decided = await self._peers.decide(exchange.key, way, seconds)
        if decided is None:
            self._peers.insist(exchange.key, way)
        if (decided or way) is Way.LATE or way is Way.WINDOW:
            self._learn(exchange, decided or way)

    async def left_over(self, key: str) -> Collection[str] | None:
        """Return what an answer leaves over, by journal id; None where it has no reply yet.

        Raises:
            StoreError: the store is silent.

        """
        if (claim := await self._peers.look(key)) is None:
            raise StoreError("the store is silent")
        return None if claim.reply is None else read_left(claim.reply)

    async def undo(self, exchange: Exchange) -> None:
        """Have the way undecided again: the answer that it stood for reached nobody."""
        exchange.way = None
        await self._peers.undo(exchange.key)

    async def _reply(self, exchange: Exchange, run: Run) -> Reply | None:
        first = exchange.first
        claim = await self._peers.claim(exchange.key, count=first is not None)
        if claim is None and not self._peers.released:
            return await self._run(exchange, run)  # another may, too: the first reply stands
        if claim and first:
            self._counted(first, claim)
        while claim and not self._peers.released:
            if claim.way is Way.LATE:
                self._learn(exchange, claim.way)
            if claim.reply is not None:
                return (
                    exchange.given if self._joined(exchange, claim.reply) else await run(exchange)
                )
            if claim.owner == self._peers.owner:
                return await self._run(exchange, run)
            if exchange.way is Way.LATE and not self._outcome.is_ours(exchange):
                return None
            slower = SLOWER if exchange.way is Way.LATE else 1
            await self._peers.pause(slower * self._times.look)
            claim = await self._peers.claim(exchange.key, count=False) or claim
        if claim and claim.owner == self._peers.owner:  # which was on its way at the end
            await self._peers.give_up(exchange.key)
        return None

    async def _run(self, exchange: Exchange, run: Run) -> Reply:
        """Run the hook, and let the others have what the user is to get."""
        key = exchange.key
        self._peers.begin(key)
        try:
            own = await run(exchange)
            if exchange.way is None:
                await self._outcome.prepare(exchange, own)
        except Exception:
            await self._peers.give_up(key)
            raise
        exchange.given, exchange.shared = exchange.given or own, True
        text = given_text(exchange.given, exchange.used, left_over(exchange))
        if found := await self._peers.finish(key, text):
            await self._finished(exchange, text, *found)
        else:
            self._ledger.writing(self._finish_behind(exchange, text))
        return exchange.given or own

    async def _finish_behind(self, exchange: Exchange, text: str) -> None:
        """Let the others have it when the store is not silent any more."""
        if found := await self._peers.finish_at_last(exchange.key, text):
            await self._finished(exchange, text, *found)
        else:
            self._peers.end(exchange.key)

    async def _finished(self, exchange: Exchange, text: str, found: str, way: Way | None) -> None:
        """Know what the others have, and which way it went."""
        self._peers.end(exchange.key)
        # Else our lease ran out, and another process was first.
        if found != text and not exchange.answered:
            await self._outcome.take_back(exchange)
            if self._joined(exchange, found):
                exchange.reply = exchange.given
        if way is Way.LATE:
            self._learn(exchange, way)

    @staticmethod
    def _counted(attempt: Attempt, claim: Claim) -> None:
        exchange = attempt.exchange
        exchange.count = attempt.count = max(exchange.count, claim.attempt)

    @staticmethod
    def _joined(exchange: Exchange, text: str) -> bool:
        """Give what another process gives; return whether that can be read."""
        try:
            exchange.given, exchange.used = read_given(text)
        except ValueError:
            log.exception("%s: its hook runs again, for its reply cannot be read", exchange.key)
            return False
        return True
