"""自定义菜单: what the platform takes as a menu, and how it gives it back.

Source: developers.weixin.qq.com, 自定义菜单创建接口.
"""

from collections.abc import Callable, Mapping
from typing import Any

from simulator.platform.errors import ApiError

TOP_BUTTONS = 3
SUB_BUTTONS = 5
TOP_NAME_BYTES = 16
SUB_NAME_BYTES = 60
KEY_BYTES = 128
URL_BYTES = 1024

Button = dict[str, Any]

_KEYED = {
    "click",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
}
# What each type of button has beside its name and type.
FIELDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(sorted(_KEYED), ("key",)),
    "view": ("url",),
    "miniprogram": ("url", "appid", "pagepath"),
    "media_id": ("media_id",),
    "view_limited": ("media_id",),
    "article_id": ("article_id",),
    "article_view_limited": ("article_id",),
}


class Menu:
    """The account's menu, if it has one. `on_change` is called whenever that is another."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        self.buttons: list[Button] | None = None
        self._on_change = on_change

    def put(self, definition: Mapping[str, Any]) -> None:
        """Make the menu of /cgi-bin/menu/create: ``{"button": […]}``.

        Raises:
            ApiError: what is wrong with it; the menu is as it was.

        """
        self.buttons = _several(definition.get("button"), TOP_BUTTONS, 40016, _top)
        self._on_change()

    def delete(self) -> None:
        """Have no menu."""
        self.buttons = None
        self._on_change()


def _several(
    value: Any, most: int, errcode: int, read: Callable[[Mapping[str, Any]], Button]
) -> list[Button]:
    """Return the buttons of a list of one to `most`."""
    if not isinstance(value, list) or not 0 < len(value) <= most:
        raise ApiError(errcode)
    if not all(isinstance(button, dict) for button in value):
        raise ApiError(47001)
    return [read(button) for button in value]


def _top(button: Mapping[str, Any]) -> Button:
    """Return a button of the bar: one that does something, or one that opens others."""
    name = _sized(button.get("name"), TOP_NAME_BYTES, 40018)
    if subs := button.get("sub_button"):
        return {"name": name, "sub_button": _several(subs, SUB_BUTTONS, 40023, _sub)}
    return _leaf(button, name, {"type": 40017, "key": 40019, "url": 40020, "scheme": 40055})


def _sub(button: Mapping[str, Any]) -> Button:
    """Return a button of a list that opens."""
    name = _sized(button.get("name"), SUB_NAME_BYTES, 40025)
    if button.get("sub_button"):
        raise ApiError(40022)
    return _leaf(button, name, {"type": 40024, "key": 40026, "url": 40027, "scheme": 40054})


def _leaf(button: Mapping[str, Any], name: str, errcodes: Mapping[str, int]) -> Button:
    """Return a button that does something, with the fields of its type only."""
    kind = button.get("type")
    if not isinstance(kind, str) or kind not in FIELDS:
        raise ApiError(errcodes["type"])
    wanted = {field: _field(field, button.get(field), errcodes) for field in FIELDS[kind]}
    return {"type": kind, "name": name, **wanted, "sub_button": []}


def _field(field: str, value: Any, errcodes: Mapping[str, int]) -> str:
    if field == "key":
        return _sized(value, KEY_BYTES, errcodes["key"])
    if field == "url":
        url = _sized(value, URL_BYTES, errcodes["url"])
        if not url.startswith(("http://", "https://")):
            raise ApiError(errcodes["scheme"])
        return url
    missing = {"media_id": 40007, "article_id": 53600}
    return _sized(value, URL_BYTES, missing.get(field, 40097))


def _sized(value: Any, most: int, errcode: int) -> str:
    """Return a text of 1 to `most` bytes."""
    if not isinstance(value, str) or not 0 < len(value.encode()) <= most:
        raise ApiError(errcode)
    return value
