"""What slow hooks cost the fast ones: 5 % of the pushes take 12 s, and nobody sees a fault.

An account that may not push, as nobody has verified it, answers a slow one in the third
attempt of WeChat's. Each round sends the same fast pushes, by the same times, to a bare
handler, to the service, and to the service that holds the slow ones.

What counts is the 99th percentile of 2 seconds' fast pushes, over that of the same 2 seconds
without slow ones; printed is the median over all of them, and that of the best and the worst
round. A machine that stands still for a moment, whoever runs on it, spoils a few of those
ratios, where it would spoil a whole round.

The budget of hang-ups is off. The slow ones use up 100 in a few seconds, and from then on
each would be acknowledged at once with a notice: what is measured here is to hold them.
"""

import argparse
import asyncio
import gc
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.load import percentile
from benchmarks.playing import Load, Seen, play
from benchmarks.pushes import BARE, PLAINTEXT, SLOW, config
from benchmarks.servers import Server, allow_open_files, bare, pin, service

SLOW_SHARE, HOOK = 0.05, 12.0
SLICE = 2.0  # seconds, of some 380 fast pushes
GOAL = 1.5
BUSY = 0.5  # of the client's core: from here on pushes wait for the client, too
OPEN_FILES = 2_000


@dataclass
class Target:
    """What a round loads, with what; and what was seen of it."""

    name: str
    path: str
    server: Server
    load: Load
    seen: list[Seen] = field(default_factory=list)

    async def play(self) -> None:
        """Load it once more."""
        self.seen.append(await play(self.server.port, self.path, self.load))

    def slices(self) -> list[list[float]]:
        """Return the 99th percentile of every slice, round by round, in seconds."""
        return [sliced(seen, self.load.seconds) for seen in self.seen]


def sliced(seen: Seen, seconds: float) -> list[float]:
    """Return the 99th percentile of each slice of one round."""
    slices: list[list[float]] = [[] for _ in range(int(seconds / SLICE))]
    for due, took in seen.fast:
        if due >= 0:
            slices[min(int(due / SLICE), len(slices) - 1)].append(took)
    return [percentile(slice_, 0.99) for slice_ in slices]


def ratios(target: Target, to: Target) -> list[list[float]]:
    """Return how many times slower the slowest hundredth is, slice by slice of each round."""
    rounds = zip(target.slices(), to.slices(), strict=True)
    return [[p99 / other for p99, other in zip(*pair, strict=True)] for pair in rounds]


def median(of_rounds: Sequence[Sequence[float]]) -> float:
    """Return the median over the slices of all rounds."""
    return statistics.median(value for slices in of_rounds for value in slices)


def report(targets: Sequence[Target]) -> None:
    """Print medians, the ratios to the service without slow ones, and what users saw."""
    _, alone, beside = targets
    head = f"{'p99 ms':>8}{'ratio':>7}{'of rounds':>13}{'goal':>6}{'fast':>8}{'slow':>6}"
    print(f"{'p99 of the fast ones':28}{head}{'notices':>8}{'faults':>7}{'client':>8}")
    for target in targets:
        rates = ratios(target, alone)
        medians = [statistics.median(slices) for slices in rates]
        goal = f"{GOAL:6.2f}" if target is beside else " " * 6
        print(
            f"{target.name:28}{median(target.slices()) * 1000:8.1f}{median(rates):7.2f}"
            f"{f'{min(medians):.2f} to {max(medians):.2f}':>13}{goal}{counts(target.seen)}"
        )


def counts(seen: Sequence[Seen]) -> str:
    """Return the columns of what users saw, and of how busy the client was."""
    fast, slow, notices, faults = (
        sum(column)
        for column in zip(
            *((len(s.fast), s.slow, s.notices, len(s.faults)) for s in seen), strict=True
        )
    )
    busy = max(s.busy for s in seen)
    return f"{fast:8}{slow:6}{notices:8}{faults:7}{busy:8.0%}"


def judge(targets: Sequence[Target]) -> None:
    """Say what spoils the figures, or exceeds the goal.

    Raises:
        SystemExit: somebody saw a fault, a connection failed, or the fast ones suffered.

    """
    seen = [seen for target in targets for seen in target.seen]
    if any(s.busy > BUSY for s in seen):
        print("the client is too busy, and its own pauses are in the p99: lower --rate")
    if errors := [error for s in seen for error in s.errors]:
        sys.exit(f"{len(errors)} connections failed, as by: {errors[0]}")
    if faults := [fault for s in seen for fault in s.faults]:
        sys.exit(f"{len(faults)} pushes ended as a fault line, as by: {faults[0]}")
    if (ratio := median(ratios(targets[-1], targets[-2]))) > GOAL:
        sys.exit(f"{targets[-1].name}: {ratio:.2f} times the p99 without slow ones")


def main() -> None:
    """Start the servers, measure, print; fail if anybody saw a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20.0, help="that count, in a round")
    parser.add_argument("--rate", type=float, default=200.0, help="of all pushes, in a second")
    given = parser.parse_args()
    allow_open_files(OPEN_FILES)
    pin(0, -1)
    gc.disable()  # the client's pauses would be taken for the server's
    slow = given.rate * SLOW_SHARE
    fast = Load(given.seconds, given.rate - slow)
    mix = Load(given.seconds, given.rate - slow, slow, HOOK)
    with bare() as yardstick, service(config(handler=SLOW, hangup_budget=0)) as ours:
        targets = [
            Target("bare Tornado, success", BARE, yardstick, fast),
            Target("this service, fast alone", PLAINTEXT, ours, fast),
            Target(f"beside {SLOW_SHARE:.0%} of {HOOK:g} s", PLAINTEXT, ours, mix),
        ]
        for target in targets[:2]:  # what comes first is slow, and does not count
            asyncio.run(play(target.server.port, target.path, Load(SLICE, fast.fast)))
        for _ in range(given.rounds):
            for target in targets:
                asyncio.run(target.play())
    report(targets)
    judge(targets)


if __name__ == "__main__":
    main()
