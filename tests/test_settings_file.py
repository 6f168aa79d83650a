"""Settings from a TOML file: several accounts, shared values, and who wins."""

from collections.abc import Callable
from pathlib import Path

import pytest

from setting_values import SettingError
from settings import Account, Settings, load
from tests.pushes import AES_KEY, APP_ID, TOKEN

Write = Callable[[str], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a file, and returns its name."""

    def write_file(text: str) -> str:
        path = tmp_path / "wechat.toml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write_file


def by_name(loaded: Settings) -> dict[str, Account]:
    """Return the accounts by their names."""
    return {account.name: account for account in loaded.accounts}


SHOP = '[accounts.shop]\ntoken = "shoptoken"\n'
NEWS = '[accounts.news]\ntoken = "newstoken"\n'


def test_several_accounts(write: Write) -> None:
    """Every table is an account of its own, at a path of its own, in the file's order."""
    text = f"""
        [accounts.shop]
        token = "shoptoken"
        path = "/shop"
        [accounts.news]
        token = "newstoken"
        app_id = "{APP_ID}"
        encoding_aes_key = "{AES_KEY}"
        mode = "compatible"
        handler = "my.news:NewsHandler"
        [accounts.a-b_C9]
        token = "abc"
    """
    loaded = load({}, write(text))
    assert [(a.name, a.path, a.token, a.mode, a.handler) for a in loaded.accounts] == [
        ("shop", "/shop", "shoptoken", "plaintext", "handlers.demo:DemoHandler"),
        ("news", "/wechat/news", "newstoken", "compatible", "my.news:NewsHandler"),
        ("a-b_C9", "/wechat/a-b_C9", "abc", "plaintext", "handlers.demo:DemoHandler"),
    ]


def test_shared_values(write: Write) -> None:
    """What stands at the top holds for every account that does not say otherwise."""
    top = 'timestamp_tolerance = 60\nerror_reply = "抱歉"\ntrusted_proxies = ["10.0.0.1"]\n'
    own = 'timestamp_tolerance = 0\nerror_reply = ""\n'
    loaded = load({}, write(top + SHOP + own + NEWS))
    made = by_name(loaded)
    assert (made["shop"].timestamp_tolerance, made["shop"].error_reply) == (0, "")
    assert (made["news"].timestamp_tolerance, made["news"].error_reply) == (60, "抱歉")
    assert [str(network) for network in loaded.trusted_proxies] == ["10.0.0.1/32"]


def test_environment_beside_the_file(write: Write) -> None:
    """The environment's account stands beside those of the file."""
    made = by_name(load({"WECHAT_TOKEN": TOKEN}, write(SHOP)))
    assert {name: account.path for name, account in made.items()} == {
        "shop": "/wechat/shop",
        "default": "/wechat",
    }


def test_environment_is_optional(write: Write) -> None:
    """With accounts in the file the environment needs none."""
    assert list(by_name(load({}, write(SHOP)))) == ["shop"]


def test_environment_shares(write: Write) -> None:
    """A shared value of the environment holds for all, makes no account, and wins at the top."""
    environ = {"WECHAT_TIMESTAMP_TOLERANCE": "7", "WECHAT_TRUSTED_PROXIES": "10.0.0.2"}
    text = 'timestamp_tolerance = 60\ntrusted_proxies = "10.0.0.1"\n' + SHOP
    loaded = load(environ, write(text))
    assert [a.timestamp_tolerance for a in loaded.accounts] == [7]
    assert [str(network) for network in loaded.trusted_proxies] == ["10.0.0.2/32"]


def test_environment_wins(write: Write) -> None:
    """Where both set a key of the default account the environment wins; the rest adds up."""
    text = '[accounts.default]\ntoken = "filetoken"\npath = "/file"\noriginal_id = "gh_1"\n'
    [account] = load({"WECHAT_TOKEN": TOKEN, "WECHAT_PATH": "/env"}, write(text)).accounts
    assert (account.name, account.token, account.path) == ("default", TOKEN, "/env")
    assert account.original_id == "gh_1"


def test_environment_wins_over_shared_values_of_the_default_account(write: Write) -> None:
    """The environment also wins over a shared key that [accounts.default] sets for itself."""
    text = '[accounts.default]\ntoken = "filetoken"\ntimestamp_tolerance = 60\n'
    [account] = load({"WECHAT_TIMESTAMP_TOLERANCE": "7"}, write(text)).accounts
    assert account.timestamp_tolerance == 7


def test_empty_environment_does_not_win(write: Write) -> None:
    """An empty variable leaves the file's value."""
    text = '[accounts.default]\ntoken = "filetoken"\n'
    [account] = load({"WECHAT_TOKEN": ""}, write(text)).accounts
    assert account.token == "filetoken"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('token = "abc"', "token belongs in [accounts.NAME]"),
        ('tokn = "abc"', "tokn is not a setting of this version: remove it"),
        ("timestamp_tolerence = 5", "timestamp_tolerence is not a setting of this version: "),
        ("timestamp_tolerence = 5", ": did you mean timestamp_tolerance?"),
        ('store = "redis://x"\n' + SHOP, "store names no store that this version has"),
        (SHOP + 'store = "memory://"', "[accounts.shop] store is not a setting of this version"),
        ("accounts = 5", "accounts must be tables: write [accounts.NAME]"),
        ('accounts.shop = "x"', "accounts must be tables: write [accounts.NAME]"),
        ('[[accounts.shop]]\ntoken = "abc"', "accounts must be tables: write [accounts.NAME]"),
        ('[accounts."a b"]', "[accounts.a b] must be named by letters, digits, _ and -"),
        ('[accounts.""]', "[accounts.] must be named by letters, digits, _ and -"),
        ('[accounts."微信"]', "must be named by letters, digits, _ and -"),
        (f"[accounts.{'x' * 33}]", "must be named by letters, digits, _ and -"),
        ("[accounts.shop]", "[accounts.shop] token is missing: set the token"),
        (SHOP + 'tokn = "x"', "[accounts.shop] tokn is not a setting of this version: "),
        ('WECHAT_TOKEN = "x"', ": in this file it is written token"),
        ("[account.shop]", ": did you mean accounts?"),
        (SHOP + 'tokn = "x"', ": did you mean [accounts.shop] token?"),
        (SHOP + "trusted_proxies = []", "[accounts.shop] trusted_proxies is not a setting"),
        (SHOP + 'name = "x"', "[accounts.shop] name is not a setting"),
        (SHOP + 'app_secret = "x"', "[accounts.shop] app_secret must be the 32 letters"),
        ('app_secret = "x"\n' + SHOP, "app_secret belongs in [accounts.NAME]"),
        (SHOP + 'mode = "safe"', "[accounts.shop] encoding_aes_key is missing: safe mode needs"),
        (SHOP + 'mode = "aes"', "[accounts.shop] mode must be plaintext, compatible or safe"),
        (SHOP + 'path = "shop"', "[accounts.shop] path must begin with /"),
        (SHOP + "path = 5", "[accounts.shop] path must be text in quotes"),
        (SHOP + 'handler = ["a:B"]', "[accounts.shop] handler must be text in quotes"),
        (SHOP + "error_reply = true", "[accounts.shop] error_reply must be text in quotes"),
        (SHOP + "timestamp_tolerance = true", "[accounts.shop] timestamp_tolerance must be whole"),
        (SHOP + "timestamp_tolerance = 1.0", "[accounts.shop] timestamp_tolerance must be whole"),
        (SHOP + "timestamp_tolerance = -1", "[accounts.shop] timestamp_tolerance must be whole"),
        ("timestamp_tolerance = 86401\n" + SHOP, "timestamp_tolerance must be whole seconds"),
        ("trusted_proxies = 5\n" + SHOP, "trusted_proxies must be addresses or networks"),
        ("trusted_proxies = [5]\n" + SHOP, "trusted_proxies must be addresses or networks"),
        ('trusted_proxies = ["x"]\n' + SHOP, "trusted_proxies must be addresses or networks"),
        (SHOP + 'path = "/healthz"', "[accounts.shop] path /healthz is taken by the health check"),
        (
            SHOP + 'path = "/wechat/news"\n' + NEWS,
            "[accounts.news] path /wechat/news is taken by account shop",
        ),
        ("not toml", "--config {config} is not TOML: "),
        (SHOP + SHOP, "--config {config} is not TOML: "),
        ("", "WECHAT_TOKEN is missing"),
        ("[accounts]", "WECHAT_TOKEN is missing"),
    ],
)
def test_bad_file(text: str, line: str, write: Write) -> None:
    """Whatever is wrong in the file is named where it stands, in one line."""
    config = write(text)
    with pytest.raises(SettingError) as caught:
        load({}, config)
    assert line.format(config=config) in str(caught.value)
    assert str(caught.value).isprintable()


