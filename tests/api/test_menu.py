"""自定义菜单 as a value: what is wrong with one is said before it is sent, button by button."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from api.menu import NEEDS, Button, Menu, MenuError
from simulator.platform.menu import Menu as PlatformMenu

VALUES = {
    "key": "k",
    "url": "https://x/",
    "appid": "wx1",
    "pagepath": "pages/index",
    "media_id": "m",
    "article_id": "a",
}
KINDS = sorted(NEEDS)


def click(name: str = "今日", key: str = "today") -> Button:
    """Return a button that is right."""
    return Button(name, "click", key=key)


def button(kind: str, **values: Any) -> Button:
    """Return a button of a type, with all that it needs but what is given."""
    needed = {field: VALUES[field] for field in NEEDS[kind]}
    return Button(**({"name": "x", "type": kind} | needed | values))


def accepted(menu: Menu) -> None:
    """Have the platform judge a menu, in its own words."""
    PlatformMenu(lambda: None).put(menu.as_json())


@pytest.mark.parametrize("kind", KINDS)
def test_types(kind: str) -> None:
    """Each type has what it needs, and is what the platform takes."""
    menu = Menu([button(kind)])
    needed = {field: VALUES[field] for field in NEEDS[kind]}
    assert menu.as_json() == {"button": [{"type": kind, "name": "x", **needed}]}
    accepted(menu)


def test_largest() -> None:
    """A menu of three lists with five buttons, and everything as long as may be."""
    subs = [
        Button("名" * 20, "click", key="k" * 128),
        Button("x" * 60, "view", url="https://x/".ljust(1024, "x")),
        button("miniprogram", pagepath="pages/index?" + "x" * 1000),
        button("media_id", media_id="m" * 500),
        button("article_id", article_id="a" * 500),
    ]
    menu = Menu([Button("四个汉字xxxx", sub_button=tuple(subs)) for _ in range(3)])
    accepted(menu)
    assert len(menu.as_json()["button"][2]["sub_button"]) == 5


def test_from_any_iterable() -> None:
    """Buttons come from whatever yields them, and a menu is a value."""
    made = Menu(click() for _ in range(2))
    assert made == Menu([click(), click()])
    assert hash(made) == hash(Menu([click(), click()]))
    listed = Button("x", sub_button=[click()])  # type: ignore[arg-type]
    assert listed.sub_button == (click(),)


WRONG: list[tuple[Callable[[], Any], str]] = [
    (lambda: Menu([]), "the menu has 0 buttons: it must have 1 to 3"),
    (lambda: Menu([click()] * 4), "the menu has 4 buttons: it must have 1 to 3"),
    (lambda: Menu(["x"]), "the menu has a str, which is no Button"),  # type: ignore[list-item]
    (lambda: Menu([click("x" * 17)]), f"button '{'x' * 17}': name has 17 bytes: the limit is 16"),
    (lambda: Menu([click("六个汉字太长")]), "button '六个汉字太长': name has 18 bytes"),
    (lambda: Menu([click("a\x01")]), r"button 'a\x01': name has '\x01', which cannot be sent"),
    (lambda: click(""), "a button has no name: give it one"),
    (lambda: click(" "), "a button has no name"),
    (lambda: Button(5, "click", key="k"), "button 5: name is not text"),  # type: ignore[arg-type]
    (lambda: click(key=5), "button '今日': key is not text"),  # type: ignore[arg-type]
    (lambda: click(key=""), "button '今日': key must not be empty"),
    (lambda: click(key="k" * 129), "button '今日': key has 129 bytes: the limit is 128"),
    (lambda: click(key="键" * 43), "button '今日': key has 129 bytes"),
    (lambda: click(key="a\x1f"), r"button '今日': key has '\x1f', which cannot be sent"),
    (lambda: click(key="a\ud83d"), r"button '今日': key has '\ud83d', which cannot be sent"),
    (
        lambda: button("view", url="https://x/".ljust(1025, "x")),
        "button 'x': url has 1025 bytes: the limit is 1024",
    ),
    (lambda: button("view", url="x.com"), "button 'x': its url begins with http:// or https://"),
    (lambda: button("view", url="ftp://x/"), "button 'x': its url begins with http://"),
    (lambda: button("miniprogram", url="x"), "button 'x': its url begins with http://"),
    (lambda: button("miniprogram", appid=""), "button 'x': appid must not be empty"),
    (lambda: button("miniprogram", pagepath=""), "button 'x': pagepath must not be empty"),
    (lambda: button("media_id", media_id=""), "button 'x': media_id must not be empty"),
    (lambda: button("article_id", article_id=""), "button 'x': article_id must not be empty"),
    (lambda: button("click", url="https://x/"), "button 'x' of type click has no url"),
    (lambda: button("view", key="k"), "button 'x' of type view has no key"),
    (lambda: Button("x"), "button 'x' has no type: the types are click, view,"),
    (lambda: Button("x", "tap"), "button 'x' has the type 'tap': the types are click, view,"),
    (
        lambda: Button("x", "click", sub_button=(click(),)),
        "button 'x' opens a list: it has no type",
    ),
    (
        lambda: Button("x", key="k", sub_button=(click(),)),
        "button 'x' opens a list: it has no key",
    ),
    (
        lambda: Button("x", sub_button=(click(),) * 6),
        "the list of 'x' has 6 buttons: it must have 1 to 5",
    ),
    (
        lambda: Button("x", sub_button=("y",)),  # type: ignore[arg-type]
        "the list of 'x' has a str, which is no Button",
    ),
    (
        lambda: Button("x", sub_button=(Button("y", sub_button=(click(),)),)),
        "button 'y' is in a list: it opens none itself",
    ),
    (
        lambda: Button("x", sub_button=(click("y" * 61),)),
        f"button '{'y' * 61}': name has 61 bytes: the limit is 60",
    ),
]


@pytest.mark.parametrize(("make", "words"), WRONG)
def test_wrong(make: Callable[[], Any], words: str) -> None:
    """What the platform would refuse cannot be made; the error names the button and the limit."""
    with pytest.raises(MenuError, match=re.escape(words)):
        make()


JSON: list[tuple[Any, str]] = [
    ([], "a menu is a list of buttons under the name button"),
    ({}, "under the name button: [[button]] in TOML"),
    ({"button": {}}, "a menu is a list of buttons"),
    ({"button": [], "menu": 1}, "'menu' is no part of a menu: it has only button"),
    ({"button": ["x"]}, "a button is a table of names and values"),
    ({"button": [{"name": "x", "tpye": "click"}]}, "button 'x': 'tpye' is none of appid, article"),
    ({"button": [{"name": "x", "sub_button": "y"}]}, "button 'x': sub_button is not a list"),
    ({"button": [{"type": "click"}]}, "a button has no name"),
    ({"button": [{"name": ["x"]}]}, "button ['x']: name is not text"),
    ({"button": [{"name": "x", "type": 5}]}, "button 'x': type is not text"),
    ({"button": [{"name": "x", "sub_button": [5]}]}, "a button is a table"),
    (
        {"button": [{"name": "x", "sub_button": [{"name": "y", "sub_button": [{}]}]}]},
        "button 'y' is in a list: it opens none itself",
    ),
]


@pytest.mark.parametrize(("fields", "words"), JSON)
def test_wrong_json(fields: Any, words: str) -> None:
    """So it is with what was read."""
    with pytest.raises(MenuError, match=re.escape(words)):
        Menu.from_json(fields)


def test_endless_json() -> None:
    """Nothing nested can be read without end."""
    fields: Any = {"name": "x"}
    for _ in range(100_000):
        fields = {"name": "x", "sub_button": [fields]}
    with pytest.raises(MenuError, match="opens none itself"):
        Menu.from_json({"button": [fields]})
    while fields.get("sub_button"):  # Python would take it apart by recursion
        [fields] = fields.pop("sub_button")


def test_json_round_trip() -> None:
    """What the platform gives back, with its empty lists, is the menu that was sent."""
    listed = Button("更多", sub_button=(button("view"), button("miniprogram")))
    menu = Menu([click(), listed])
    platform = PlatformMenu(lambda: None)
    platform.put(menu.as_json())
    assert Menu.from_json({"button": platform.buttons}) == menu
    assert Menu.from_json(menu.as_json()) == menu
