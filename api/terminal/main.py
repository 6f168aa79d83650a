"""Every command of ``python -m api``, and its exit status.

0 it was done, 1 the platform refused or did not answer, 2 the command line, a setting, a
file or the store is wrong.
"""

import argparse
from collections.abc import Mapping, Sequence

from setting_values import SettingError
from stores.base import StoreError
from terminal.command import Command, takes
from terminal.program import helping, run_program

from api.errors import ApiError
from api.terminal import acting
from api.terminal.account import add_account
from api.terminal.doctor import check
from api.terminal.menus import menu

PROGRAM = "python -m api"
REFUSED, WRONG = 1, 2
_OPENID = takes("openid", metavar="OPENID", help="of a user of this account")


def _seconds(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not whole seconds")
    return int(text[:10])


_ALL = (
    Command(
        name="check",
        does="See whether the account is set up right, and say what to mend",
        example="check --config accounts.toml --account shop",
        define=(add_account,),
        run=check,
    ),
    Command(
        name="menu",
        takes="push FILE | show | delete",
        does="Make the menu that a file describes, or show the one there is",
        more=(
            "FILE is TOML or JSON, with the platform's names; show prints it as such a file.\n"
            "push says what changes against the menu that is live."
        ),
        example="menu push menu.toml --dry-run",
        define=(
            takes("action", choices=("push", "show", "delete"), metavar="push|show|delete"),
            takes("file", nargs="?", metavar="FILE", help="the menu"),
            takes("--dry-run", action="store_true", help="only say what would change"),
            add_account,
        ),
        run=menu,
    ),
    Command(
        name="qrcode",
        does="Make a QR code with a scene, and draw it",
        more="A scene that is a number is sent as scene_id, any other as scene_str.",
        example="qrcode --scene table-7 --permanent --out table-7.png",
        define=(
            takes("--scene", required=True, metavar="S", help="what the event will say"),
            takes("--permanent", action="store_true", help="for ever (100,000 may be)"),
            takes("--expire", type=_seconds, metavar="SECONDS", help="else for so long (30 days)"),
            takes("--out", required=True, metavar="FILE", help="the picture: .png or .svg"),
            add_account,
        ),
        run=acting.qrcode,
    ),
    Command(
        name="send",
        takes="OPENID TEXT",
        does="Send a customer service message",
        example="send oABC… 您的订单已发货",
        define=(_OPENID, takes("text", metavar="TEXT", help="what to say"), add_account),
        run=acting.send,
    ),
    Command(
        name="user",
        takes="OPENID",
        does="Show what the platform tells of a user",
        example="user oABC…",
        define=(_OPENID, add_account),
        run=acting.user,
    ),
)
COMMANDS: Mapping[str, Command] = {command.name: command for command in _ALL}
_MORE = """\
Each command has its own --help, with an example. Exit status: 0 it was done; 1 the platform
refused or did not answer; 2 the command line, a setting, a file or the store is wrong."""
HELP = helping(PROGRAM, "Call the platform's API as an account of the service", COMMANDS, _MORE)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command of `argv`; return the exit status."""
    failures: dict[type[Exception], int] = {
        ApiError: REFUSED,
        SettingError: WRONG,
        StoreError: WRONG,
    }
    return run_program(PROGRAM, COMMANDS, HELP, argv, failures)
