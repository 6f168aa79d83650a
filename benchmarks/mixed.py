"""What slow hooks cost the fast ones: 5 % of the pushes take 12 s, and nobody sees a fault.

An account that may not push, as nobody has verified it, answers a slow one in the third
attempt of WeChat's. Slow ones come all the time to one process of the service. The fast ones
come for 2 seconds by turns to a bare handler, to a process without slow ones, and to that
with them: the same ones, at the same times. The wait for the first slow ones does not count.

What counts is the 99th percentile in a turn, over that in the turn without slow ones beside
it; printed is the median over the rounds, and the middle half of them. Turns are short
because others run on a machine for some seconds: they touch a few turns, or all of a round.
While others have their turn, the slow ones are 30 requests in a second that share their core.

The budget of hang-ups is off. The slow ones use up 100 in a few seconds, and from then on
each would be acknowledged at once with a notice: what is measured here is to hold them.
"""

import argparse
import asyncio
import gc
import math
import statistics
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from benchmarks.load import percentile
from benchmarks.playing import Load, Seen, play
from benchmarks.pushes import BARE, PLAINTEXT, SLOW, config
from benchmarks.servers import Server, allow_open_files, bare, pin, service

SLOW_SHARE, HOOK = 0.05, 12.0
TURN = 2.0  # seconds, of some 380 fast pushes
GOAL = 1.5
BUSY = 0.5  # of the client's core: from here on pushes wait for the client, too
OPEN_FILES = 2_000


@dataclass
class Target:
    """Where fast pushes are sent by turns, and what was seen of them."""

    name: str
    path: str
    server: Server
    seen: list[Seen] = field(default_factory=list)

    def p99(self) -> list[float]:
        """Return the 99th percentile of each turn, in seconds; infinite where none is answered."""
        return [percentile(seen.took, 0.99) if seen.took else math.inf for seen in self.seen]

    def ratios(self, to: "Target") -> list[float]:
        """Return how many times slower the slowest hundredth is, turn by turn."""
        return [ours / other for ours, other in zip(self.p99(), to.p99(), strict=True)]


async def measure(targets: Sequence[Target], rounds: int, rate: float) -> Seen:
    """Load the targets by turns, the last beside slow ones; return what the slow ones' users saw.

    Raises:
        SystemExit: a push failed before the first turn.

    """
    fast = Load(rate * (1 - SLOW_SHARE), TURN)
    seconds = HOOK + rounds * len(targets) * TURN
    port, path = targets[-1].server.port, targets[-1].path
    slow = asyncio.create_task(play(port, path, Load(rate * SLOW_SHARE, seconds, HOOK)))
    started = asyncio.create_task(asyncio.sleep(HOOK))
    for target in targets:  # what comes first is slow, and does not count
        insist([await play(target.server.port, target.path, fast)])
    await started
    for seed in range(rounds):
        for target in targets:
            target.seen.append(await play(target.server.port, target.path, fast, seed))
    return await slow


def report(targets: Sequence[Target], slow: Seen) -> None:
    """Print medians, the ratios to the service without slow ones, and what users saw."""
    _, without, beside = targets
    head = f"{'p99 ms':>8}{'ratio':>7}{'middle half':>16}{'goal':>6}"
    print(f"{'fast pushes':28}{head}{'answered':>10}{'notices':>9}{'faults':>8}{'client':>8}")
    for target in targets:
        ratios = target.ratios(without)
        low, median, high = statistics.quantiles(ratios, n=4, method="inclusive")
        goal = f"{GOAL:6.2f}" if target is beside else " " * 6
        print(
            f"{target.name:28}{statistics.median(target.p99()) * 1000:8.1f}{median:7.2f}"
            f"{f'{low:.2f} to {high:.2f}':>16}{goal}{counts(target.seen)}"
        )
    print(f"{f'the slow ones, {HOOK:g} s':65}{counts([slow])}")


def counts(seen: Sequence[Seen]) -> str:
    """Return the columns of what users saw, and of how much of a core the client used."""
    answered = sum(len(s.took) for s in seen)
    notices = sum(s.notices for s in seen)
    faults = sum(len(s.faults) for s in seen)
    return f"{answered:10}{notices:9}{faults:8}{busy(seen):8.0%}"


def busy(seen: Sequence[Seen]) -> float:
    """Return the share of a core that the client used on average, of 1."""
    return statistics.mean(s.busy for s in seen)


def insist(seen: Sequence[Seen]) -> None:
    """End where a connection failed or somebody saw a fault.

    Raises:
        SystemExit: it is so.

    """
    if errors := [error for s in seen for error in s.errors]:
        sys.exit(f"{len(errors)} connections failed, as by: {errors[0]}")
    if faults := [fault for s in seen for fault in s.faults]:
        sys.exit(f"{len(faults)} pushes ended as a fault line, as by: {faults[0]}")


def judge(targets: Sequence[Target], slow: Seen) -> None:
    """Say what spoils the figures, or misses the goal.

    Raises:
        SystemExit: somebody saw a fault, a connection failed, or the fast ones suffered.

    """
    insist([slow, *(seen for target in targets for seen in target.seen)])
    if any(busy(target.seen) > BUSY for target in targets):
        sys.exit("the client is too busy: its own pauses are in the p99, so lower --rate")
    if (ratio := statistics.median(targets[-1].ratios(targets[-2]))) > GOAL:
        sys.exit(f"{targets[-1].name}: {ratio:.2f} times the p99 without slow ones")


def main() -> None:
    """Start the servers, measure, print; fail if anybody saw a fault, or a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--rate", type=float, default=200.0, help="of all pushes, in a second")
    given = parser.parse_args()
    allow_open_files(OPEN_FILES)
    pin(0, -1)
    gc.disable()  # the client's pauses would be taken for the server's
    settings = config(handler=SLOW, hangup_budget=0)
    with ExitStack() as stack:
        servers = [
            stack.enter_context(each) for each in (bare(), service(settings), service(settings))
        ]
        targets = [
            Target("bare Tornado, success", BARE, servers[0]),
            Target("this service, without slow", PLAINTEXT, servers[1]),
            Target(f"beside {SLOW_SHARE:.0%} of {HOOK:g} s", PLAINTEXT, servers[2]),
        ]
        slow = asyncio.run(measure(targets, given.rounds, given.rate))
    report(targets, slow)
    judge(targets, slow)


if __name__ == "__main__":
    main()
