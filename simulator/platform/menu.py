"""自定义菜单: what the platform takes as a menu, and how it gives it back.

Source: developers.weixin.qq.com, 自定义菜单创建接口 and 个性化菜单. What a matchrule gets whose
values are wrong is inferred, and that names which the platform does not know count for
nothing.
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.platform.errors import ApiError
from simulator.users import User

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


PLATFORMS = {"1", "2", "3"}  # iOS, Android, others
PRIVATE = {"sex", "country", "province", "city", "language"}  # no longer to be asked about
FIRST_ID = 208_396_938


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalMenu:
    """A menu for those whom every part of `matchrule` fits."""

    menuid: str
    buttons: list[Button]
    matchrule: Mapping[str, str]

    def as_json(self) -> Mapping[str, Any]:
        """Return it as the platform gives it back."""
        return {
            "button": self.buttons,
            "matchrule": dict(self.matchrule),
            "menuid": int(self.menuid),
        }

    def fits(self, user: User) -> bool:
        """Return whether `user`, whose phone is of no known platform, sees it.

        Of several tags, the one that was given last counts.
        """
        newest = {str(tag) for tag in user.tagid_list[-1:]}
        return set(self.matchrule) == {"tag_id"} and self.matchrule["tag_id"] in newest


class Menu:
    """The account's menu, if it has one, and those that some users see instead.

    `on_change` is called whenever the first is another.
    """

    def __init__(self, on_change: Callable[[], None]) -> None:
        self.buttons: list[Button] | None = None
        self.conditional: list[ConditionalMenu] = []
        self._ids = itertools.count(FIRST_ID)
        self._on_change = on_change

    def put(self, definition: Mapping[str, Any]) -> None:
        """Make the menu of /cgi-bin/menu/create: ``{"button": […]}``.

        Raises:
            ApiError: what is wrong with it; the menu is as it was.

        """
        self.buttons = _several(definition.get("button"), TOP_BUTTONS, 40016, _top)
        self._on_change()

    def delete(self) -> None:
        """Have no menu, and no conditional one."""
        self.buttons = None
        self.conditional.clear()
        self._on_change()

    def add(self, definition: Mapping[str, Any]) -> ConditionalMenu:
        """Make the menu of /cgi-bin/menu/addconditional.

        Raises:
            ApiError: 65303 there is no menu for everybody else, 65304 no rule, 65320 one
                about what is private; else what is wrong with it.

        """
        if self.buttons is None:
            raise ApiError(65303)
        made = ConditionalMenu(
            menuid=str(next(self._ids)),
            buttons=_several(definition.get("button"), TOP_BUTTONS, 40016, _top),
            matchrule=_rule(definition.get("matchrule")),
        )
        self.conditional.append(made)
        return made

    def remove(self, menuid: str) -> None:
        """Delete a conditional menu.

        Raises:
            ApiError: 65301, there is none of this id.

        """
        left = [menu for menu in self.conditional if menu.menuid != menuid]
        if len(left) == len(self.conditional):
            raise ApiError(65301)
        self.conditional = left

    def seen_by(self, user: User) -> list[Button]:
        """Return the newest menu that fits `user`, else that of everybody.

        Raises:
            ApiError: 65303, there is none for everybody.

        """
        if self.buttons is None:
            raise ApiError(65303)
        fitting = (menu.buttons for menu in reversed(self.conditional) if menu.fits(user))
        return next(fitting, self.buttons)


def _rule(value: Any) -> Mapping[str, str]:
    """Return whom a conditional menu is for."""
    if not isinstance(value, dict | None):
        raise ApiError(47001)
    given = {name: part for name, part in (value or {}).items() if part not in ("", None)}
    if given.keys() & PRIVATE:
        raise ApiError(65320)
    rule = {name: given[name] for name in ("tag_id", "client_platform_type") if name in given}
    if not rule:
        raise ApiError(65304)
    if not all(isinstance(part, str) for part in rule.values()):
        raise ApiError(47001)
    if rule.get("client_platform_type", "1") not in PLATFORMS:
        raise ApiError(40035)
    return rule


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
