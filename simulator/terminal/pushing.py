"""One push of a command: sent as WeChat sends it, and written down."""

import difflib
from argparse import Namespace
from collections.abc import Awaitable, Callable, Mapping

from terminal.paper import Paper
from wechat.xml import Output

from simulator.engine import pushes
from simulator.engine.record import Delivery
from simulator.listening import listening
from simulator.places import Place
from simulator.platform.errors import ApiError
from simulator.terminal.files import read_file
from simulator.terminal.options import world_of
from simulator.terminal.printing import Narrator
from simulator.terminal.status import Status
from simulator.user import WeChatUser
from terminal.arguments import CommandLineError, in_words

Act = Callable[[WeChatUser, Namespace], Awaitable[Delivery | None]]
_WEB = ("http://", "https://")
_SET_OTHERWISE: Mapping[str, str] = {
    "MsgType": "it follows from the command",
    "Event": "it is the NAME",
    "FromUserName": "give --user",
    "ToUserName": "set WECHAT_ORIGINAL_ID",
}


async def push(act: Act, args: Namespace, paper: Paper) -> Status:
    """Have the user of `args` do `act`, and write what comes of it.

    Raises:
        CommandLineError: a value is wrong; nothing was sent.

    """
    world = world_of(args)
    Narrator(paper, world, verbose=args.verbose)
    delivery = await act(world.user(args.user), args)
    return Status.FAULT if delivery is None or delivery.fault else Status.OK


async def follow(user: WeChatUser, args: Namespace) -> Delivery | None:
    """Follow, as the stranger that everybody was."""
    user.user.following = False
    return await user.follow(args.scene)


async def locate(user: WeChatUser, args: Namespace) -> Delivery:
    """Send a place."""
    with in_words():
        Place(args.latitude, args.longitude)
    return await user.location(args.latitude, args.longitude, label=args.label)


async def picture(user: WeChatUser, args: Namespace) -> Delivery:
    """Send a picture: a file can be fetched as long as its push runs."""
    if not args.file or args.file.startswith(_WEB):
        return await user.image(pic_url=args.file or str(pushes.MESSAGES["image"]["PicUrl"]))
    try:
        media = user.world.platform.media.upload("image", args.file, read_file(args.file))
    except ApiError as error:
        raise CommandLineError(f"WeChat would not take {args.file}: {error}") from None
    async with listening(user.world):
        return await user.image(media.media_id)


async def message(user: WeChatUser, args: Namespace) -> Delivery:
    """Send a message of any kind."""
    fields = _fields(args, "MsgType", "FromUserName", "ToUserName")
    _require_known(args.name, pushes.MESSAGES, fields)
    return await user.message(args.name, **fields)


async def event(user: WeChatUser, args: Namespace) -> Delivery:
    """Cause any event."""
    fields = _fields(args, *_SET_OTHERWISE)
    _require_known(args.name, pushes.EVENTS, fields)
    return await user.event(args.name, **fields)


def _fields(args: Namespace, *fixed: str) -> dict[str, str]:
    """Return the elements that are set, which may be all but those in `fixed`."""
    fields: dict[str, str] = dict(args.fields)
    for name in fixed:
        if name in fields:
            raise CommandLineError(f"{name} cannot be set by a field: {_SET_OTHERWISE[name]}")
    return fields


def _require_known(name: str, known: Mapping[str, object], fields: Mapping[str, Output]) -> None:
    """Refuse a name that is probably misspelt: it is unknown, and comes with no fields."""
    if name in known or fields:
        return
    near = {key.lower(): key for key in known}
    found = difflib.get_close_matches(name.lower(), near, n=1)
    advice = f"did you mean {near[found[0]]}" if found else f"there are {', '.join(known)}"
    raise CommandLineError(f"{name!r} is unknown: {advice}; a new one needs a FIELD=VALUE")
