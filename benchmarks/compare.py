"""What trust costs: this service against a bare Tornado handler, in one run.

Rounds alternate between the servers, which share one core while the client has another,
so that a machine that slows down slows all of them. What counts is the ratio in a round;
printed is the median over the rounds. Every check is on, and each reply is a text echo.
"""

import argparse
import asyncio
import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.load import Result, run
from benchmarks.pushes import BARE, PLAINTEXT, SAFE, config, text
from benchmarks.servers import Server, bare, pin, service

POOL = 500  # different requests to a server that knows none of them
FRESH = 10_000  # messages in a second: one that comes again is answered without its hook


@dataclass
class Target:
    """One of the servers compared: where it is, what it must reach, what it did."""

    name: str
    path: str
    goal: float
    server: Server
    results: list[Result] = field(default_factory=list)


def measure(targets: Sequence[Target], rounds: int, seconds: float, connections: int) -> None:
    """Load each target in turn, `rounds` times, after a round that does not count."""
    numbers = itertools.count()
    for played in range(rounds + 1):
        for target in targets:
            count = POOL if target is targets[0] else int(FRESH * seconds)
            first = next(numbers)
            pool = [
                text(target.path, number, f"今天天气怎么样? {number}")
                for number in range(first * count, (first + 1) * count)
            ]
            result = asyncio.run(run(target.server.port, pool, seconds, connections))
            if played:
                target.results.append(result)


def report(targets: Sequence[Target]) -> None:
    """Print medians, and the ratios to the first target round by round."""
    yardstick = targets[0]
    print(f"{'':28}{'req/s':>8}{'p99 ms':>8}{'ratio':>7}{'goal':>6}{'p99 ratio':>11}{'RSS':>6}")
    for target in targets:
        pairs = list(zip(target.results, yardstick.results, strict=True))
        rate = statistics.median(r.rate for r in target.results)
        p99 = statistics.median(r.p99 for r in target.results)
        ratio = statistics.median(r.rate / b.rate for r, b in pairs)
        slower = statistics.median(r.p99 / b.p99 for r, b in pairs)
        rss = target.server.resident() / yardstick.server.resident()
        print(
            f"{target.name:28}{rate:8.0f}{p99 * 1000:8.1f}{ratio:7.2f}{target.goal:6.2f}"
            f"{slower:11.2f}{rss:6.2f}"
        )


def main() -> None:
    """Start the servers, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each target in a round")
    parser.add_argument("--connections", type=int, default=16)
    given = parser.parse_args()
    pin(0, -1)
    with bare() as yardstick, service(config()) as ours:
        targets = [
            Target("bare Tornado, success", BARE, 1.0, yardstick),
            Target("this service, plaintext", PLAINTEXT, 0.7, ours),
            Target("this service, safe mode", SAFE, 0.55, ours),
        ]
        measure(targets, given.rounds, given.seconds, given.connections)
        report(targets)


if __name__ == "__main__":
    main()
