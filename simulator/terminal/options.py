"""The options that commands share: whose account, how WeChat waits, what goes wrong to order.

What is not given is read from the environment, by the names that the service reads, so
that no secret has to stand on a command line. With no token from either, everything is the
development account's, which is what `make run` serves.
"""

import os
from argparse import Namespace
from collections.abc import Mapping
from typing import Any

from simulator import environment
from simulator.account import DEVELOPMENT_URL, Account
from simulator.engine.conditions import Faults, Rules
from simulator.terminal import arguments
from simulator.world import World
from terminal.arguments import Parser, in_words

USER = "oDeveloper"


def add_account(parser: Parser, *, app_secret: bool = False) -> None:
    """Add the options that say whose service is pushed to, and where it is."""
    group = parser.add_argument_group(
        "account", "Better set than typed: the variable of the environment does the same."
    )
    group.add_argument("--url", help=f"where the service is ({DEVELOPMENT_URL})")
    group.add_argument("--token", help="Token; WECHAT_TOKEN (else: the development account)")
    group.add_argument("--app-id", metavar="ID", help="AppID; WECHAT_APP_ID")
    group.add_argument(
        "--aes-key",
        dest="encoding_aes_key",
        metavar="KEY",
        help="EncodingAESKey; WECHAT_ENCODING_AES_KEY",
    )
    group.add_argument(
        "--mode",
        type=arguments.mode,
        help="plaintext, compatible or safe; WECHAT_MODE (safe, if there is a key)",
    )
    if app_secret:
        group.add_argument("--app-secret", metavar="SECRET", help="AppSecret; WECHAT_APP_SECRET")
        group.add_argument(
            "--kind",
            type=arguments.kind,
            help="what the account is: verified-service (the default), unverified-service, "
            "verified-subscription, unverified-subscription or test",
        )


def add_user(parser: Parser, default: str | None = USER) -> None:
    """Add the option that says who does it."""
    said = f"openid of who does it ({default or 'as recorded'})"
    parser.add_argument(
        "--user", type=arguments.openid, default=default, metavar="OPENID", help=said
    )


def add_verbose(parser: Parser) -> None:
    """Add the option that shows all there is."""
    parser.add_argument(
        "--verbose", action="store_true", help="show requests, answers and decrypted XML"
    )


def add_cutoff(parser: Parser) -> None:
    """Add the option that says how long WeChat waits."""
    parser.add_argument(
        "--cutoff",
        type=arguments.number,
        default=Rules().cutoff,
        metavar="SECONDS",
        help="when WeChat hangs up (5)",
    )


def add_way(parser: Parser) -> None:
    """Add the faults that any request may meet on its way."""
    group = parser.add_argument_group("to order")
    group.add_argument(
        "--latency",
        type=arguments.number,
        default=0.0,
        metavar="SECONDS",
        help="how long each request travels",
    )
    group.add_argument(
        "--address",
        action="append",
        default=[],
        dest="addresses",
        metavar="HOST:PORT",
        help="a process of the service; repeat it, and the attempts go round them",
    )
    group.add_argument(
        "--skew",
        type=arguments.number,
        default=0.0,
        metavar="SECONDS",
        help="how far WeChat's clock is ahead",
    )


def add_faults(parser: Parser) -> None:
    """Add all that can go wrong with a push."""
    add_way(parser)
    group = parser.add_argument_group("to order, of pushes")
    group.add_argument(
        "--lose",
        type=arguments.count,
        action="append",
        default=[],
        metavar="N",
        help="lose the answer to attempt N (1 is the first); repeat it for more",
    )
    group.add_argument("--twin", action="store_true", help="send each request twice at once")
    group.add_argument(
        "--no-repeat-broken",
        action="store_false",
        dest="repeat_broken",
        help="do not repeat what is refused or broken off",
    )
    group.add_argument(
        "--same-signature",
        action="store_false",
        dest="resign",
        help="repeat with the old timestamp, nonce and signature",
    )


def world_of(args: Namespace) -> World:
    """Return the World that `args` and the environment describe.

    Raises:
        CommandLineError: a value is wrong.

    """
    return World(account_of(args, os.environ), rules=rules_of(args), faults=faults_of(args))


def account_of(args: Namespace, environ: Mapping[str, str]) -> Account:
    """Return the account of the options, else of `environ`, else that of development.

    Raises:
        CommandLineError: a value is wrong, or one is missing.

    """
    given = _known(args, *environment.READ, "url", "kind")
    with in_words():
        typed = {name: value for name, value in given.items() if value is not None}
        return environment.account_of(environ, **typed)


def rules_of(args: Namespace) -> Rules:
    """Return how WeChat waits and repeats.

    Raises:
        CommandLineError: a value is out of bounds.

    """
    with in_words():
        return Rules(**_known(args, "cutoff", "repeat_broken", "resign"))


def faults_of(args: Namespace) -> Faults:
    """Return what goes wrong to order.

    Raises:
        CommandLineError: a value is wrong.

    """
    values = _known(args, "latency", "twin", "skew")
    lists = _known(args, "lose", "addresses")
    with in_words():
        return Faults(
            **values,
            lose=frozenset(lists.get("lose", ())),
            addresses=tuple(lists.get("addresses", ())),
        )


def _known(args: Namespace, *names: str) -> dict[str, Any]:
    """Return those of the options that the command has."""
    return {name: value for name, value in vars(args).items() if name in names}
