"""Many users at once: messages at a rate, and what those users would have seen."""

import asyncio
import itertools
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from simulator.engine import pushes
from simulator.engine.delivery import Pusher
from simulator.engine.record import Delivery, Outcome, Shown

PROGRESS_SECONDS = 0.5
MOST_USERS, MOST_RATE, MOST_SECONDS = 1_000_000, 10_000.0, 3_600.0
MOST_REASONS = 20


@dataclass(slots=True, kw_only=True)
class Report:
    """What a burst did so far. `times` are seconds from a push to its verdict."""

    sent: int = 0
    replies: int = 0
    silent: int = 0
    faults: int = 0
    hang_ups: int = 0
    seconds: float = 0.0
    done: bool = False
    times: list[float] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def running(self) -> int:
        """How many have no verdict yet."""
        return self.sent - self.replies - self.silent - self.faults

    def percentile(self, percent: float) -> float:
        """Return the time within which `percent` of the pushes were done; 0.0 for none."""
        return percentile(sorted(self.times), percent)

    def add(self, delivery: Delivery, took: float) -> None:
        """Count a push that is done."""
        assert delivery.verdict
        self.times.append(took)
        outcomes = [attempt.outcome for attempt in delivery.attempts]
        self.hang_ups += outcomes.count(Outcome.HUNG_UP)
        self.replies += delivery.verdict.shown is Shown.REPLY
        self.silent += delivery.verdict.shown is Shown.SILENCE
        self.faults += delivery.fault
        reason = delivery.verdict.reason
        if delivery.fault and (reason in self.reasons or len(self.reasons) < MOST_REASONS):
            self.reasons[reason] = self.reasons.get(reason, 0) + 1


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Return the nearest-rank percentile of what is in order; 0.0 of nothing."""
    if not ordered:
        return 0.0
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


async def burst(
    pusher: Pusher,
    *,
    users: int,
    rate: float,
    seconds: float,
    content: str = "你好",
    on_progress: Callable[[Report], None] = lambda _: None,
) -> Report:
    """Have `users` send texts by turns, `rate` a second in all, for `seconds`.

    The rate is kept whatever the service does: who waits for an answer holds up nobody.

    Raises:
        ValueError: a number is out of bounds.

    """
    _check(users, rate, seconds)
    report, running = Report(), set[asyncio.Task[None]]()
    openids = itertools.cycle(range(users))
    began = time.monotonic()
    try:
        for number in range(max(1, round(rate * seconds))):
            await asyncio.sleep(began + number / rate - time.monotonic())
            task = asyncio.create_task(_push(pusher, next(openids), content, report))
            running.add(task)
            task.add_done_callback(running.discard)
            report.sent += 1
            report.seconds = time.monotonic() - began
            if number % max(1, round(rate * PROGRESS_SECONDS)) == 0:
                on_progress(report)
        while running:
            await asyncio.wait(running, timeout=PROGRESS_SECONDS)
            on_progress(report)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    report.seconds, report.done = time.monotonic() - began, True
    return report


async def _push(pusher: Pusher, user: int, content: str, report: Report) -> None:
    began = time.monotonic()
    fields = pushes.message(
        "text", f"oBurst{user:06}", pusher.account.original_id, pusher.now, Content=content
    )
    report.add(await pusher.push(fields), time.monotonic() - began)


def _check(users: int, rate: float, seconds: float) -> None:
    bounds = (("users", users, MOST_USERS), ("rate", rate, MOST_RATE))
    for name, value, most in (*bounds, ("seconds", seconds, MOST_SECONDS)):
        if not 0 < value <= most:
            raise ValueError(f"{name} must be more than 0, and at most {most:g}")
