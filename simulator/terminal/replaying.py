"""Recorded pushes sent again: one, told in full, or many, a line for each."""

from argparse import Namespace
from collections import Counter

from terminal.paper import Paper, Style

from simulator.engine.record import Delivery, Shown
from simulator.terminal.options import world_of
from simulator.terminal.printing import Narrator
from simulator.terminal.recorded import read_recorded
from simulator.terminal.replies import described
from simulator.terminal.status import Status
from terminal.arguments import CommandLineError

_LONGEST = 60  # characters of a reply


async def raw(args: Namespace, paper: Paper) -> Status:
    """Send the one push of a file.

    Raises:
        CommandLineError: a value is wrong, or the file has not one push.

    """
    world = world_of(args)
    found = read_recorded([args.file], world.account)
    if len(found) != 1:
        raise CommandLineError(f"{args.file} has {len(found)} pushes: send them by replay")
    Narrator(paper, world, verbose=args.verbose)
    fields = found[0].again(world.pusher.now, fresh=args.fresh, openid=args.user)
    delivery = await world.push(fields)
    return Status.FAULT if delivery.fault else Status.OK


async def replay(args: Namespace, paper: Paper) -> Status:
    """Send all pushes of files and folders, one after another, and sum up.

    Raises:
        CommandLineError: a value or a file is wrong; nothing was sent.

    """
    world = world_of(args)
    found = read_recorded(args.files, world.account)
    if args.verbose:
        Narrator(paper, world, verbose=True)
    width = max(len(recorded.where) for recorded in found)
    ends: Counter[Shown] = Counter()
    for recorded in found:
        paper.live(f"{recorded.where} …")
        fields = recorded.again(world.pusher.now, fresh=args.fresh, openid=args.user)
        delivery = await world.push(fields)
        assert delivery.verdict
        ends[delivery.verdict.shown] += 1
        _write(paper, f"{recorded.where:<{width}}", delivery)
    replies, silent, faults = (ends[shown] for shown in Shown)
    style = Style.BAD if faults else Style.GOOD
    total = f"{len(found)} pushes: {replies} replies, {silent} without one, {faults} failed"
    paper.line(total, style)
    return Status.FAULT if faults else Status.OK


def _write(paper: Paper, where: str, delivery: Delivery) -> None:
    verdict = delivery.verdict
    assert verdict
    took = max((attempt.ended or 0.0 for attempt in delivery.attempts), default=0.0)
    if verdict.shown is Shown.FAULT:
        shown = f"failed: {verdict.reason}"
    else:
        shown = _first_line(described(verdict.reply)) if verdict.reply else "nothing"
    style = Style.BAD if verdict.shown is Shown.FAULT else None
    paper.line(f"{where}  {delivery.kind:<16}  {took:6.3f} s  {shown}", style)
    for warning in verdict.warnings:
        paper.line(f"  warning: {warning}", Style.ODD)


def _first_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
