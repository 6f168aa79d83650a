"""How long each attempt of one account may wait, and which of them is the last.

One ticker looks after all that are open: a timer for each would be set up and taken down
thousands of times in a second.
"""

import asyncio
from collections.abc import Callable, Iterable
from time import monotonic

from delivery.exchange import Attempt, Exchange
from delivery.late import Late
from delivery.observed import Observed
from delivery.policy import ATTEMPTS, AUTO, is_awaited
from delivery.times import Times

TICKS = 10  # in the time before a deadline in which an attempt is seen to
LAG_KEPT = 0.98  # of the loop's lag, by each tick: half of it for some two seconds
MOST_LAG = 0.2  # of WeChat's window: a loop that stands still for longer is beyond help
QUEUED = 0.2  # of the window, in which is read what had waited for the process to serve
LEAST = 0.1  # of the window, that an attempt gets which may have waited so


class Deadlines:
    """Knows what was `observed` of WeChat; `run_out` sees to an attempt near its deadline.

    `clock` is Unix seconds; deadlines are by the monotonic clock.
    """

    def __init__(
        self,
        late: Late,
        observed: Observed,
        times: Times,
        run_out: Callable[[Attempt], None],
        clock: Callable[[], float],
    ) -> None:
        self.observed = observed
        self._late = late
        self._times = times
        self._run_out = run_out
        self._clock = clock
        self._queue_read = float("-inf")  # Unix seconds
        self._started = int(clock())
        self._answered_by: float | None = None  # once the process drains
        self._watched: list[Attempt] = []
        self._ticker: asyncio.TimerHandle | None = None
        self._tick_seconds = times.approach / TICKS
        self._lag = 0.0

    def begin(self) -> None:
        """Know that pushes come from now on: those that wait already may be any attempt."""
        now = self._clock()
        self._started = int(now)
        self._queue_read = now + QUEUED * self._times.window

    def number(self, attempt: Attempt) -> int:
        """Return which of WeChat's attempts this was."""
        age = attempt.clock - attempt.exchange.message.create_time
        return self.observed.number(age, attempt.count)

    def is_last(self, attempt: Attempt) -> bool:
        """Return whether a slow reply to this attempt is acknowledged."""
        return self.number(attempt) >= self.last_attempt(attempt.exchange)

    def last_attempt(self, exchange: Exchange) -> int:
        """Return from which attempt on a slow one is acknowledged."""
        message, policy = exchange.message, exchange.policy
        if (
            self._answered_by is not None
            or message.create_time <= self._started  # of that second, too: it may be older
            or not is_awaited(message)
            or self.observed.over_budget()
        ):
            return 1
        if policy.ack_attempt != AUTO:
            return policy.ack_attempt
        return 1 if self._late.may_push(message.from_user) else ATTEMPTS

    def of(self, attempt: Attempt) -> float:
        """Return until when an attempt may wait."""
        seconds = self.observed.deadline(attempt.exchange.policy.deadline)
        if attempt.clock < self._queue_read:
            seconds = self._left(attempt, seconds)
        at = attempt.arrived + seconds - self.lag
        return at if self._answered_by is None else min(at, self._answered_by)

    def _left(self, attempt: Attempt, seconds: float) -> float:
        """Return what is left of a deadline to an attempt that may have waited to be accepted.

        WeChat counts from its own beginning, which is not before that of the message.
        """
        window = self._times.window
        waited = max(attempt.clock - attempt.exchange.message.create_time, 0.0) % window
        return max(seconds - waited, min(seconds, LEAST * window))

    @property
    def lag(self) -> float:
        """By how many seconds the loop was late of late: a deadline would be missed by it."""
        return min(self._lag, MOST_LAG * self._times.window)

    def watch(self, attempt: Attempt) -> None:
        """See to the attempt shortly before its deadline."""
        attempt.due = self.of(attempt) - self._times.approach
        self._watched.append(attempt)
        if self._ticker is None:
            self._tick_soon()

    def drain(self, by: float, exchanges: Iterable[Exchange]) -> None:
        """Let no attempt wait for longer, those of `exchanges` and all that come."""
        self._answered_by = by
        for exchange in exchanges:
            for attempt in exchange.open:
                if attempt.due != float("inf"):
                    self.watch(attempt)
                attempt.wake()

    def _tick_soon(self) -> None:
        loop = asyncio.get_running_loop()
        planned = loop.time() + self._tick_seconds
        self._ticker = loop.call_at(planned, self._tick, planned)

    def _tick(self, planned: float) -> None:
        """Look after the attempts that are still open, of which there are few."""
        now, watched = monotonic(), self._watched
        self._lag = max(now - planned, LAG_KEPT * self._lag)
        self._watched = [a for a in watched if not a.closed and a.due > now]
        for attempt in watched:
            if not attempt.closed and attempt.due <= now:
                attempt.due = float("inf")
                self._run_out(attempt)
        self._ticker = None
        if self._watched:
            self._tick_soon()
