"""send, user and qrcode: one call, and what came of it."""

import asyncio
import dataclasses
import re
from argparse import Namespace
from pathlib import Path
from typing import BinaryIO

import segno
from terminal.arguments import CommandLineError, in_words
from terminal.paper import Paper, Style

from api.client import Api
from api.download import in_place_of
from api.errors import one_line
from api.qrcodes import LONGEST, QRCode
from api.terminal.account import connected

OK = 0
PICTURES = (".png", ".svg")


async def send(args: Namespace, paper: Paper) -> int:
    """Send a text to a user."""
    async with connected(args) as api:
        with in_words():
            await api.send(args.openid, args.text)
    paper.line("sent", Style.GOOD)
    return OK


async def user(args: Namespace, paper: Paper) -> int:
    """Show what the platform tells of a user."""
    async with connected(args) as api:
        with in_words():
            info = await api.users.info(args.openid)
    for field in dataclasses.fields(info):
        if field.name != "raw":
            paper.line(f"{field.name:<16} {one_line(str(getattr(info, field.name)))}")
    return OK


async def qrcode(args: Namespace, paper: Paper) -> int:
    """Make a code, and draw it, where a picture can be written at all."""
    out = Path(args.out)
    if args.permanent and args.expire is not None:
        raise CommandLineError("--expire is not for a code that is --permanent")
    if out.suffix.lower() not in PICTURES:
        raise CommandLineError(f"--out {out} must end in {' or '.join(PICTURES)}")
    if not await asyncio.to_thread(out.parent.is_dir):
        raise CommandLineError(f"--out {out}: there is no folder {out.parent}")
    async with connected(args) as api:
        try:
            async with in_place_of(out) as picture:
                with in_words():
                    code = await _made(api, args)
                await asyncio.to_thread(_draw, code.url, picture, out.suffix)
        except OSError as error:
            raise CommandLineError(f"--out {out} cannot be written: {error.strerror}") from None
    lasts = "for ever" if code.expire_seconds is None else f"for {code.expire_seconds} s"
    paper.line(f"{out}: scene {args.scene}, {lasts}", Style.GOOD)
    paper.line(f"says     {code.url}")
    paper.line(f"ticket   {code.ticket}")
    paper.line(f"picture  {code.picture_url}")
    return OK


async def _made(api: Api, args: Namespace) -> QRCode:
    scene = int(args.scene) if re.fullmatch("[1-9][0-9]{0,9}", args.scene) else args.scene
    if args.permanent:
        return await api.qrcodes.create_permanent(scene)
    seconds = LONGEST if args.expire is None else args.expire
    return await api.qrcodes.create(scene, expire_seconds=seconds)


def _draw(text: str, picture: BinaryIO, ending: str) -> None:
    segno.make(text, micro=False).save(picture, kind=ending[1:], scale=10, border=4)
