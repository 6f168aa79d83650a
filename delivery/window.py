"""The window of one account: every attempt of every push, and what it gets.

The hook runs once, in the task of the first attempt; whatever comes meanwhile joins it.
`_run_out` is what happens to an attempt whose reply is slow, `_nobody_came` to a push that
WeChat has stopped asking for; how long they wait is told by `Deadlines`, and what they get
is decided in `Outcome`.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic

from stores.base import Way
from wechat.events import UnsubscribeEvent
from wechat.push import Event, Message
from wechat.replies import Reply

from delivery.deadlines import Deadlines
from delivery.exchange import Attempt, Exchange, Line
from delivery.late import Late
from delivery.ledger import Ledger
from delivery.memory import Answers
from delivery.observed import Observed
from delivery.outcome import Outcome
from delivery.pickup import Pickup
from delivery.places import Places
from delivery.policy import ATTEMPTS, Policy
from delivery.times import Times

log = logging.getLogger(__name__)
Hook = Callable[[Exchange], Awaitable[Reply]]
Content = Message | Event


class Window:
    """Answers the pushes of one account.

    `places` bounds the hooks of the whole process; `clock` is Unix seconds.
    """

    def __init__(
        self,
        account: str,
        late: Late,
        ledger: Ledger,
        places: Places,
        times: Times,
        *,
        hangup_budget: int,
        pickup: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.account = account
        self.late = late
        self.outcome = Outcome(account, late, ledger, times)
        self.observed = Observed(hangup_budget, times)
        self.deadlines = Deadlines(late, self.observed, times, self._watch_run_out, clock)
        self.hung_up_at = float("-inf")
        self._ledger = ledger
        self._places = places
        self._times = times
        self._pickup = Pickup(pickup, late, times)
        self._clock = clock
        self._exchanges: dict[str, Exchange] = {}
        self._answers = Answers(times.remembered)
        self._late: deque[tuple[float, Exchange]] = deque()

    async def attend(self, message: Content, line: Line, hook: Hook, policy: Policy) -> None:
        """Answer one attempt on `line`; return when it is over, and the hook that it began.

        `hook` is run for the first attempt of a push alone.
        """
        now = monotonic()
        key = f"{self.account}:{message.dedupe_key}"
        if (exchange := self._exchanges.get(key)) is None:
            if (answered := self._answers.get(key, now)) is not None:
                line.answer(answered)
                return
            exchange = self.begin(key, message, policy, now)
            exchange.first = attempt = self._join(exchange, line, now)
            await self.run(exchange, hook)
        else:
            attempt = self._join(exchange, line, now)
            if exchange.way is None and exchange.reply is None:
                self.outcome.jot(exchange)
            else:
                await self._give(exchange)
        if not attempt.closed:
            attempt.over = asyncio.get_running_loop().create_future()
            await attempt.over

    def begin(
        self, key: str, message: Content, policy: Policy, now: float, age: float = 0.0
    ) -> Exchange:
        """Return a new exchange, whose hook is to be run; `age` is seconds, of its message."""
        if self._late:
            self._forget(now)
        exchange = self._exchanges[key] = Exchange(key, message, policy, now)
        self.late.quotas.triggered(message, now - age)
        if isinstance(message, UnsubscribeEvent):
            self._ledger.spawn(self.late.forget(message.from_user))
        return exchange

    def begin_again(self, key: str, message: Content, policy: Policy) -> Exchange:
        """Return an exchange that the journal knows, whose retries may still come."""
        age = self.age(message)
        exchange = self.begin(key, message, policy, monotonic(), age)
        exchange.count = min(ATTEMPTS, 1 + int(age // self._times.window))
        exchange.jot = self._ledger.held()
        self._ended(exchange)
        return exchange

    def age(self, message: Content) -> float:
        """Return how many seconds ago the user did it."""
        return max(self._clock() - message.create_time, 0.0)

    def find(self, key: str) -> Exchange | None:
        """Return an exchange that is remembered."""
        return self._exchanges.get(key)

    def was_answered(self, key: str) -> bool:
        """Return whether a push was answered lately."""
        return self._answers.get(key, monotonic()) is not None

    async def run(self, exchange: Exchange, hook: Hook) -> None:
        """Run the hook in its turn, or pick up what is late; see the reply on the way."""
        if self._pickup.is_for(exchange.message):
            hook = self._pickup.wait
        if not self._places.is_free():
            await self._places.wait(exchange.key)
        try:
            exchange.reply = await hook(exchange)
        finally:
            self._places.leave()
        if exchange.way is Way.LATE:
            self.outcome.deliver(exchange)
        elif exchange.open:
            await self._give(exchange)

    def hung_up(self, attempt: Attempt) -> None:
        """Know that nobody is at the other end of an attempt any more."""
        if not attempt.closed:
            self.hung_up_at = monotonic()
            self._lose(attempt)

    def drain(self, by: float) -> None:
        """Answer everything by then, on the loop's clock: each attempt is the last now."""
        self.deadlines.drain(by, self._exchanges.values())

    async def _give(self, exchange: Exchange) -> None:
        """Answer what is open."""
        if exchange.way is Way.LATE:
            self.outcome.answer_all(exchange)
        elif not self.outcome.give_plain(exchange):
            await self.outcome.give(exchange)
        self._ended(exchange)

    def _join(self, exchange: Exchange, line: Line, now: float) -> Attempt:
        attempt = Attempt(exchange, line, now, self._clock())
        if not exchange.open or not any(
            now - other.arrived < self._times.twin for other in exchange.open
        ):
            exchange.count += 1
        attempt.count = exchange.count
        if attempt.count == 1:
            self.observed.note(attempt.clock - exchange.message.create_time)
        exchange.seen = now
        exchange.open.append(attempt)
        if exchange.idle:
            exchange.idle.cancel()
            exchange.idle = None
        if exchange.way is Way.LATE:
            self.outcome.reopen(exchange)
        self.deadlines.watch(attempt)
        line.opened(attempt)
        return attempt

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
            return
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
        jot = self.outcome.jot(exchange)
        done, _ = await asyncio.wait({jot}, timeout=self._times.journal)
        if not done:
            log.error("%s is acknowledged before the journal has it", exchange.key)
        if not attempt.closed and exchange.way is None and exchange.given is None:
            self._go(exchange)
            await self._give(exchange)

    def _ended(self, exchange: Exchange) -> None:
        """See, after the last attempt that is open, whether another comes."""
        now = exchange.seen = monotonic()
        if exchange.open:
            return
        if exchange.way is Way.WINDOW and exchange.given is not None:
            self._answers.keep(exchange.key, exchange.given, now)
            self._exchanges.pop(exchange.key, None)
        elif exchange.way is None:
            if exchange.idle:
                exchange.idle.cancel()
            loop = asyncio.get_running_loop()
            exchange.idle = loop.call_later(self._times.idle, self._nobody_came, exchange)

    def _nobody_came(self, exchange: Exchange) -> None:
        """Treat as late what WeChat has stopped asking for."""
        exchange.idle = None
        if not exchange.open and exchange.way is None:
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
            if exchange.way is not Way.LATE:
                continue  # reopened, and answered or late again since
            if exchange.reply is None or exchange.seen > now - self._times.remembered:
                self._late.append((now, exchange))
            else:
                self._exchanges.pop(exchange.key, None)
