"""Every command of ``python -m delivery``, and its exit status.

0 it was done, 1 there was nothing to do, 2 the command line, a setting or the store is wrong.
"""

from collections.abc import Mapping, Sequence

from setting_values import SettingError
from stores.base import StoreError
from terminal.command import Command, takes
from terminal.program import WRONG, helping, run_program

from delivery.terminal.journal import add_settings, drop, listed, resend, shown

PROGRAM = "python -m delivery"
_ID = takes("id", metavar="ID", help="as listed, or the end of it")
_ALL = (
    Command(
        name="list",
        does="List what is owed to users: open (late), parked, set aside",
        example="list --account shop",
        define=(add_settings,),
        run=listed,
    ),
    Command(
        name="show",
        takes="ID",
        does="Show a message and its reply",
        example="show default:oUser:6054768590064714728",
        define=(_ID, add_settings),
        run=shown,
    ),
    Command(
        name="resend",
        takes="ID",
        does="Have the service take it up anew: parked and set-aside ones, too",
        example="resend default:oUser:6054768590064714728",
        define=(_ID, add_settings),
        run=resend,
    ),
    Command(
        name="drop",
        takes="ID",
        does="Forget it: the user will not get it",
        example="drop default:oUser:6054768590064714728",
        define=(_ID, add_settings),
        run=drop,
    ),
)
COMMANDS: Mapping[str, Command] = {command.name: command for command in _ALL}
_MORE = """\
It reads the journal in WECHAT_STORE, while the service runs or not. Exit status: 0 it was
done; 1 there was nothing to do; 2 the command line, a setting or the store is wrong."""
HELP = helping(PROGRAM, "See to the replies that users are still to get", COMMANDS, _MORE)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command of `argv`; return the exit status."""
    failures: dict[type[Exception], int] = {SettingError: WRONG, StoreError: WRONG}
    return run_program(PROGRAM, COMMANDS, HELP, argv, failures)
