"""menu push, show and delete: what they change, and that they say so first."""

import json
from pathlib import Path

import pytest

from api.menu import Button, Menu
from api.menufile import parse, render
from simulator.testing import WeChat
from tests.api.terminal.conftest import Run, called, one_line

CREATE, GET, DELETE = "/cgi-bin/menu/create", "/cgi-bin/menu/get", "/cgi-bin/menu/delete"
MENU = Menu([Button("今日", "click", key="today"), Button("官网", "view", url="https://x/")])
OTHER = Menu([Button("今日", "click", key="news"), Button("官网", "view", url="https://x/")])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file that has the menu."""
    path = tmp_path / "menu.toml"
    path.write_text(render(MENU), encoding="utf-8")
    return path


def live(wechat: WeChat) -> Menu | None:
    """Return the menu that the account has."""
    buttons = wechat.platform.menu.buttons
    return Menu.from_json({"button": buttons}) if buttons else None


def test_push(run: Run, wechat: WeChat, file: Path) -> None:
    """A menu is pushed, and all that changes is shown."""
    status, out, err = run("menu", "push", str(file))
    assert (status, err) == (0, "")
    assert live(wechat) == MENU
    assert out.startswith("--- live\n+++ wanted\n")
    assert '+name = "今日"\n' in out
    assert out.endswith(
        "pushed: phones show it within 5 minutes, or when their user follows anew\n"
    )


def test_push_a_change(run: Run, wechat: WeChat, file: Path) -> None:
    """Of a menu that is live, only the change is shown."""
    wechat.platform.menu.put(OTHER.as_json())
    _, out, _ = run("menu", "push", str(file))
    changed = [line for line in out.splitlines() if line[:1] in "+-"]
    assert changed == ["--- live", "+++ wanted", '-key = "news"', '+key = "today"']
    assert live(wechat) == MENU


def test_push_the_same(run: Run, wechat: WeChat, file: Path) -> None:
    """What is live already is not pushed: a phone would have to fetch it anew."""
    wechat.platform.menu.put(MENU.as_json())
    assert run("menu", "push", str(file)) == (
        *(0, "the menu is this already: nothing was pushed\n", ""),
    )
    assert not called(wechat, CREATE)


def test_dry_run(run: Run, wechat: WeChat, file: Path) -> None:
    """It can be seen beforehand what would change."""
    status, out, _ = run("menu", "push", str(file), "--dry-run")
    assert (status, live(wechat)) == (0, None)
    assert '+key = "today"' in out
    assert out.endswith("nothing was pushed (--dry-run)\n")


@pytest.mark.parametrize("action", ["show", "delete"])
def test_no_other_dry_run(action: str, run: Run, wechat: WeChat) -> None:
    """Nothing that cannot be tried is done by trying it."""
    wechat.platform.menu.put(MENU.as_json())
    status, _, err = run("menu", action, "--dry-run")
    assert (status, one_line(err)) == (2, True)
    assert f"--dry-run is for menu push, and not for menu {action}" in err
    assert live(wechat) == MENU


def test_push_over_what_is_no_menu(run: Run, wechat: WeChat, file: Path) -> None:
    """What is live and cannot be shown as a file is said to go."""
    wechat.platform.menu.buttons = [{"name": "x", "type": "of the future"}]
    status, out, _ = run("menu", "push", str(file))
    assert status == 0
    assert out.startswith("what is live is no menu that a file can say: it will be replaced\n")
    assert live(wechat) == MENU


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + render(MENU).encode(),
        render(MENU).replace("\n", "\r\n").encode(),
        json.dumps(MENU.as_json()).encode(),
        b"\xef\xbb\xbf" + json.dumps(MENU.as_json(), ensure_ascii=False).encode(),
    ],
)
def test_files(content: bytes, run: Run, wechat: WeChat, file: Path) -> None:
    """A file is TOML or JSON, as any editor of any system writes it."""
    file.write_bytes(content)
    assert run("menu", "push", str(file))[0] == 0
    assert live(wechat) == MENU


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "a menu is a list of buttons under the name button"),
        (b"[[button]]\nname = ", "it is neither TOML nor JSON: Invalid value (at end of document)"),
        (render(MENU).encode("gb18030"), "is not UTF-8: save it as UTF-8"),
        (render(MENU).encode("utf-16"), "is not UTF-8: save it as UTF-8"),
        (b'[[button]]\nname = "x"\ntype = "tap"', "button 'x' has the type 'tap': the types are"),
        (b'[[button]]\nname = "x\x1b[31m"', "Illegal character '\\x1b'"),
        (b'{"button": [{"name": "\\ud83d", "type": "click", "key": "k"}]}', "cannot be sent"),
    ],
)
def test_bad_files(content: bytes, words: str, run: Run, wechat: WeChat, file: Path) -> None:
    """What is wrong with a file is one line that names it, and nothing is asked for."""
    file.write_bytes(content)
    status, out, err = run("menu", "push", str(file))
    assert (status, out, one_line(err)) == (2, "", True)
    assert err.startswith(f"python -m api: {file}")
    assert words in err
    assert err[:-1].isprintable()
    assert not called(wechat)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("push", "/nowhere"), "/nowhere cannot be read: No such file or directory"),
        (("push", "/"), "/ cannot be read: Is a directory"),
        (("push",), "menu push needs a FILE (see python -m api menu --help)"),
        (("show", "menu.toml"), "menu show takes no FILE"),
        (("delete", "menu.toml"), "menu delete takes no FILE"),
        (("pull",), "'pull'"),
        ((), "push|show|delete is missing"),
    ],
)
def test_wrong(arguments: tuple[str, ...], words: str, run: Run, wechat: WeChat) -> None:
    """A command line that cannot be meant does nothing."""
    wechat.platform.menu.put(MENU.as_json())
    status, out, err = run("menu", *arguments)
    assert (status, out, one_line(err)) == (2, "", True)
    assert words in err
    assert not called(wechat)


def test_show(run: Run, wechat: WeChat) -> None:
    """What is live is shown as a file that can be pushed, conditional menus as remarks."""
    wechat.platform.menu.put(MENU.as_json())
    made = wechat.platform.menu.add(OTHER.as_json() | {"matchrule": {"tag_id": "2"}})
    status, out, err = run("menu", "show")
    assert (status, err) == (0, "")
    assert parse(out) == MENU
    assert out.endswith(f'# conditional menu {made.menuid} for {{"tag_id": "2"}}\n')


def test_show_none(run: Run) -> None:
    """Where there is none, it is said which would not be seen."""
    words = "# no menu was made by the API; one made in the console is not shown here\n"
    assert run("menu", "show") == (0, words, "")


def test_show_what_is_no_menu(run: Run, wechat: WeChat) -> None:
    """What no file can say is shown as it came, and no terminal obeys it."""
    wechat.platform.menu.buttons = [{"name": "x\x1b[31m\u202e", "type": "of the future"}]
    status, out, _ = run("menu", "show")
    assert status == 0
    shown = json.loads(out.replace("\\u202e", "\u202e"))
    assert shown == {"menu": {"button": wechat.platform.menu.buttons}}
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_delete(run: Run, wechat: WeChat) -> None:
    """Everything goes."""
    wechat.platform.menu.put(MENU.as_json())
    assert run("menu", "delete") == (0, "deleted, with all conditional menus\n", "")
    assert live(wechat) is None


def test_refused(run: Run, wechat: WeChat, file: Path) -> None:
    """What the platform refuses is one line, whichever call it was."""
    for path in (GET, CREATE):
        wechat.platform.order(refused={"errcode": 45009, "path": path, "calls": 1})
        status, _, err = run("menu", "push", str(file))
        assert (status, one_line(err)) == (1, True)
        assert f"{path}: 45009" in err
    wechat.platform.order(refused={"errcode": 48001, "path": DELETE})
    assert run("menu", "delete")[0] == 1
    assert live(wechat) is None
