"""How the attempts of one account wait, and what becomes of them: to the end of each push.

`_run_out` is what happens to an attempt whose reply is slow, `_nobody_came` to a push that
WeChat has stopped asking for; how long they wait is told by `Deadlines`, and what they get
is decided in `Outcome`.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from time import monotonic

from stores.base import Way

from delivery.counts import EARLY
from delivery.deadlines import Deadlines
from delivery.exchange import Attempt, Exchange
from delivery.joining import Joining
from delivery.late import Late
from delivery.ledger import Ledger
from delivery.memory import Answers
from delivery.observed import Observed
from delivery.outcome import Outcome
from delivery.peers import Peers
from delivery.times import Times
from delivery.watching import Watching

log = logging.getLogger(__name__)


class Patience:
    """Waits with the attempts of the exchanges that are known; `clock` is Unix seconds."""

    def __init__(
        self,
        late: Late,
        ledger: Ledger,
        times: Times,
        *,
        hangup_budget: int,
        peers: Peers | None,
        clock: Callable[[], float],
    ) -> None:
        self.late = late
        self.outcome = Outcome(late, ledger, times)
        self.observed = Observed(hangup_budget, times)
        self.deadlines = Deadlines(late, self.observed, times, self._watch_run_out, clock)
        self.hung_up_at = float("-inf")
        self._joining: Joining | None = None
        self._watching: Watching | None = None
        if peers:
            self._joining = Joining(peers, self.outcome, self.learn, ledger, times)
            self._watching = Watching(peers, self.outcome, times, self.learn, self._ended)
        self._ledger = ledger
        self._times = times
        self._exchanges: dict[str, Exchange] = {}
        self._answers = Answers(times.remembered)
        self._late: deque[tuple[float, Exchange]] = deque()

    def hung_up(self, attempt: Attempt) -> None:
        """Know that nobody is at the other end of an attempt any more."""
        if not attempt.closed:
            self.hung_up_at = monotonic()
            self._lose(attempt)

    def learn(self, exchange: Exchange, way: Way) -> None:
        """Go the way that was decided, unless that is known."""
        if exchange.way is not None:
            return
        if way is Way.WINDOW:
            exchange.way = way
            return
        self._go(exchange)
        self.outcome.answer_all(exchange)

    async def give(self, exchange: Exchange) -> None:
        """Answer what is open."""
        decides = self._joining and exchange.way is None and self.outcome.reaches_anybody(exchange)
        if self._joining and decides:
            await self._joining.agree(exchange, Way.WINDOW)
        if exchange.way is Way.LATE:
            self.outcome.answer_all(exchange)
        elif not self.outcome.give_plain(exchange):
            await self.outcome.give(exchange)
        if self._joining and decides and exchange.way is Way.WINDOW and not exchange.answered:
            await self._joining.undo(exchange)
        if exchange.way is None:  # whom it was written to had hung up
            self.hung_up_at = monotonic()
        self._ended(exchange)

    def _watch_run_out(self, attempt: Attempt) -> None:
        self._ledger.spawn(self._run_out(attempt))

    async def _run_out(self, attempt: Attempt) -> None:
        """Follow an attempt whose reply is slow to its end."""
        exchange = attempt.exchange
        if exchange.reply is None and self.deadlines.is_last(attempt):
            self.outcome.jot(exchange)
        await self._until(attempt, lambda: self.deadlines.of(attempt))
        if attempt.closed:
            return
        if exchange.way is None and exchange.given is None and self.deadlines.is_last(attempt):
            await self._go_late(attempt)
        # Held: it may be answered until WeChat hangs up, and is nobody's after that.
        await self._until(attempt, lambda: attempt.arrived + self._times.drop)
        if not attempt.closed:
            attempt.line.drop()
            self._lose(attempt)  # WeChat hung up, though nobody showed it to us

    def _lose(self, attempt: Attempt) -> None:
        """Count a hang-up, and be done with its attempt."""
        now = monotonic()
        self.observed.hung_up(now - attempt.arrived, now)
        attempt.close()
        self._ended(attempt.exchange)

    async def _until(self, attempt: Attempt, at: Callable[[], float]) -> None:
        """Wait for a time, which may change, or until the attempt is over."""
        while not attempt.closed and (left := at() - monotonic()) > 0:
            attempt.waiting = asyncio.get_running_loop().create_future()
            await asyncio.wait({attempt.waiting}, timeout=left)

    async def _go_late(self, attempt: Attempt) -> None:
        """Acknowledge what is not ready, once that is safe in the journal."""
        exchange = attempt.exchange
        began, jot = monotonic(), self.outcome.jot(exchange)
        done, _ = await asyncio.wait({jot}, timeout=self._times.journal)
        if not attempt.closed and exchange.way is None and exchange.given is None:
            if not done:
                log.error("%s is acknowledged before the journal has it", exchange.key)
                self._ledger.counts[EARLY] += 1
            if self._joining:  # in the same time: WeChat hangs up soon
                left = began + self._times.journal - monotonic()
                await self._joining.agree(exchange, Way.LATE, left)
            else:
                self._go(exchange)
            self.outcome.answer_all(exchange)
            self._ended(exchange)

    def _ended(self, exchange: Exchange) -> None:
        """See, after the last attempt that is open, whether another comes."""
        now = exchange.seen = monotonic()
        if exchange.open:
            return
        if exchange.way is Way.WINDOW and exchange.given is not None:
            if exchange.answered or not self._joining:  # else whoever did may take that back
                self._answers.keep(exchange.key, exchange.given, now)
            self._exchanges.pop(exchange.key, None)
        elif exchange.way is None:
            if exchange.idle:
                exchange.idle.cancel()
            if self._watching:
                exchange.idle = self._watching.begin(exchange)
                return
            loop = asyncio.get_running_loop()
            exchange.idle = loop.call_later(self._times.idle, self._nobody_came, exchange)

    def _nobody_came(self, exchange: Exchange) -> None:
        """Treat as late what WeChat has stopped asking for."""
        exchange.idle = None
        if exchange.open or exchange.way is not None:
            return
        self.outcome.jot(exchange)
        self._go(exchange)

    def _go(self, exchange: Exchange) -> None:
        """Let an exchange be late."""
        self.outcome.go_late(exchange)
        self._late.append((monotonic(), exchange))

    def _forget(self, now: float) -> None:
        """Drop late exchanges whose time is over."""
        while self._late and self._late[0][0] < now - self._times.remembered:
            _, exchange = self._late.popleft()
            if exchange.way is not Way.LATE or self._exchanges.get(exchange.key) is not exchange:
                continue  # reopened, and answered or late again since
            if exchange.reply is None or exchange.seen > now - self._times.remembered:
                self._late.append((now, exchange))
            else:
                self._exchanges.pop(exchange.key, None)
