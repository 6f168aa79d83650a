"""list, show, resend and drop: what a person can do with what is owed."""

import os
import time
from argparse import Namespace
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from settings import load
from stores import open_store
from stores.base import Owed, State, Store
from terminal.arguments import CommandLineError, Parser
from terminal.paper import Paper, Style
from wechat.replies import Reply, TextReply

from delivery.codec import read_reply

OK, NOTHING = 0, 1
MEMORY = "memory://"
_STYLES = {State.OPEN: None, State.PARKED: Style.ODD, State.ASIDE: Style.BAD}


def add_settings(parser: Parser) -> None:
    """Add the options that say whose journal is meant."""
    parser.add_argument("--config", default="", metavar="FILE", help="TOML file with settings")
    parser.add_argument("--account", metavar="NAME", help="only what this account owes")


@asynccontextmanager
async def journal(args: Namespace) -> AsyncIterator[Store]:
    """Open the journal of the settings.

    Raises:
        CommandLineError: it is in the memory of another process.
        SettingError, StoreError: a setting is wrong, the store cannot be used.

    """
    settings = load(os.environ, args.config)
    if settings.store == MEMORY:
        raise CommandLineError("WECHAT_STORE is memory://: only the service itself can see it")
    store = await open_store(settings.store)
    try:
        yield store
    finally:
        await store.close()


async def listed(args: Namespace, paper: Paper) -> int:
    """Write a line for each reply that is owed."""
    async with journal(args) as store:
        rows = await store.items(args.account)
    for row in rows:
        paper.line(line_of(row, time.time()), _STYLES[row.state])
    if not rows:
        paper.line("nothing is owed")
    return OK


async def shown(args: Namespace, paper: Paper) -> int:
    """Write all that is known of one."""
    async with journal(args) as store:
        row = _found(await store.items(args.account), args.id)
    paper.line(line_of(row, time.time()), _STYLES[row.state])
    paper.line("message")
    paper.block(row.item.message)
    paper.line("reply")
    paper.block("not known yet: its hook is to run" if row.item.reply is None else row.item.reply)
    return OK


async def resend(args: Namespace, paper: Paper) -> int:
    """Let the service take it up anew: it runs the hook again, or delivers the reply."""
    async with journal(args) as store:
        row = _found(await store.items(args.account), args.id)
        if not await store.reopen(row.item.id):
            paper.line("it is being delivered already")
            return NOTHING
    paper.line("the service takes it up within 5 seconds, if it runs", Style.GOOD)
    return OK


async def drop(args: Namespace, paper: Paper) -> int:
    """Forget it; the user will not get it."""
    async with journal(args) as store:
        row = _found(await store.items(args.account), args.id)
        await store.settle([row.item.id])
    paper.line("dropped", Style.GOOD)
    return OK


def line_of(row: Owed, now: float) -> str:
    """Return a row as one line."""
    item = row.item
    what = "no reply yet" if item.reply is None else _brief(item.reply)
    runs = f", hook run {row.runs} times again" if row.runs else ""
    age = _age(now - item.created)
    return f"{row.state:<7} {age:>5}  {item.user}  {item.id}  {what}{runs}"


def _brief(text: str) -> str:
    try:
        reply: Reply = read_reply(text)
    except ValueError:
        return "a reply of another version"
    if isinstance(reply, TextReply):
        return f"text of {len(reply.content)} characters"
    return reply.kind or "nothing"


def _age(seconds: float) -> str:
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"


def _found(rows: Sequence[Owed], key: str) -> Owed:
    """Return the row of an id, or of the only one that ends so.

    Raises:
        CommandLineError: there is none, or there are several.

    """
    exact = [row for row in rows if row.item.id == key]
    found = exact or [row for row in rows if row.item.id.endswith(key)]
    if len(found) != 1:
        how = "is several" if found else "is none"
        raise CommandLineError(f"{key!r} {how} of what is owed: see python -m delivery list")
    return found[0]
