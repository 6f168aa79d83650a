"""提交 in the account's console, from the terminal."""

from argparse import Namespace

from terminal.paper import Paper, Style

from simulator.engine.verification import verify
from simulator.terminal.options import world_of
from simulator.terminal.printing import write_attempt
from simulator.terminal.status import Status


async def run_verify(args: Namespace, paper: Paper) -> Status:
    """Send the console's GET, and write what the console says.

    Raises:
        CommandLineError: a value is wrong; nothing was sent.

    """
    world = world_of(args)
    paper.line(f"提交 → {world.account.url}", Style.BOLD)
    found = await verify(
        world.account, rules=world.pusher.rules, faults=world.pusher.faults, clock=world.clock
    )
    write_attempt(paper, found.attempt, verbose=args.verbose)
    paper.line()
    paper.line(f"The console says: {found.console}", Style.GOOD if found.ok else Style.BAD)
    if found.reason:
        paper.line(f"Reason: {found.reason}")
    return Status.OK if found.ok else Status.FAULT
