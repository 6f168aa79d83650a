"""A program of several commands: its command line read, one of them run, the exit status.

Exit status 2 is a wrong command line, and 130 Ctrl-C, as shells have it; the others are the
commands' own.
"""

import asyncio
import difflib
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence

from terminal.arguments import CommandLineError
from terminal.command import Command, overview
from terminal.paper import Paper

WRONG = 2
INTERRUPTED = 130


def run_program(
    name: str,
    commands: Mapping[str, Command],
    default: Command,
    argv: Sequence[str] | None = None,
    failures: Mapping[type[Exception], int] | None = None,
) -> int:
    """Run the command of `argv`, else of the process; `default` if it names none.

    `failures` are the exceptions that end it with one line, and with which status.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    statuses: dict[type[Exception], int] = {**(failures or {}), CommandLineError: WRONG}
    try:
        command = _chosen(name, commands, default, arguments)
        args = command.parser(name).read(arguments)
        return asyncio.run(_awaited(command, args))
    except tuple(statuses) as error:
        print(f"{name}: {error}", file=sys.stderr)  # noqa: T201
        return next(status for kind, status in statuses.items() if isinstance(error, kind))
    except KeyboardInterrupt:
        return INTERRUPTED


def helping(program: str, does: str, commands: Mapping[str, Command], more: str) -> Command:
    """Return what a program does that is given no command: it says which there are."""

    async def run(_: Namespace, paper: Paper) -> int:
        paper.line(made.parser(program).format_help().rstrip())
        return WRONG

    made = Command(
        name="",
        takes="COMMAND",
        does=does,
        more=f"{overview(commands)}\n\n{more}",
        example=next(iter(commands)),
        define=(),
        run=run,
    )
    return made


async def _awaited(command: Command, args: object) -> int:
    return await command.run(args, Paper.on(sys.stdout))  # type: ignore[arg-type]


def _chosen(
    program: str, commands: Mapping[str, Command], default: Command, arguments: list[str]
) -> Command:
    """Return the command that `arguments` begin with, taken from them."""
    if not arguments or arguments[0].startswith("-"):
        return default
    name = arguments.pop(0)
    if name in commands:
        return commands[name]
    near = difflib.get_close_matches(name, commands, n=1)
    advice = f"did you mean {near[0]}?" if near else f"see {program} --help"
    raise CommandLineError(f"{name!r} is not a command: {advice}")
