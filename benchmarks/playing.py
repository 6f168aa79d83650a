"""WeChat, as a load: pushes at a steady rate, some of them slow, each sent up to three times.

The next one is sent whether or not the last has its answer, as users write: a server that
stands still is felt by all who come meanwhile.
"""

import asyncio
import heapq
import itertools
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.asking import PATIENCE, Answer, ask
from benchmarks.pushes import Push, timed
from delivery.policy import ATTEMPTS, LATE_NOTICE

NUMBERS = itertools.count()


@dataclass(frozen=True, slots=True)
class Load:
    """So many `fast` and `slow` pushes in a second, whose hooks take none and `hook` seconds.

    What counts lasts `seconds`, and begins when the slow ones are as many as they will be.
    """

    seconds: float
    fast: float
    slow: float = 0.0
    hook: float = 0.0

    @property
    def ahead(self) -> float:
        """The seconds before what counts."""
        return self.hook if self.slow else 0.0

    def pushes(self) -> Iterator[tuple[float, float]]:
        """Yield in turn when a push is due, 0 where what counts begins, and what its hook takes.

        Both are in seconds.
        """
        ahead = ((due - self.ahead, 0.0) for due in at_random(self.fast, self.ahead))
        fast = ((due, 0.0) for due in at_random(self.fast, self.seconds))
        every = at_random(self.slow, self.ahead + self.seconds)
        slow = ((due - self.ahead, self.hook) for due in every)
        return heapq.merge(itertools.chain(ahead, fast), slow)


def at_random(rate: float, seconds: float) -> Iterator[float]:
    """Yield times, the same whenever asked: many users keep no step with each other."""
    chance, due = random.Random(rate), 0.0
    while rate and (due := due + chance.expovariate(rate)) < seconds:
        yield due


@dataclass(slots=True)
class Seen:
    """What the users of a load saw; `fast`: when a fast one was due, and took how long."""

    fast: list[tuple[float, float]] = field(default_factory=list)
    slow: int = 0  # answered
    notices: int = 0  # in place of an answer that is to be fetched
    faults: list[str] = field(default_factory=list)  # in place of an answer
    errors: list[str] = field(default_factory=list)  # of a connection: WeChat did not hang up
    hang_ups: int = 0
    busy: float = 0.0  # the share of its time that the client itself ran, of 1

    def note(self, push: Push, answers: list[Answer], due: float, hook: float) -> None:
        """Note what became of a push's attempts."""
        last = answers[-1]
        self.hang_ups += sum(answer.hung_up for answer in answers)
        self.errors += [answer.error for answer in answers if answer.error]
        if last.gives(LATE_NOTICE):
            self.notices += 1
        elif not last.gives(push.answer):
            self.faults.append(f"{last}, at attempt {len(answers)}")
        elif hook:
            self.slow += 1
        else:
            self.fast.append((due, last.ended - answers[0].began))


async def play(port: int, path: str, load: Load) -> Seen:
    """Send a whole load; return when its last push is over."""
    seen, began, ran = Seen(), time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as pushing:
        for due, hook in load.pushes():
            await asyncio.sleep(began + load.ahead + due - time.perf_counter())
            pushing.create_task(deliver(port, path, (due, hook), seen))
        seen.busy = (time.process_time() - ran) / (time.perf_counter() - began)
    return seen


async def deliver(
    port: int, path: str, timing: tuple[float, float], seen: Seen, patience: float = PATIENCE
) -> None:
    """Send one push, and again while there is no answer, as often as WeChat does."""
    due, hook = timing
    push = timed(path, next(NUMBERS), hook)
    answers: list[Answer] = []
    while len(answers) < ATTEMPTS and not (answers and answers[-1].response):
        answers.append(await ask(port, push.request, patience))
    seen.note(push, answers, due, hook)
