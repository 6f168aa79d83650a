"""The settings of the platform's API and of the store: each rule, and a line for bad values."""

from pathlib import Path

import pytest

from setting_values import SettingError
from settings import Account, load
from tests.pushes import APP_ID, TOKEN

MINIMAL = {"WECHAT_TOKEN": TOKEN}
CALLING = MINIMAL | {"WECHAT_APP_ID": APP_ID, "WECHAT_APP_SECRET": "0123456789abcdef" * 2}
SECRET_RULE = "must be the 32 letters and digits of the console"
BASE_RULE = "must be as https://api.weixin.qq.com; http:// only at 127.0.0.1"
API_RULE = "must be stable_token or token"
BAD = [
    *(("APP_SECRET", value, SECRET_RULE) for value in ("short", "a" * 33, "a" * 31 + "-")),
    *(("ACCESS_TOKEN_API", value, API_RULE) for value in ("stable", "TOKEN", "token ")),
    ("API_BASE", "api.weixin.qq.com", BASE_RULE),
    ("API_BASE", "http://api.weixin.qq.com", BASE_RULE),
    ("API_BASE", "http://127.0.0.1.example.com", BASE_RULE),
    ("API_BASE", "ftp://127.0.0.1", BASE_RULE),
    ("API_BASE", "https://", BASE_RULE),
    ("API_BASE", "https://example.com:99999", BASE_RULE),
    ("API_BASE", "https://example.com:0", BASE_RULE),
    ("API_BASE", "https://example.com/?a=b", BASE_RULE),
    ("API_BASE", "https://user:password@example.com", BASE_RULE),
    ("API_BASE", "https://example.com\n", BASE_RULE),
    ("API_BASE", "https://[::1", BASE_RULE),
    ("API_BASE", "https://微信", BASE_RULE),
    ("STORE", "redis://:password@localhost", "names no store that this version has: write"),
    ("STORE", "data.db", "names no store that this version has: write memory://"),
    ("STORE", "sqlite://host/x", "names a host"),
    ("STORE", "sqlite:///data/", "names a folder"),
]


def account(**environ: str) -> Account:
    """Return the account of an environment that can call the platform."""
    [made] = load(CALLING | environ).accounts
    return made


@pytest.mark.parametrize(("name", "value", "rule"), BAD)
def test_bad_value(name: str, value: str, rule: str) -> None:
    """A value that breaks its rule is refused by a line that names both, and shows no secret."""
    with pytest.raises(SettingError) as caught:
        load(CALLING | {f"WECHAT_{name}": value})
    line = str(caught.value)
    assert line.startswith(f"WECHAT_{name} {rule}")
    assert line.isprintable()
    assert name != "APP_SECRET" or value not in line
    assert "password" not in line


@pytest.mark.parametrize(
    "value", ["https://api2.weixin.qq.com", "http://127.0.0.1:8080", "http://[::1]:1/x"]
)
def test_base(value: str) -> None:
    """The platform may be at another address, without https only on this machine."""
    assert account(WECHAT_API_BASE=value).api_base == value
    # A path is put behind it: a slash at the end would make two.
    assert account(WECHAT_API_BASE=value + "/").api_base == value


def test_secret() -> None:
    """The AppSecret is kept, and no repr shows it."""
    made = account()
    assert made.app_secret == CALLING["WECHAT_APP_SECRET"]
    assert made.app_secret not in repr(made)


def test_secret_alone() -> None:
    """An AppSecret needs its AppID."""
    with pytest.raises(SettingError, match="WECHAT_APP_ID is missing: the AppSecret is of no use"):
        load(MINIMAL | {"WECHAT_APP_SECRET": CALLING["WECHAT_APP_SECRET"]})


@pytest.mark.parametrize("value", ["stable_token", "token"])
def test_access_token_api(value: str) -> None:
    """Both APIs for tokens can be chosen."""
    assert account(WECHAT_ACCESS_TOKEN_API=value).access_token_api == value


@pytest.mark.parametrize("value", ["memory://", "sqlite:///x.db", "sqlite:////var/lib/w/x.db"])
def test_store(value: str) -> None:
    """A store is kept as it was written."""
    assert load(MINIMAL | {"WECHAT_STORE": value}).store == value


def test_shared(tmp_path: Path) -> None:
    """What is at the top of a file is for all accounts, of which each may have its own."""
    config = tmp_path / "wechat.toml"
    config.write_text(
        'api_base = "https://sh.api.weixin.qq.com"\nstore = "sqlite:///of-the-file.db"\n'
        '[accounts.a]\ntoken = "aaaa"\n'
        '[accounts.b]\ntoken = "bbbb"\napi_base = "https://hk.api.weixin.qq.com"\n'
    )

    def found(**environ: str) -> list[str]:
        return [made.api_base for made in load(environ, str(config)).accounts]

    assert found() == ["https://sh.api.weixin.qq.com", "https://hk.api.weixin.qq.com"]
    assert found(WECHAT_API_BASE="https://api2.weixin.qq.com") == [
        "https://api2.weixin.qq.com",
        "https://hk.api.weixin.qq.com",
    ]
    assert load({}, str(config)).store == "sqlite:///of-the-file.db"
    assert load({"WECHAT_STORE": "memory://"}, str(config)).store == "memory://"
