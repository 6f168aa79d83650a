"""Whose account a command acts for: of the environment, of the file, and no other by chance."""

from pathlib import Path

import pytest

from simulator.account import DEVELOPMENT_APP_ID, DEVELOPMENT_SECRET
from simulator.testing import WeChat
from tests.api.terminal.conftest import WRONG_SECRET, Run, called, one_line

SHOW = ("menu", "show")
TABLE = f"""
[accounts.%s]
token = "development"
app_id = "{DEVELOPMENT_APP_ID}"
app_secret = "{DEVELOPMENT_SECRET}"
"""


@pytest.fixture
def config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, run: Run) -> Path:
    """Return a file with two accounts, in place of that of the environment."""
    for name in ("WECHAT_TOKEN", "WECHAT_APP_ID", "WECHAT_APP_SECRET"):
        monkeypatch.delenv(name)
    path = tmp_path / "accounts.toml"
    path.write_text(TABLE % "shop" + TABLE % "club", encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["shop", "club"])
def test_account(name: str, run: Run, config: Path, wechat: WeChat) -> None:
    """The account that is named is meant."""
    assert run(*SHOW, "--config", str(config), "--account", name)[0] == 0
    assert called(wechat) == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "which account? give --account shop, club"),
        (("--account", "bar"), "there is no account 'bar': --account shop, club"),
        (("--account", ""), "there is no account ''"),
        (("--account",), "--account needs a value"),
    ],
)
def test_which(
    options: tuple[str, ...], words: str, run: Run, config: Path, wechat: WeChat
) -> None:
    """Of several accounts none is taken by chance."""
    status, out, err = run(*SHOW, "--config", str(config), *options)
    assert (status, out, one_line(err)) == (2, "", True)
    assert words in err
    assert not called(wechat)


def test_the_only_one(run: Run) -> None:
    """The only account need not be named, but may be."""
    assert run(*SHOW)[0] == 0
    assert run(*SHOW, "--account", "default")[0] == 0
    status, _, err = run(*SHOW, "--account", "shop")
    assert (status, "there is no account 'shop': --account default" in err) == (2, True)


@pytest.mark.parametrize("command", [SHOW, ("send", "o", "x"), ("user", "o")])
def test_no_secret(
    command: tuple[str, ...], run: Run, monkeypatch: pytest.MonkeyPatch, wechat: WeChat
) -> None:
    """Without an AppSecret nothing can be called; it is said where to find it."""
    monkeypatch.delenv("WECHAT_APP_SECRET")
    status, out, err = run(*command)
    assert (status, out, one_line(err)) == (2, "", True)
    assert "WECHAT_APP_SECRET is missing: set the one of the console, 微信开发者平台" in err
    assert not called(wechat)


def test_no_secret_in_the_file(run: Run, config: Path) -> None:
    """In a file it has another name."""
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("app_secret", "# app_secret", 1), encoding="utf-8")
    _, _, err = run(*SHOW, "--config", str(config), "--account", "shop")
    assert "[accounts.shop] app_secret is missing" in err


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("WECHAT_TOKEN", "", "WECHAT_TOKEN is missing"),
        ("WECHAT_APP_SECRET", WRONG_SECRET[1:], "WECHAT_APP_SECRET must be the 32 letters"),
        ("WECHAT_STORE", "redis://secret@x", "WECHAT_STORE names no store"),
        ("WECHAT_STORE", "sqlite:////proc/nowhere/x.db", "/proc/nowhere"),
    ],
)
def test_wrong_settings(
    name: str, value: str, words: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A setting or a store that is wrong is one line, and status 2."""
    monkeypatch.setenv(name, value)
    status, out, err = run(*SHOW)
    assert (status, out, one_line(err)) == (2, "", True)
    assert words in err
    assert "secret@" not in err


def test_no_config(run: Run) -> None:
    """So is a file that is not there."""
    status, _, err = run(*SHOW, "--config", "/nowhere.toml")
    assert (status, one_line(err)) == (2, True)
    assert "/nowhere.toml cannot be read: No such file or directory" in err


def test_stored(run: Run, wechat: WeChat, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two commands share a token by the store."""
    monkeypatch.setenv("WECHAT_STORE", f"sqlite:///{tmp_path}/x.db")
    for _ in range(2):
        assert run(*SHOW)[0] == 0
    assert called(wechat, "/cgi-bin/stable_token") == 1
