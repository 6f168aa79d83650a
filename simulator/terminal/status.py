"""What the process says by its exit status."""

from enum import IntEnum


class Status(IntEnum):
    """The exit status."""

    OK = 0  # the user saw what WeChat shows of the reply, or nothing
    FAULT = 1  # the user saw the fault line, or the verification failed
    WRONG = 2  # the command line, the environment or a file is wrong: nothing was sent
    CANNOT_LISTEN = 3
    INTERRUPTED = 130  # by Ctrl-C, as shells have it
