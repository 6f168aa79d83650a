"""A menu as a file that a person writes: TOML or JSON, with the platform's own names. No I/O.

[[button]]
name = "今日"
type = "click"
key = "today"

[[button]]
name = "更多"

[[button.sub_button]]
name = "官网"
type = "view"
url = "https://example.com/"
"""

import difflib
import json
import tomllib
from collections.abc import Iterator

from api.menu import Button, Menu, MenuError


def parse(text: str) -> Menu:
    """Return the menu that a file has; JSON begins with a brace.

    Raises:
        MenuError: it has none; the text says where and why.

    """
    try:
        fields = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except RecursionError:
        raise MenuError("it is nested too deeply") from None
    except ValueError as error:
        raise MenuError(f"it is neither TOML nor JSON: {error}") from None
    return Menu.from_json(fields)


def render(menu: Menu | None) -> str:
    """Return a menu as a file in TOML, "" for none."""
    tables: list[str] = []
    for button in menu.buttons if menu else ():
        tables.append(_table("button", button))
        tables += [_table("button.sub_button", sub) for sub in button.sub_button]
    return "\n".join(tables)


def difference(live: Menu | None, wanted: Menu) -> Iterator[str]:
    """Yield the lines that a push changes, as diff shows them; nothing where it changes none."""
    before, after = _lines(live), _lines(wanted)
    return difflib.unified_diff(before, after, "live", "wanted", lineterm="")


def _lines(menu: Menu | None) -> list[str]:
    """Return the lines of a menu; what Python also takes for the end of one, a name may have."""
    return render(menu).split("\n")[:-1]


def _table(name: str, button: Button) -> str:
    fields = {key: value for key, value in button.as_json().items() if key != "sub_button"}
    ordered = {"name": fields.pop("name"), **fields}
    lines = [f"{key} = {_quoted(value)}" for key, value in ordered.items()]
    return "\n".join([f"[[{name}]]", *lines, ""])


def _quoted(text: str) -> str:
    """Return a string of TOML, whose escapes are those of JSON and one more."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
