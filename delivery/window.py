"""The window of one account: every attempt of every push, and how long it may wait.

The hook runs once, in the task of the first attempt; whatever comes meanwhile joins it.
`_run_out` is what happens to an attempt whose reply is slow, `_nobody_came` to a push that
WeChat has stopped asking for; what they get is decided in `Outcome`.
"""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic

from stores.base import Way
from wechat.events import UnsubscribeEvent
from wechat.messages import TextMessage
from wechat.push import Event, Message
from wechat.replies import ACK, Reply

from delivery.exchange import Attempt, Exchange, Line
from delivery.late import Late
from delivery.ledger import Ledger
from delivery.memory import Answers
from delivery.observed import Observed
from delivery.outcome import Outcome
from delivery.places import Places
from delivery.policy import ATTEMPTS, AUTO, Policy, is_awaited
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
        self.hung_up_at = float("-inf")
        self._ledger = ledger
        self._places = places
        self._times = times
        self._pickup = pickup
        self._clock = clock
        self._started = int(clock())
        self._exchanges: dict[str, Exchange] = {}
        self._watched: list[Attempt] = []
        self._ticker: asyncio.TimerHandle | None = None
        self._tick_seconds = times.approach / 10
        self._answers = Answers(times.remembered)
        self._late: deque[tuple[float, Exchange]] = deque()
        self._answered_by: float | None = None  # once the process drains

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

    def begin(self, key: str, message: Content, policy: Policy, now: float) -> Exchange:
        """Return a new exchange, whose hook is to be run."""
        if self._late:
            self._forget(now)
        exchange = self._exchanges[key] = Exchange(key, message, policy, now)
        self.late.quotas.triggered(message, now)
        if isinstance(message, UnsubscribeEvent):
            self._ledger.spawn(self.late.forget(message.from_user))
        return exchange

    def begin_again(self, key: str, message: Content, policy: Policy) -> Exchange:
        """Return an exchange that the journal knows, whose retries may still come."""
        exchange = self.begin(key, message, policy, monotonic())
        age = self._clock() - message.create_time
        exchange.count = min(ATTEMPTS, 1 + int(max(age, 0.0) // self._times.window))
        exchange.jot = self._ledger.held()
        self._ended(exchange)
        return exchange

    def find(self, key: str) -> Exchange | None:
        """Return an exchange that is remembered."""
        return self._exchanges.get(key)

    def was_answered(self, key: str) -> bool:
        """Return whether a push was answered lately."""
        return self._answers.get(key, monotonic()) is not None

    async def run(self, exchange: Exchange, hook: Hook) -> None:
        """Run the hook in its turn, or pick up what is late; see the reply on the way."""
        if self._is_pickup(exchange):
            hook = self._pick_up
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
        self._answered_by = by
        for exchange in self._exchanges.values():
            for attempt in exchange.open:
                if attempt.due != float("inf"):
                    self._set_timer(attempt)
                attempt.wake()

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
        self._set_timer(attempt)
        line.opened(attempt)
        return attempt

    def number(self, attempt: Attempt) -> int:
        """Return which of WeChat's attempts this was."""
        age = attempt.clock - attempt.exchange.message.create_time
        return self.observed.number(age, attempt.count)

    def _is_last(self, attempt: Attempt) -> bool:
        """Return whether a slow reply to this attempt is acknowledged."""
        return self.number(attempt) >= self._last_attempt(attempt.exchange)

    def _last_attempt(self, exchange: Exchange) -> int:
        """Return from which attempt on a slow one is acknowledged."""
        message, policy = exchange.message, exchange.policy
        if (
            self._answered_by is not None
            or message.create_time < self._started
            or not is_awaited(message)
            or self.observed.over_budget()
        ):
            return 1
        if policy.ack_attempt != AUTO:
            return policy.ack_attempt
        return 1 if self.late.may_push(message.from_user) else ATTEMPTS

    def _set_timer(self, attempt: Attempt) -> None:
        """See to the attempt shortly before its deadline."""
        attempt.due = self._deadline(attempt) - self._times.approach
        self._watched.append(attempt)
        if self._ticker is None:
            self._ticker = asyncio.get_running_loop().call_later(self._tick_seconds, self._tick)

    def _deadline(self, attempt: Attempt) -> float:
        at = attempt.arrived + self.observed.deadline(attempt.exchange.policy.deadline)
        return at if self._answered_by is None else min(at, self._answered_by)

    def _tick(self) -> None:
        """Look after the attempts that are still open, of which there are few.

        A timer for each would be set up and taken down thousands of times in a second.
        """
        now, watched = monotonic(), self._watched
        self._watched = [a for a in watched if not a.closed and a.due > now]
        for attempt in watched:
            if not attempt.closed and attempt.due <= now:
                attempt.due = float("inf")
                self._ledger.spawn(self._run_out(attempt))
        again = self._watched
        loop = asyncio.get_running_loop()
        self._ticker = loop.call_later(self._tick_seconds, self._tick) if again else None

    async def _run_out(self, attempt: Attempt) -> None:
        """Follow an attempt whose reply is slow to its end."""
        exchange = attempt.exchange
        if exchange.reply is None and self._is_last(attempt):
            self.outcome.jot(exchange)
        await self._until(attempt, lambda: self._deadline(attempt))
        if attempt.closed:
            return
        if exchange.way is None and exchange.given is None and self._is_last(attempt):
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

    def _is_pickup(self, exchange: Exchange) -> bool:
        message = exchange.message
        return (
            isinstance(message, TextMessage)
            and bool(self._pickup)
            and message.content.strip() == self._pickup
            and self.late.has(message.from_user)
        )

    async def _pick_up(self, exchange: Exchange) -> Reply:
        """Wait for what is late, as long as the window lasts; run no hook."""
        user = exchange.message.from_user
        while exchange.way is None and not self.late.parked[user] and self.late.pending[user]:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._times.window):
                    await self.late.changed(user)
        return ACK

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
