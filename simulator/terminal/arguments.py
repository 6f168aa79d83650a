"""What stands on the command line, read by argparse; its errors are one line that helps."""

import argparse
import difflib
import math
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

from wechat.crypto import EncryptionMode

from simulator.account import AccountKind
from simulator.terminal.paper import Paper

PROGRAM = "python -m simulator"
_MISSING = re.compile("the following arguments are required: (.*)")
_OPENID = re.compile("[A-Za-z0-9_-]{1,64}")


class CommandLineError(Exception):
    """What was typed, or is set in the environment, is wrong; one line that says the remedy."""


class Parser(argparse.ArgumentParser):
    """The parser of one command, `name`; "" for the one that serves the page."""

    def __init__(self, name: str, arguments: str, description: str, example: str) -> None:
        program = f"{PROGRAM} {name}".rstrip()
        super().__init__(
            prog=program,
            usage=f"{program} {arguments} [options]".replace("  ", " "),
            description=description,
            epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    def read(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Return what `arguments` say.

        Raises:
            CommandLineError: they are wrong.

        """
        args, surplus = self.parse_known_args(arguments)
        for option in sorted(surplus, key=lambda extra: not extra.startswith("-")):
            self.error(self._surplus(option))
        return args

    def print_help(self, file: object = None) -> None:  # noqa: ARG002  # argparse's own
        """Write the help as everything else is written."""
        Paper.on(sys.stdout).line(self.format_help().rstrip())

    def error(self, message: str) -> NoReturn:
        """Raise a CommandLineError instead of printing the whole usage."""
        text = message.removeprefix("argument ")
        if missing := _MISSING.fullmatch(text):
            text = f"{missing[1]} is missing"
        text = text.replace(": expected one argument", " needs a value")
        raise CommandLineError(f"{text} (see {self.prog} --help)")

    def _surplus(self, extra: str) -> str:
        if not extra.startswith("-"):
            return f"{extra!r} is one argument too many: put what has spaces in quotes"
        name = extra.partition("=")[0]
        options = [text for action in self._actions for text in action.option_strings]
        near = difflib.get_close_matches(name, options, n=1)
        advice = f"did you mean {near[0]}?" if near else "put -- before a text that begins with -"
        return f"{name} is not an option: {advice}"


@contextmanager
def in_words() -> Iterator[None]:
    """Make of a ValueError, whose text is for people, a CommandLineError."""
    try:
        yield
    except ValueError as error:
        raise CommandLineError(str(error)) from None


def number(text: str) -> float:
    """Read a finite number."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number, as in 0.5")
    return value


def count(text: str) -> int:
    """Read a number of things, of which there is at least one."""
    if not re.fullmatch("[0-9]{1,9}", text) or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def port(text: str) -> int:
    """Read a port to listen at; 0 is any."""
    if not re.fullmatch("[0-9]{1,5}", text) or int(text) not in range(1 << 16):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 0 (any) to 65535")
    return int(text)


def openid(text: str) -> str:
    """Read an openid: letters, digits, _ and -."""
    if not _OPENID.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not an openid: letters, digits, _ and -")
    return text


def mode(text: str) -> EncryptionMode:
    """Read 消息加解密方式 by the names that the service's settings have."""
    if text.lower() not in set(EncryptionMode):
        raise argparse.ArgumentTypeError(f"{text!r} is not a mode: {_either(EncryptionMode)}")
    return EncryptionMode(text.lower())


def kind(text: str) -> AccountKind:
    """Read 账号类型."""
    if text not in set(AccountKind):
        raise argparse.ArgumentTypeError(f"{text!r} is not a kind: {_either(AccountKind)}")
    return AccountKind(text)


def _either(names: type[EncryptionMode] | type[AccountKind]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}"
