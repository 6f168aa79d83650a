"""Thousands of exchanges in flight: all answered in their window, and what memory each takes.

They are opened within 1.5 seconds, towards hooks of 3, and a bare handler that sleeps as long:
the last begins well before the first ends, and none stands in a queue that is only the opening's.
The memory of an exchange is what the process grew by, at its peak, over the exchanges, after
a small wave that does not count: so neither the code nor its first use is in it. What Python
has freed it keeps, and takes again without growing; so every wave has a process of its own.
The kernel keeps the peak itself: nobody has to look at the right moment. Printed is the
median over the rounds, which hardly differ.
"""

import argparse
import asyncio
import itertools
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.asking import Answer, ask
from benchmarks.pushes import BARE, PLAINTEXT, SAFE, SLOW, Push, config, timed
from benchmarks.servers import allow_open_files, bare, pin, service

SECONDS = 3.0
WARM, WARM_SECONDS = 100, 0.2
OPENING = 1.5
GOAL = 2.0
SPARE_FILES = 100


@dataclass
class Contender:
    """A kind of server: what its exchanges took, KiB of each, and their answers."""

    name: str
    path: str
    kib: list[float] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    def measure(self, count: int) -> None:
        """Send a wave to a server that has seen only a small one.

        Raises:
            SystemExit: an exchange was over before the last began.

        """
        numbers = itertools.count()
        with bare() if self.path == BARE else service(config(handler=SLOW)) as server:
            asyncio.run(wave(server.port, self.path, numbers, WARM, WARM_SECONDS))
            idle = server.resident()
            answers = asyncio.run(wave(server.port, self.path, numbers, count, SECONDS))
            self.kib.append((server.peak() - idle) / count)
        ends = [answer.ended for answer in answers]
        if max(ends) - min(ends) > SECONDS:  # else the last had begun before the first ended
            sys.exit(f"{self.name}: {count} exchanges are not open at once, on so slow a machine")
        self.answers += answers


async def wave(
    port: int, path: str, numbers: Iterator[int], count: int, seconds: float
) -> Sequence[Answer]:
    """Open so many exchanges, evenly; return their answers.

    Raises:
        SystemExit: one was not answered in its window, or wrongly.

    """
    pushes = [timed(path, number, seconds) for number in itertools.islice(numbers, count)]

    async def begin(place: int, push: Push) -> Answer:
        await asyncio.sleep(OPENING * place / count)
        return await ask(port, push.request)

    answers = await asyncio.gather(*itertools.starmap(begin, enumerate(pushes)))
    pairs = zip(answers, pushes, strict=True)
    if bad := [answer for answer, push in pairs if not answer.gives(push.answer)]:
        sys.exit(
            f"{path}: {len(bad)} of {count} were not answered in their window, as by: {bad[0]}"
        )
    return answers


def report(contenders: Sequence[Contender], count: int) -> None:
    """Print medians, and the ratios to the first contender round by round."""
    yardstick = contenders[0]
    head = f"{'answered':>9}{'slowest s':>11}{'KiB each':>10}{'ratio':>7}{'goal':>6}"
    print(f"{f'{count} exchanges at once':28}{head}")
    for contender in contenders:
        slowest = max(answer.seconds for answer in contender.answers)
        goal = 1.0 if contender is yardstick else GOAL
        print(
            f"{contender.name:28}{len(contender.answers):9}{slowest:11.2f}"
            f"{statistics.median(contender.kib):10.1f}{ratio_of(contender, yardstick):7.2f}"
            f"{goal:6.2f}"
        )


def ratio_of(contender: Contender, yardstick: Contender) -> float:
    """Return how many times the yardstick's memory an exchange takes."""
    pairs = zip(contender.kib, yardstick.kib, strict=True)
    return statistics.median(ours / bare for ours, bare in pairs)


def main() -> None:
    """Measure, print; fail if an exchange was not answered, or takes too much memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--exchanges", type=int, default=4_000)
    given = parser.parse_args()
    allow_open_files(given.exchanges + SPARE_FILES)
    pin(0, -1)
    contenders = [
        Contender(f"bare Tornado, {SECONDS:g} s", BARE),
        Contender("this service, plaintext", PLAINTEXT),
        Contender("this service, safe mode", SAFE),
    ]
    for _ in range(given.rounds):
        for contender in contenders:
            contender.measure(given.exchanges)
    report(contenders, given.exchanges)
    for contender in contenders[1:]:
        if (ratio := ratio_of(contender, contenders[0])) > GOAL:
            sys.exit(f"{contender.name}: {ratio:.2f} times a bare handler's memory")


if __name__ == "__main__":
    main()
