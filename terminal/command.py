"""What a command of a program is: what it takes, what it does, and an example of it."""

from argparse import Namespace
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from terminal.arguments import Parser
from terminal.paper import Paper

Define = Callable[[Parser], object]
Run = Callable[[Namespace, Paper], Awaitable[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command: `takes` is its arguments in the usage, `more` is for its own --help.

    `run` returns the exit status.
    """

    name: str
    takes: str = ""
    does: str
    more: str = ""
    example: str
    define: tuple[Define, ...]
    run: Run

    def parser(self, program: str) -> Parser:
        """Return what reads its part of the command line of `program`."""
        description = "\n\n".join(filter(None, [f"{self.does}.", self.more]))
        name = f"{program} {self.name}".rstrip()
        made = Parser(name, self.takes, description, f"{program} {self.example}")
        for define in self.define:
            define(made)
        return made


def takes(*names: str, **settings: Any) -> Define:
    """Return what adds one argument to a parser."""
    return lambda parser: parser.add_argument(*names, **settings)


def overview(commands: Mapping[str, Command]) -> str:
    """Return a line for each command."""
    named = [(f"{c.name} {c.takes}".strip(), c.does) for c in commands.values()]
    width = max(len(name) for name, _ in named)
    return "\n".join(f"  {name:<{width}}  {does}" for name, does in named)
