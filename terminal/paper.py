"""Where the commands write: in colour on a terminal that has it, plain everywhere else.

What the encoding of the stream has no character for is written out.
"""

import os
import re
import shutil
from enum import StrEnum
from pathlib import Path
from typing import TextIO

# What a terminal would obey: an answer is a stranger's, and shall only be read.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_CLEAR = "\r\x1b[2K"


class Style(StrEnum):
    """How a line looks, as the terminal is told."""

    BOLD = "1"
    FAINT = "2"
    BAD = "31"
    GOOD = "32"
    ODD = "33"


class Paper:
    """Lines on `stream`; with `terminal`, also one that is written over and over."""

    def __init__(self, stream: TextIO, *, terminal: bool, colour: bool) -> None:
        self._stream, self._terminal, self._colour = stream, terminal, colour
        self._live = False

    @classmethod
    def on(cls, stream: TextIO) -> "Paper":
        """Return the paper for `stream`: colour is for terminals, unless NO_COLOR is set."""
        terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
        return cls(stream, terminal=terminal, colour=terminal and not os.environ.get("NO_COLOR"))

    def line(self, text: str = "", style: Style | None = None) -> None:
        """Write a line; what is no text in it is made visible."""
        written = visible(text)
        if style and self._colour:
            written = f"\x1b[{style}m{written}\x1b[0m"
        self._write(f"{written}\n")
        self._live = False

    def block(self, text: str, margin: str = "  ", style: Style | None = None) -> None:
        """Write each line of `text` behind `margin`."""
        for line in text.replace("\r\n", "\n").split("\n"):
            self.line(f"{margin}{line}".rstrip(), style)

    def live(self, text: str) -> None:
        """Write a line that the next one replaces; nothing where that cannot be done."""
        if self._terminal:
            width = shutil.get_terminal_size().columns - 1
            self._write(visible(text)[:width])
            self._live = True

    def _write(self, text: str) -> None:
        written = f"{_CLEAR}{text}" if self._live else text
        encoding = self._stream.encoding or "utf-8"
        try:
            self._stream.write(written.encode(encoding, "backslashreplace").decode(encoding))
            self._stream.flush()
        except BrokenPipeError:  # who read it has enough: the exit status still tells the end
            with Path(os.devnull).open("wb") as nowhere:
                os.dup2(nowhere.fileno(), self._stream.fileno())


def visible(text: str) -> str:
    """Return `text` with its control characters written out, but for line breaks and tabs."""
    return _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
