"""The command line of the service, read by tornado.options, which also sets up the log."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tornado.options import Error as OptionError
from tornado.options import define, options, parse_command_line

__all__ = ["CommandLine", "OptionError", "read_options"]

define("port", "8000", str, help="port to listen at; 0 for any")
define("address", "127.0.0.1", str, help="address to listen at")
define("config", "", str, help="TOML file with settings and accounts")
define("autoreload", "false", str, help="true: follow edits of the source (development)")
OPTIONS = ("port", "address", "config", "autoreload", "logging")


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """Where to listen, the settings file, if any, and whether to follow edits."""

    address: str
    port: int
    config: str
    autoreload: bool


def read_options(argv: Sequence[str]) -> CommandLine:
    """Read the command line `argv`, and begin to log as it says.

    Raises:
        OptionError: an option is none, or has a wrong value.

    """
    for argument in argv[1:]:
        _check_name(argument)
    _parse(argv)
    if not options.address:
        raise OptionError("--address is empty: 0.0.0.0 is every address of this machine")
    if not re.fullmatch("[0-9]{1,5}", options.port) or int(options.port) not in range(1 << 16):
        raise OptionError("--port is a number from 0 to 65535")
    if options.autoreload not in {"true", "false"}:
        raise OptionError("--autoreload is true or false")
    return CommandLine(
        address=options.address,
        port=int(options.port),
        config=options.config,
        autoreload=options.autoreload == "true",
    )


def _check_name(argument: str) -> None:
    """Refuse what tornado would answer with all its help, or not at all."""
    name, equals, _ = argument.lstrip("-").partition("=")
    if not argument.startswith("-"):
        raise OptionError(f"{argument!r} is not an option: see --help")
    if name != "help" and name not in options:
        near = difflib.get_close_matches(name, OPTIONS, n=1)
        advice = f"did you mean --{near[0]}?" if near else "see --help"
        raise OptionError(f"--{name} is not an option: {advice}")
    if name in OPTIONS and not equals:
        raise OptionError(f"--{name} needs a value: write --{name}=VALUE")


def _parse(argv: Sequence[str]) -> None:
    try:
        parse_command_line(list(argv))
    except ValueError as error:
        raise OptionError(f"an option has a wrong value: {error}") from None
    except OSError as error:
        raise OptionError(f"--log-file-prefix cannot be written: {error}") from None
    except (AttributeError, TypeError):  # what tornado makes of it
        raise OptionError("--logging is debug, info, warning, error or none") from None
