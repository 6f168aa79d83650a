"""The command line read, and its command run; every end of it is an exit status."""

import asyncio
import difflib
import sys
from argparse import Namespace
from collections.abc import Sequence

from simulator.listening import CannotListen
from simulator.terminal.arguments import PROGRAM, CommandLineError
from simulator.terminal.command import Command
from simulator.terminal.commands import COMMANDS, PAGE
from simulator.terminal.paper import Paper
from simulator.terminal.status import Status


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command of `argv`; return the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(arguments)
    except CommandLineError as error:
        return _complain(error, Status.WRONG)
    except CannotListen as error:
        return _complain(error, Status.CANNOT_LISTEN)
    except KeyboardInterrupt:
        return Status.INTERRUPTED


def _run(arguments: list[str]) -> Status:
    command = PAGE
    if arguments and not arguments[0].startswith("-"):
        command = _named(arguments.pop(0))
    args = command.parser().read(arguments)
    return asyncio.run(_awaited(command, args))


async def _awaited(command: Command, args: Namespace) -> Status:
    return await command.run(args, Paper.on(sys.stdout))


def _named(name: str) -> Command:
    if name in COMMANDS:
        return COMMANDS[name]
    near = difflib.get_close_matches(name, COMMANDS, n=1)
    advice = f"did you mean {near[0]}?" if near else f"see {PROGRAM} --help"
    raise CommandLineError(f"{name!r} is not a command: {advice}")


def _complain(error: Exception, status: Status) -> int:
    print(f"{PROGRAM}: {error}", file=sys.stderr)  # noqa: T201
    return status
