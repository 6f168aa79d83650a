"""What stands on a command line, read by argparse; its errors are one line that helps."""

import argparse
import difflib
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

from terminal.paper import Paper

_MISSING = re.compile("the following arguments are required: (.*)")


class CommandLineError(Exception):
    """What was typed, or is set in the environment, is wrong; one line that says the remedy."""


class Parser(argparse.ArgumentParser):
    """The parser of one command of `program`; `arguments` is what its usage shows of it."""

    def __init__(self, program: str, arguments: str, description: str, example: str) -> None:
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
