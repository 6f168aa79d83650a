"""menu push, show and delete."""

import asyncio
import json
from argparse import Namespace
from pathlib import Path

from terminal.arguments import CommandLineError
from terminal.paper import Paper, Style

from api.client import Api
from api.menu import Menu, MenuError
from api.menufile import difference, parse, render
from api.menus import LiveMenu
from api.terminal.account import connected

OK = 0


async def menu(args: Namespace, paper: Paper) -> int:
    """Do what the command line says with the account's menu."""
    if (args.action == "push") is not bool(args.file):
        wants = "needs a FILE" if args.action == "push" else "takes no FILE"
        raise CommandLineError(f"menu {args.action} {wants} (see python -m api menu --help)")
    if args.dry_run and args.action != "push":
        raise CommandLineError(f"--dry-run is for menu push, and not for menu {args.action}")
    if args.action != "push":
        async with connected(args) as api:
            return await {"show": _show, "delete": _delete}[args.action](api, paper)
    wanted = await asyncio.to_thread(_read, args.file)
    async with connected(args) as api:
        return await _push(api, paper, wanted, dry=args.dry_run)


def _read(file: str) -> Menu:
    try:
        return parse(Path(file).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CommandLineError(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CommandLineError(f"{file} is not UTF-8: save it as UTF-8") from None
    except MenuError as error:
        raise CommandLineError(f"{file}: {error}") from None


async def _push(api: Api, paper: Paper, wanted: Menu, *, dry: bool) -> int:
    live = await api.menus.get()
    if live.menu == wanted:
        paper.line("the menu is this already: nothing was pushed")
        return OK
    if live.raw and live.menu is None:
        paper.line("what is live is no menu that a file can say: it will be replaced", Style.ODD)
    for line in difference(live.menu, wanted):
        paper.line(line, {"+": Style.GOOD, "-": Style.BAD}.get(line[:1]))
    if dry:
        paper.line("nothing was pushed (--dry-run)")
        return OK
    await api.menus.create(wanted)
    paper.line("pushed: phones show it within 5 minutes, or when their user follows anew")
    return OK


async def _show(api: Api, paper: Paper) -> int:
    live = await api.menus.get()
    paper.block(_shown(live), margin="")
    for one in live.conditional:
        rule = json.dumps(one.matchrule, ensure_ascii=False)
        paper.line(f"# conditional menu {one.menuid} for {rule}")
    return OK


def _shown(live: LiveMenu) -> str:
    if live.menu:
        return render(live.menu).rstrip()
    if live.raw:
        return json.dumps(live.raw, ensure_ascii=False, indent=2)
    return "# no menu was made by the API; one made in the console is not shown here"


async def _delete(api: Api, paper: Paper) -> int:
    await api.menus.delete()
    paper.line("deleted, with all conditional menus")
    return OK
