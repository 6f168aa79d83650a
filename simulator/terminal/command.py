"""What a command is, and what most of them take."""

from argparse import ArgumentTypeError, Namespace
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from simulator.terminal import options, pushing
from simulator.terminal.arguments import PROGRAM, Parser
from simulator.terminal.paper import Paper
from simulator.terminal.pushing import Act
from simulator.terminal.recorded import TAG
from simulator.terminal.status import Status

Define = Callable[[Parser], object]
Run = Callable[[Namespace, Paper], Awaitable[Status]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command: `takes` is its arguments in the usage, `more` is for its own --help."""

    name: str
    takes: str = ""
    does: str
    more: str = ""
    example: str
    define: tuple[Define, ...]
    run: Run

    def parser(self) -> Parser:
        """Return what reads its part of the command line."""
        description = "\n\n".join(filter(None, [f"{self.does}.", self.more]))
        made = Parser(self.name, self.takes, description, f"{PROGRAM} {self.example}")
        for define in self.define:
            define(made)
        return made


def takes(*names: str, **settings: Any) -> Define:
    """Return what adds one argument to a parser."""
    return lambda parser: parser.add_argument(*names, **settings)


def field(text: str) -> tuple[str, str]:
    """Read FIELD=VALUE, one element of a push."""
    name, equals, value = text.partition("=")
    if not equals or not TAG.fullmatch(name):
        raise ArgumentTypeError(f"{text!r} is not FIELD=VALUE, as in EventKey=buy")
    return name, value


def done_by(act: Act) -> Run:
    """Return what runs a command that is one act of a user."""
    return partial(pushing.push, act)


PUSH: tuple[Define, ...] = (
    options.add_user,
    options.add_account,
    options.add_cutoff,
    options.add_faults,
    options.add_verbose,
)
