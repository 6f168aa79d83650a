"""A menu as a file: read as TOML and JSON, written as it would be read, compared."""

import json
import re
import tomllib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api import menufile
from api.menu import LIMITS, NEEDS, SUB_NAME_BYTES, TOP_NAME_BYTES, Button, Menu, MenuError
from api.menufile import difference, parse, render

TOML = """\
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
MENU = Menu(
    [
        Button("今日", "click", key="today"),
        Button("更多", sub_button=(Button("官网", "view", url="https://example.com/"),)),
    ]
)


def texts(most: int) -> st.SearchStrategy[str]:
    """Return any text that a button may have."""
    characters = st.characters(exclude_categories=["Cs"], exclude_characters=CONTROLS)
    fitting = st.text(
        characters | st.sampled_from('"\\\x7f\u2028\x85\r\n\t\b\f'), max_size=min(most, 20)
    )
    return fitting.filter(lambda text: text.strip() and len(text.encode()) <= most)


CONTROLS = [chr(code) for code in range(0x20) if chr(code) not in "\b\t\n\f\r"]
URLS = texts(20).map(lambda text: f"https://{text}")


@st.composite
def leaves(draw: st.DrawFn, most: int) -> Button:
    """Return any button that does something."""
    kind = draw(st.sampled_from(sorted(NEEDS)))
    fields = {
        name: draw(URLS if name == "url" else texts(LIMITS.get(name, 128))) for name in NEEDS[kind]
    }
    return Button(name=draw(texts(most)), type=kind, sub_button=(), **fields)


def lists() -> st.SearchStrategy[Button]:
    """Return any button that opens a list."""
    subs = st.lists(leaves(SUB_NAME_BYTES), min_size=1, max_size=5).map(tuple)
    return st.builds(Button, texts(TOP_NAME_BYTES), sub_button=subs)


menus = st.lists(leaves(TOP_NAME_BYTES) | lists(), min_size=1, max_size=3).map(Menu)
few = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])


@few
@given(menus)
def test_inverse(menu: Menu) -> None:
    """Whatever a menu says, it is read as it was written; so it is as JSON."""
    assert parse(render(menu)) == menu
    assert parse(json.dumps(menu.as_json())) == menu


@few
@given(menus, menus)
def test_difference(before: Menu, after: Menu) -> None:
    """There is a difference where there is one, in lines that are one each."""
    assert list(difference(before, before)) == []
    lines = list(difference(before, after))
    assert bool(lines) is (before != after)
    assert not any("\n" in line for line in lines)


def test_toml() -> None:
    """TOML is as the documentation shows it, and is written so."""
    assert parse(TOML) == MENU
    assert render(MENU) == TOML
    assert menufile.__doc__
    assert TOML in menufile.__doc__ + "\n"


def test_json() -> None:
    """JSON may begin with white space."""
    assert parse("\n " + json.dumps(MENU.as_json(), ensure_ascii=False)) == MENU


def test_none() -> None:
    """No menu is an empty file."""
    assert render(None) == ""


def test_shown_difference() -> None:
    """What changes is shown as diff shows it, everything where there was no menu."""
    changed = Menu([Button("今日", "click", key="news"), *MENU.buttons[1:]])
    assert list(difference(MENU, changed)) == [
        *("--- live", "+++ wanted", "@@ -1,7 +1,7 @@", " [[button]]", ' name = "今日"'),
        *(' type = "click"', '-key = "today"', '+key = "news"', " ", " [[button]]"),
        ' name = "更多"',
    ]
    added = list(difference(None, MENU))
    assert added[3:] == [f"+{line}" for line in TOML.splitlines()]


def test_one_line_each() -> None:
    """What only Python takes for the end of a line divides none."""
    menu = Menu([Button("a\u2028b\x85c", "click", key="k")])
    assert list(difference(None, menu))[4] == '+name = "a\u2028b\x85c"'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "a menu is a list of buttons under the name button"),
        ("button = 5", "a menu is a list of buttons"),
        ("[[button]]\nname = ", "it is neither TOML nor JSON: "),
        ("[[button]]\nname = 'x'\nname = y'", "(at line 3, column 8)"),
        ('{"button": [', "it is neither TOML nor JSON: "),
        ('{"button": []}x', "line 1 column 15"),
        ("[1]x", "it is neither TOML nor JSON"),
        ("x = " + "[" * 10_000, "it is nested too deeply"),
        ('{"button":' + "[" * 100_000, "it is nested too deeply"),
        ('{"button": [{"name": ' + "9" * 5000 + "}]}", "it is neither TOML nor JSON"),
        ('{"button": [{"name": "\\ud83d", "type": "click", "key": "k"}]}', r"has '\ud83d'"),
        (TOML + "[[button]]\nname = 'x'\nkey = 'k'", "button 'x' has no type"),
        (
            '{"button":[' + '{"name":"a","sub_button":[' * 400 + "]}" * 400 + "]}",
            "button 'a' is in a list: it opens none itself",
        ),
    ],
)
def test_wrong(text: str, words: str) -> None:
    """What is wrong is said in one line that no terminal obeys, with the place in the file."""
    with pytest.raises(MenuError, match=re.escape(words)) as raised:
        parse(text)
    assert str(raised.value).isprintable()


def test_escapes() -> None:
    """An escape that TOML has and the error shows is not obeyed."""
    with pytest.raises(MenuError) as raised:
        parse('[[button]]\nname = "\x1b[31m"')
    assert str(raised.value).isprintable()
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads('x = "\x1b"')
