"""A tap on a button of the account's menu: what each type of button makes WeChat push.

Source: developers.weixin.qq.com, 自定义菜单 and 自定义菜单事件推送. Pictures and places that
a button asks for also come as messages of their own, after the event.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from simulator.acting import Actor
from simulator.engine.record import Delivery
from simulator.places import Place
from simulator.platform.quotas import Trigger
from simulator.users import Sender

MENU_ID = 430_408_190
Button = Mapping[str, Any]


class Given(NamedTuple):
    """What the user chose after the tap."""

    scan_result: str
    media_ids: tuple[str, ...]
    place: Place


async def tap(actor: Actor, button: Button, given: Given) -> Delivery | None:
    """Push what a tap on `button` leads to; return the event, None where there is none.

    Raises:
        ValueError: the button has no type that WeChat knows.

    """
    kind = str(button.get("type", ""))
    if kind not in _TAPS:
        raise ValueError(f"a button of type {kind!r} does nothing when it is tapped")
    return await _TAPS[kind](actor, button, given)


async def _click(actor: Actor, button: Button, given: Given) -> Delivery | None:
    return await _event(actor, "CLICK", button, Trigger.MENU)


async def _view(actor: Actor, button: Button, given: Given) -> Delivery | None:
    note = ("打开网页", str(button["url"]))
    fields = {"EventKey": button["url"], "MenuId": MENU_ID}
    return await actor.push_event("VIEW", fields, note=note)


async def _mini_program(actor: Actor, button: Button, given: Given) -> Delivery | None:
    note = ("打开小程序", str(button["pagepath"]))
    fields = {"EventKey": button["pagepath"], "MenuId": MENU_ID}
    return await actor.push_event("view_miniprogram", fields, note=note)


async def _scan_code(actor: Actor, button: Button, given: Given) -> Delivery | None:
    scanned = {"ScanType": "qrcode", "ScanResult": given.scan_result}
    return await _event(actor, button["type"], button, Trigger.MENU, ScanCodeInfo=scanned)


async def _pictures(actor: Actor, button: Button, given: Given) -> Delivery | None:
    items = [{"PicMd5Sum": _md5(actor, media_id)} for media_id in given.media_ids]
    pictures = {"Count": len(items), "PicList": {"item": items}}
    delivery = await _event(actor, button["type"], button, None, SendPicsInfo=pictures)
    for media_id in given.media_ids:
        url = actor.media_url(media_id)
        shows = {"media_id": media_id, "url": url}
        await actor.push_message("image", shows, {"PicUrl": url, "MediaId": media_id})
    return delivery


async def _location_select(actor: Actor, button: Button, given: Given) -> Delivery | None:
    info = {**given.place.fields(), "Poiname": given.place.name}
    delivery = await _event(actor, "location_select", button, None, SendLocationInfo=info)
    await actor.push_message("location", given.place.shown(), given.place.fields())
    return delivery


async def _shows_media(actor: Actor, button: Button, given: Given) -> Delivery | None:
    """Show what the account keeps at the platform: nothing is pushed for it."""
    media_id = str(button.get("media_id") or button.get("article_id", ""))
    kind = "mpnewsarticle" if "article_id" in button else _kind(actor, media_id)
    content = {"article_id": media_id} if kind == "mpnewsarticle" else _media(actor, media_id)
    actor.world.say(actor.user, Sender.ACCOUNT, kind, content)
    return None


async def _event(
    actor: Actor, name: str, button: Button, trigger: Trigger | None, **fields: Any
) -> Delivery:
    note = ("点击菜单", str(button.get("name", "")))
    own = {"EventKey": str(button.get("key", "")), **fields}
    return await actor.push_event(name, own, trigger=trigger, note=note)


def _kind(actor: Actor, media_id: str) -> str:
    media = actor.world.platform.media.get(media_id)
    return "mpnews" if media is None else media.kind


def _media(actor: Actor, media_id: str) -> Mapping[str, Any]:
    return {"media_id": media_id, "url": actor.media_url(media_id), "recognition": ""}


def _md5(actor: Actor, media_id: str) -> str:
    media = actor.world.platform.media.get(media_id)
    data = media.data if media else media_id.encode()
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


_TAPS: Mapping[str, Callable[[Actor, Button, Given], Awaitable[Delivery | None]]] = {
    "click": _click,
    "view": _view,
    "miniprogram": _mini_program,
    "scancode_push": _scan_code,
    "scancode_waitmsg": _scan_code,
    "pic_sysphoto": _pictures,
    "pic_photo_or_album": _pictures,
    "pic_weixin": _pictures,
    "location_select": _location_select,
    "media_id": _shows_media,
    "view_limited": _shows_media,
    "article_id": _shows_media,
    "article_view_limited": _shows_media,
}
