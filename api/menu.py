"""自定义菜单 as a value: a menu that the platform would refuse cannot be made.

Source: developers.weixin.qq.com, 创建自定义菜单. No I/O.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from api import checks

TOP_BUTTONS = 3
SUB_BUTTONS = 5
TOP_NAME_BYTES = 16
SUB_NAME_BYTES = 60
KEY_BYTES = 128
URL_BYTES = 1024

# What each type of button needs.
NEEDS: Mapping[str, tuple[str, ...]] = {
    "click": ("key",),
    "view": ("url",),
    "scancode_push": ("key",),
    "scancode_waitmsg": ("key",),
    "pic_sysphoto": ("key",),
    "pic_photo_or_album": ("key",),
    "pic_weixin": ("key",),
    "location_select": ("key",),
    "miniprogram": ("url", "appid", "pagepath"),
    "media_id": ("media_id",),
    "view_limited": ("media_id",),
    "article_id": ("article_id",),
    "article_view_limited": ("article_id",),
}
LIMITS: Mapping[str, int] = {"key": KEY_BYTES, "url": URL_BYTES}  # of the others none is known


class MenuError(ValueError):
    """No menu: the text says which button is wrong, and what would be right."""


@dataclass(frozen=True, slots=True)
class Button:
    """One button: what a tap does is its `type`, or it opens the list `sub_button`.

    A `miniprogram` opens `url` where there are no mini programs.
    """

    name: str
    type: str = ""
    key: str = ""
    url: str = ""
    appid: str = ""
    pagepath: str = ""
    media_id: str = ""
    article_id: str = ""
    sub_button: tuple["Button", ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "sub_button", tuple(self.sub_button))
        for field in fields(self):
            if field.name != "sub_button" and not isinstance(getattr(self, field.name), str):
                raise MenuError(f"button {self.name!r}: {field.name} is not text")
        if not self.name.strip():
            raise MenuError("a button has no name: give it one")
        if self.sub_button:
            self._check_list()
        else:
            self._check_action()

    def as_json(self) -> dict[str, Any]:
        """Return the button as the platform takes it."""
        if self.sub_button:
            return {"name": self.name, "sub_button": [b.as_json() for b in self.sub_button]}
        needed = {name: getattr(self, name) for name in NEEDS[self.type]}
        return {"type": self.type, "name": self.name, **needed}

    def _check_list(self) -> None:
        if self._given():
            raise MenuError(f"button {self.name!r} opens a list: it has no {self._given()[0]}")
        _check_count(f"the list of {self.name!r}", self.sub_button, SUB_BUTTONS)
        for button in self.sub_button:
            if button.sub_button:
                raise MenuError(f"button {button.name!r} is in a list: it opens none itself")
            _check_size(button.name, "name", button.name, SUB_NAME_BYTES)

    def _check_action(self) -> None:
        if self.type not in NEEDS:
            kinds = ", ".join(NEEDS)
            given = f"has the type {self.type!r}" if self.type else "has no type"
            raise MenuError(f"button {self.name!r} {given}: the types are {kinds}")
        needed = NEEDS[self.type]
        for name in needed:
            _check_size(self.name, name, getattr(self, name), LIMITS.get(name))
        if surplus := [name for name in self._given() if name not in {"type", *needed}]:
            raise MenuError(f"button {self.name!r} of type {self.type} has no {surplus[0]}")
        if "url" in needed and not self.url.startswith(("http://", "https://")):
            raise MenuError(f"button {self.name!r}: its url begins with http:// or https://")

    def _given(self) -> list[str]:
        names = ("type", "key", "url", "appid", "pagepath", "media_id", "article_id")
        return [name for name in names if getattr(self, name)]


@dataclass(frozen=True, slots=True, init=False)
class Menu:
    """One to three buttons."""

    buttons: tuple[Button, ...]

    def __init__(self, buttons: Iterable[Button]) -> None:
        made = tuple(buttons)
        _check_count("the menu", made, TOP_BUTTONS)
        for button in made:
            _check_size(button.name, "name", button.name, TOP_NAME_BYTES)
        object.__setattr__(self, "buttons", made)

    @classmethod
    def from_json(cls, fields: Any) -> "Menu":
        """Return the menu of ``{"button": […]}``, which must have nothing else.

        Raises:
            MenuError: it is none.

        """
        if not isinstance(fields, Mapping) or not isinstance(fields.get("button"), list):
            raise MenuError("a menu is a list of buttons under the name button: [[button]] in TOML")
        for name in fields:
            if name != "button":
                raise MenuError(f"{name!r} is no part of a menu: it has only button")
        return cls(_button(value) for value in fields["button"])

    def as_json(self) -> dict[str, Any]:
        """Return the menu as the platform takes it."""
        return {"button": [button.as_json() for button in self.buttons]}


def _button(value: Any, *, listed: bool = False) -> Button:
    if not isinstance(value, Mapping):
        raise MenuError("a button is a table of names and values")
    known = {field.name for field in fields(Button)}
    named = value.get("name", "")
    for name in value:
        if name not in known:
            raise MenuError(f"button {named!r}: {name!r} is none of {', '.join(sorted(known))}")
    subs = value.get("sub_button") or []
    if not isinstance(subs, list):
        raise MenuError(f"button {named!r}: sub_button is not a list")
    if listed and subs:  # before they are read: they may be nested without end
        raise MenuError(f"button {named!r} is in a list: it opens none itself")
    rest = {name: each for name, each in value.items() if name != "sub_button"}
    return Button(
        **{"name": "", **rest}, sub_button=tuple(_button(sub, listed=True) for sub in subs)
    )


def _check_count(where: str, buttons: tuple[object, ...], most: int) -> None:
    if not 0 < len(buttons) <= most:
        raise MenuError(f"{where} has {len(buttons)} buttons: it must have 1 to {most}")
    for button in buttons:
        if not isinstance(button, Button):
            raise MenuError(f"{where} has a {type(button).__name__}, which is no Button")


def _check_size(button: str, name: str, value: str, most: int | None) -> None:
    try:
        checks.exact(f"button {button!r}: {name}", value, most=most)
    except ValueError as error:
        raise MenuError(str(error)) from None
