"""Which account a command acts for, and the client that it acts with."""

import os
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from settings import Account, Settings, label, load
from stores import open_store
from terminal.arguments import CommandLineError, Parser

from api.client import Api
from api.credentials import Credentials
from api.errors import KEYS
from api.transport import Transport


def add_account(parser: Parser) -> None:
    """Add the options that choose it."""
    group = parser.add_argument_group(
        "account", "The settings are those of the service, from the environment or the file."
    )
    group.add_argument("--config", default="", metavar="FILE", help="TOML file with settings")
    group.add_argument("--account", metavar="NAME", help="which account, where there are several")


def configured(args: Namespace) -> tuple[Settings, Account]:
    """Return the settings, and the account that is meant.

    Raises:
        CommandLineError: there is no such account, or there are several.
        SettingError: a setting is wrong.

    """
    settings = load(os.environ, args.config)
    named = {account.name: account for account in settings.accounts}
    if args.account is None and len(named) > 1:
        raise CommandLineError(f"which account? give --account {', '.join(named)}")
    name = next(iter(named)) if args.account is None else args.account
    if name not in named:
        raise CommandLineError(f"there is no account {name!r}: --account {', '.join(named)}")
    return settings, named[name]


def check_secret(account: Account) -> None:
    """Refuse an account that cannot call the platform.

    Raises:
        CommandLineError: it has no AppSecret.

    """
    if not account.app_secret:
        name = label(account.name, "app_secret")
        raise CommandLineError(f"{name} is missing: set the one of the console, {KEYS}")


@asynccontextmanager
async def connected(args: Namespace) -> AsyncIterator[Api]:
    """Yield the client of the account that is meant.

    Raises:
        CommandLineError: there is none.
        SettingError: a setting is wrong.
        StoreError: the store cannot be used.

    """
    settings, account = configured(args)
    check_secret(account)
    store = await open_store(settings.store)
    transport = Transport()
    api = Api(Credentials.of(account), transport, store)
    try:
        yield api
    finally:
        await api.close()
        transport.close()
        await store.close()