def test_path_of_the_environment_is_taken(write: Write) -> None:
    """Two accounts cannot share a path, wherever they were written."""
    with pytest.raises(SettingError, match="WECHAT_PATH /x is taken by account shop"):
        load({"WECHAT_TOKEN": TOKEN, "WECHAT_PATH": "/x"}, write(SHOP + 'path = "/x"'))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: None, "No such file or directory"),
        (lambda path: path.mkdir(), "Is a directory"),
    ],
)
def test_unreadable_file(make: Callable[[Path], None], reason: str, tmp_path: Path) -> None:
    """A file that cannot be read is named with the reason."""
    path = tmp_path / "wechat.toml"
    make(path)
    with pytest.raises(SettingError) as caught:
        load({"WECHAT_TOKEN": TOKEN}, str(path))
    assert str(caught.value) == f"--config {path} cannot be read: {reason}"


@pytest.mark.parametrize("raw", [b"\xff\xfe", "令牌".encode("gbk"), b"\0"])
def test_not_utf8(raw: bytes, tmp_path: Path) -> None:
    """A file in another encoding is refused, with what to do about it."""
    path = tmp_path / "wechat.toml"
    path.write_bytes(raw)
    with pytest.raises(SettingError, match=r"is not (UTF-8: save it as UTF-8|TOML: )"):
        load({}, str(path))


def test_mark_of_windows(tmp_path: Path) -> None:
    """The mark that some editors put before UTF-8 does no harm."""
    path = tmp_path / "wechat.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SHOP.encode())
    assert [account.name for account in load({}, str(path)).accounts] == ["shop"]
