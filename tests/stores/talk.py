"""What a child process says to the test, and hears from it."""

import sys


def say(line: object) -> None:
    """Tell the test."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def wait() -> None:
    """Wait until the test tells to go on."""
    sys.stdin.readline()
