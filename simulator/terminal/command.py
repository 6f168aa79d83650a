"""What most commands of the simulator take."""

from argparse import ArgumentTypeError
from functools import partial

from simulator.terminal import options, pushing
from simulator.terminal.pushing import Act
from simulator.terminal.recorded import TAG
from terminal.command import Define, Run


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
