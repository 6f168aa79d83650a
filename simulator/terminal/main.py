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

HELP = ("-h", "--help")


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
    if arguments and arguments[0] in HELP:
        Paper.on(sys.stdout).line(overview())
        return Status.OK
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


def overview() -> str:
    """Return what there is, a line for each command."""
    named = [(f"{c.name} {c.takes}".strip(), c.does) for c in COMMANDS.values()]
    width = max(len(name) for name, _ in named)
    return "\n".join(
        [
            f"usage: {PROGRAM} [COMMAND] [options]",
            "",
            "WeChat, as it behaves towards the callback service of an Official Account. For",
            f"development only. Without a command: {PAGE.does.lower()} (--port, and the account's)",
            "",
            *(f"  {name:<{width}}  {does}" for name, does in named),
            "",
            "Each command has its own --help, with an example. Exit status: 0 the user saw what",
            "WeChat shows, or nothing; 1 the fault line; 2 the command line is wrong.",
        ]
    )


def _complain(error: Exception, status: Status) -> int:
    print(f"{PROGRAM}: {error}", file=sys.stderr)  # noqa: T201
    return status
