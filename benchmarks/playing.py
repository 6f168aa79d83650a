"""WeChat, as a load: pushes at a steady rate, each sent up to three times.

The next one is sent whether or not the last has its answer, as users write: a server that
stands still is felt by all who come meanwhile.
"""

import asyncio
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
    """So many pushes in a second for so many seconds, whose hooks take `hook` seconds."""

    rate: float
    seconds: float
    hook: float = 0.0

    def times(self, seed: int) -> Iterator[float]:
        """Yield when each is due, in seconds: many users keep no step with each other."""
        chance, due = random.Random(seed), 0.0
        while (due := due + chance.expovariate(self.rate)) < self.seconds:
            yield due


@dataclass(slots=True)
class Seen:
    """What the users of a load saw, and its client."""

    took: list[float] = field(default_factory=list)  # seconds to the right answer
    notices: int = 0  # in place of an answer that is to be fetched
    faults: list[str] = field(default_factory=list)  # in place of an answer
    errors: list[str] = field(default_factory=list)  # of a connection: WeChat did not hang up
    hang_ups: int = 0
    busy: float = 0.0  # the share of a core that the client used, of 1

    def note(self, push: Push, answers: list[Answer]) -> None:
        """Note what became of a push's attempts."""
        last = answers[-1]
        self.hang_ups += sum(answer.hung_up for answer in answers)
        self.errors += [answer.error for answer in answers if answer.error]
        if last.gives(LATE_NOTICE):
            self.notices += 1
        elif last.gives(push.answer):
            self.took.append(last.ended - answers[0].began)
        else:
            self.faults.append(f"{last}, at attempt {len(answers)}")


async def play(port: int, path: str, load: Load, seed: int = 0) -> Seen:
    """Send a whole load; return when its last push is over."""
    seen, began, ran = Seen(), time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as pushing:
        for due in load.times(seed):
            await asyncio.sleep(began + due - time.perf_counter())
            push = timed(path, next(NUMBERS), load.hook)
            pushing.create_task(deliver(port, push, seen))
        seen.busy = (time.process_time() - ran) / (time.perf_counter() - began)
    return seen


async def deliver(port: int, push: Push, seen: Seen, patience: float = PATIENCE) -> None:
    """Send one push, and again while there is no answer, as often as WeChat does."""
    answers: list[Answer] = []
    while len(answers) < ATTEMPTS and not (answers and answers[-1].response):
        answers.append(await ask(port, push.request, patience))
    seen.note(push, answers)
