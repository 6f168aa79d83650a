"""The simulator's command line."""

from collections.abc import Sequence

from terminal.program import run_program

from simulator.listening import CannotListen
from simulator.terminal.arguments import PROGRAM
from simulator.terminal.commands import COMMANDS, PAGE
from simulator.terminal.status import Status


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command of `argv`; return the exit status."""
    failures: dict[type[Exception], int] = {CannotListen: Status.CANNOT_LISTEN}
    return run_program(PROGRAM, COMMANDS, PAGE, argv, failures)
