"""What a page asks for, done: each act by its name. Those of a person are here.

An act of a person ends when WeChat is done with its push; it has begun, or is refused,
before it waits for anything.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from simulator.changes import Change
from simulator.engine.pushes import EVENTS
from simulator.phone import desk
from simulator.phone.reading import Act, BadAct, shortened
from simulator.phone.stage import Stage
from simulator.phone.views import SAMPLES
from simulator.places import LATITUDE, LONGITUDE, Place
from simulator.user import WeChatUser

MOST_NICKNAME = 30  # characters
_ZOOM = 15


async def perform(stage: Stage, act: Act) -> None:
    """Do what `act` asks for.

    Raises:
        ValueError: it cannot be done, in words for who asked, or
        ApiError: as the platform refuses it.

    """
    name = act.text("do")
    if name not in ACTS:
        raise BadAct(f"there is no act {shortened(name)}: reload the page")
    await ACTS[name](stage, act)


def user_of(stage: Stage, act: Act) -> WeChatUser:
    """Return who acts."""
    openid = act.text("user")
    if stage.world.users.get(openid) is None:
        raise BadAct(f"there is no user {shortened(openid)}: add one, or reload the page")
    return stage.world.user(openid)


# Messages


async def _text(stage: Stage, act: Act) -> None:
    menu_id = act.text("menu_id", "")
    await user_of(stage, act).text(act.text("content"), menu_id=menu_id)


async def _image(stage: Stage, act: Act) -> None:
    await user_of(stage, act).image(act.text("media_id", ""))


async def _voice(stage: Stage, act: Act) -> None:
    recognition, media_id = act.text("recognition", ""), act.text("media_id", "")
    await user_of(stage, act).voice(recognition, media_id=media_id)


async def _video(stage: Stage, act: Act) -> None:
    short = act.flag("short", default=False)
    await user_of(stage, act).video(act.text("media_id", ""), short=short)


async def _location(stage: Stage, act: Act) -> None:
    scale, label = act.whole("scale", _ZOOM), act.text("label", "")
    where = act.number("latitude"), act.number("longitude")
    await user_of(stage, act).location(*where, scale=scale, label=label)


async def _link(stage: Stage, act: Act) -> None:
    rest = act.text("description", ""), act.text("url", "")
    await user_of(stage, act).link(act.text("title"), *rest)


async def _message(stage: Stage, act: Act) -> None:
    await user_of(stage, act).message(_known(act.text("kind"), SAMPLES, "message"))


async def _event(stage: Stage, act: Act) -> None:
    await user_of(stage, act).event(_known(act.text("name"), EVENTS, "event"))


# Coming, going, and the menu


async def _follow(stage: Stage, act: Act) -> None:
    by_code = act.given.get("scene") is not None
    await user_of(stage, act).follow(_scene(act) if by_code else None)


async def _unfollow(stage: Stage, act: Act) -> None:
    await user_of(stage, act).unfollow()


async def _scan(stage: Stage, act: Act) -> None:
    await user_of(stage, act).scan(_scene(act))


async def _report_location(stage: Stage, act: Act) -> None:
    # Place knows which there are.
    place = Place(act.number("latitude"), act.number("longitude"))
    precision = act.number("precision", 119.0)
    await user_of(stage, act).report_location(place.latitude, place.longitude, precision)


async def _tap(stage: Stage, act: Act) -> None:
    user, button = user_of(stage, act), _button(stage, act.wholes("path"))
    place = Place(
        act.number("latitude", LATITUDE),
        act.number("longitude", LONGITUDE),
        _ZOOM,
        act.text("label", ""),
        act.text("poi_name", ""),
    )
    scan_result, media_ids = act.text("scan_result", ""), act.texts("media_ids", [])
    await user.tap(button, scan_result=scan_result, media_ids=media_ids, place=place)


async def _add_user(stage: Stage, act: Act) -> None:
    """Let somebody new come, who does not follow yet."""
    nickname = act.text("nickname").strip()
    if not 0 < len(nickname) <= MOST_NICKNAME:
        raise BadAct(f"a nickname has 1 to {MOST_NICKNAME} characters")
    openid = f"o{secrets.token_urlsafe(20)}"  # 28 characters, as all are
    stage.world.publish(Change.USER, stage.world.users.add(openid, nickname))


def _scene(act: Act) -> str:
    """Return the scene, or the ticket, of the code that is scanned."""
    if not (scene := act.text("scene")):
        raise BadAct("scene is empty: give that of a QR code, or its ticket")
    return scene


def _known(name: str, names: Mapping[str, Any] | list[str], what: str) -> str:
    if name not in names:
        raise BadAct(f"there is no {what} {shortened(name)} to send a sample of")
    return name


def _button(stage: Stage, path: tuple[int, ...]) -> Mapping[str, Any]:
    """Return the button at `path`: the place in the bar, and in the list that opens."""
    buttons, button = stage.world.platform.menu.buttons or [], None
    for index in path:
        if not 0 <= index < len(buttons):
            raise BadAct("the menu has no such button any more: it has changed")
        button = buttons[index]
        buttons = button.get("sub_button", [])
    if button is None or buttons:
        raise BadAct("path must lead to a button that opens no others")
    return button


ACTS: Mapping[str, Callable[[Stage, Act], Awaitable[None]]] = {
    "text": _text,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "location": _location,
    "link": _link,
    "message": _message,
    "event": _event,
    "follow": _follow,
    "unfollow": _unfollow,
    "scan": _scan,
    "report_location": _report_location,
    "tap": _tap,
    "add_user": _add_user,
    **desk.ACTS,
}
