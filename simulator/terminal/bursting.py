"""Many users at once: a live line while they write, then what they saw and how long it took."""

import resource
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from terminal.paper import Paper, Style

from simulator.engine.burst import MOST_RATE, MOST_SECONDS, MOST_USERS, Report, burst
from simulator.engine.record import Delivery
from simulator.terminal import arguments
from simulator.terminal.options import world_of
from simulator.terminal.status import Status
from terminal.arguments import CommandLineError, Parser

PERCENTS = (50, 90, 99)


def add_burst(parser: Parser) -> None:
    """Add the options that say how many write, and how fast."""
    parser.add_argument("--users", type=arguments.count, default=50, metavar="N", help="who (50)")
    parser.add_argument(
        "--rate", type=arguments.number, default=20.0, metavar="R", help="messages a second (20)"
    )
    parser.add_argument(
        "--seconds", type=arguments.number, default=5.0, metavar="S", help="for how long (5)"
    )
    parser.add_argument("--text", default="你好", help="what they write (你好)")


async def run_burst(args: Namespace, paper: Paper) -> Status:
    """Have many users write; also where it is interrupted, write what came of it.

    Raises:
        CommandLineError: a value is wrong; nothing was sent.

    """
    _check(args)
    world = world_of(args)
    unlucky: set[str] = set()
    report = Report()

    def judged(delivery: Delivery) -> None:
        if delivery.fault:
            unlucky.add(delivery.openid)

    def progress(latest: Report) -> None:
        nonlocal report
        report = latest
        paper.live(_live(report))

    world.pusher.on_change = judged
    paper.line(f"{args.users} users → {world.account.url} ({world.account.mode} mode)", Style.BOLD)
    numbers = {"users": args.users, "rate": args.rate, "seconds": args.seconds}
    try:
        with _many_files():
            await burst(world.pusher, **numbers, content=args.text, on_progress=progress)
    finally:
        write_report(paper, report, len(unlucky))
    return Status.FAULT if report.faults else Status.OK


def write_report(paper: Paper, report: Report, unlucky: int) -> None:
    """Write what came of a burst; `unlucky` users saw the fault line."""
    rate = report.sent / report.seconds if report.seconds else 0.0
    paper.line(f"{report.sent} messages in {report.seconds:.1f} s, {rate:.1f} a second")
    rows = (
        ("replies", str(report.replies)),
        ("silence", str(report.silent)),
        ("fault line", f"{report.faults}, seen by {unlucky} users"),
        ("hang-ups", str(report.hang_ups)),
        ("unfinished", str(report.running)),
    )
    for name, value in rows:
        bad = name in {"fault line", "hang-ups"} and not value.startswith("0")
        paper.line(f"  {name:<11} {value}", Style.BAD if bad else None)
    paper.line(f"  {'time':<11} {_times(report)}")
    if report.reasons:
        paper.line("Reasons of the fault line:", Style.BOLD)
    for reason, times in sorted(report.reasons.items(), key=lambda item: -item[1]):
        paper.line(f"  {times} × {reason}")


def _check(args: Namespace) -> None:
    bounds = (("users", MOST_USERS), ("rate", MOST_RATE), ("seconds", MOST_SECONDS))
    for name, most in bounds:
        if not 0 < getattr(args, name) <= most:
            raise CommandLineError(f"--{name} is more than 0, and at most {most:g}")


def _live(report: Report) -> str:
    return (
        f"{report.seconds:5.1f} s  {report.sent} sent  {report.running} running  "
        f"{report.replies} replies  {report.silent} silent  {report.faults} fault lines  "
        f"p99 {report.percentile(99):.3f} s"
    )


def _times(report: Report) -> str:
    shown = [f"p{percent} {report.percentile(percent):.3f} s" for percent in PERCENTS]
    return "  ".join([*shown, f"max {report.percentile(100):.3f} s"])


@contextmanager
def _many_files() -> Iterator[None]:
    """Allow as many connections as the machine does: each that waits is an open file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
