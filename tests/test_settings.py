"""Settings from the environment: every rule, and one line for every bad value."""

from ipaddress import ip_network
from typing import Any

import pytest

from setting_values import LOOPBACK, MAX_TOLERANCE, SettingError
from settings import Account, Settings, label, load
from tests.pushes import AES_KEY, APP_ID, OTHER_AES_KEY, TOKEN
from wechat.crypto import EncryptionMode

MINIMAL = {"WECHAT_TOKEN": TOKEN}
SAFE = MINIMAL | {"WECHAT_ENCODING_AES_KEY": AES_KEY, "WECHAT_APP_ID": APP_ID}


def refusal(environ: dict[str, str], config: str = "") -> str:
    """Return the one line for settings that must be refused."""
    with pytest.raises(SettingError) as caught:
        load(environ, config)
    line = str(caught.value)
    assert line.isprintable()
    return line


def account(**environ: str) -> Account:
    """Return the account of an environment, beside a token."""
    [made] = load(MINIMAL | environ).accounts
    return made


def test_minimal() -> None:
    """A token is enough; everything else has a default."""
    assert load(MINIMAL) == Settings(
        accounts=(
            Account(
                name="default",
                path="/wechat",
                token=TOKEN,
                mode=EncryptionMode.PLAINTEXT,
                app_id="",
                encoding_aes_key="",
                previous_token="",
                previous_encoding_aes_key="",
                original_id="",
                handler="handlers.demo:DemoHandler",
                timestamp_tolerance=300,
                error_reply="",
                app_secret="",
                api_base="https://api.weixin.qq.com",
                access_token_api="stable_token",
                reply_deadline=4.5,
                ack_attempt=0,
                hangup_budget=100,
                late_notice="正在处理，请稍后回复“查看”获取结果",
                pickup="查看",
            ),
        ),
        trusted_proxies=LOOPBACK,
        store="sqlite:///data/wechat.db",
        max_running=16384,
        blocking_warning=1.0,
    )


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("token", ["abc", "A1" * 16]),
        ("previous_token", ["abc", "0" * 32]),
        ("app_id", [APP_ID, "wx" + "Z" * 16]),
        ("original_id", ["gh_0", "gh_0123456789ab"]),
        ("handler", ["a:b", "handlers.wechat:WeChatHandler", "a.b_1.c:_D", "模块:类"]),
        ("path", ["/", "/wechat", "/a/b-c_d.e~f/0", "/wechat/"]),
        ("mode", ["plaintext"]),
        ("error_reply", ["抱歉", " with spaces ", "]]>"]),
    ],
)
def test_text(name: str, values: list[str]) -> None:
    """A text that fits its rule is taken as it is."""
    for value in values:
        made = account(**{f"WECHAT_{name.upper()}": value})
        assert getattr(made, name) == value


KEY_RULE = "must be the 43 letters and digits of the console"
TOKEN_RULE = "must be 3 to 32 letters and digits, as in the console"
PATH_RULE = "must begin with / and have only letters, digits and ._~/-"
SECONDS_RULE = f"must be whole seconds from 0 (no check) to {MAX_TOLERANCE}"
PROXY_RULE = "must be addresses or networks, as in 127.0.0.1,10.0.0.0/8"
HANDLER_RULE = "must be module:Class, as in handlers.demo:DemoHandler"
BAD = {
    "TOKEN": (["ab", "a" * 33, "with space", "dash-ed", "令牌令牌", "abc\n", " abc"], TOKEN_RULE),
    "PREVIOUS_TOKEN": (["ab", "a" * 33, "x_y_z"], TOKEN_RULE),
    "ENCODING_AES_KEY": (["short", AES_KEY + "x", AES_KEY[:-1] + "=", AES_KEY + "\n"], KEY_RULE),
    "PREVIOUS_ENCODING_AES_KEY": (["short", AES_KEY[:-1] + "-"], KEY_RULE),
    "APP_ID": (["x", "wx", "WX0123456789abcdef", APP_ID + "0"], "must be wx and 16 letters and"),
    "ORIGINAL_ID": (["gh", "gh_", "0123456789ab", "gh_a-b"], "account's id that begins with gh_"),
    "HANDLER": (["handlers.demo", ":X", "a:", "a..b:C", "a:b.c", "a-b:C", "a:b:c"], HANDLER_RULE),
    "PATH": (["wechat", "//x y", "/a?b", "/a#b", "/%41", "/微信", "/a\n", "*"], PATH_RULE),
    "MODE": (["plain", "aes", "safe ", "安全模式"], "must be plaintext, compatible or safe"),
    "TIMESTAMP_TOLERANCE": (["-1", "1.5", "5m", "86401", "9" * 10, "５", " 5"], SECONDS_RULE),
    "TRUSTED_PROXIES": (["nginx", "1.2.3", "10.0.0.1/8", "1.1.1.1;2.2.2.2", "::g"], PROXY_RULE),
}
BAD_VALUES = [(name, value, rule) for name, (values, rule) in BAD.items() for value in values]


@pytest.mark.parametrize(("name", "value", "rule"), BAD_VALUES)
def test_bad_value(name: str, value: str, rule: str) -> None:
    """A value that breaks its rule is refused by a line with the name and the rule, no value."""
    line = refusal(SAFE | {f"WECHAT_{name}": value})
    assert line.startswith(f"WECHAT_{name} must ")
    assert rule in line
    if "KEY" in name or "TOKEN" in name:
        assert value.strip() not in line


@pytest.mark.parametrize(
    ("environ", "line"),
    [
        ({}, "WECHAT_TOKEN is missing: set the token that you enter in the console"),
        ({"WECHAT_TOKEN": ""}, "WECHAT_TOKEN is missing: set the token that you enter in"),
        ({"WECHAT_PATH": "/x"}, "WECHAT_TOKEN is missing: set the token that you enter in"),
        (
            MINIMAL | {"WECHAT_MODE": "safe"},
            "WECHAT_ENCODING_AES_KEY is missing: safe mode needs it",
        ),
        (
            MINIMAL | {"WECHAT_MODE": "compatible", "WECHAT_ENCODING_AES_KEY": AES_KEY},
            "WECHAT_APP_ID is missing: compatible mode needs it",
        ),
        (
            MINIMAL | {"WECHAT_ENCODING_AES_KEY": AES_KEY},
            "WECHAT_APP_ID is missing: safe mode needs it",
        ),
        (
            MINIMAL | {"WECHAT_PREVIOUS_ENCODING_AES_KEY": AES_KEY},
            "WECHAT_ENCODING_AES_KEY is missing: a previous one is set",
        ),
    ],
)
def test_missing(environ: dict[str, str], line: str) -> None:
    """What is missing is named, and why it is needed."""
    assert refusal(environ).startswith(line)


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("WECHAT_TOKN", "did you mean WECHAT_TOKEN?"),
        ("WECHAT_ENCODING_AESKEY", "did you mean WECHAT_ENCODING_AES_KEY?"),
        ("WECHAT_AES_KEY", "did you mean WECHAT_ENCODING_AES_KEY?"),
        ("WECHAT_APPID", "did you mean WECHAT_APP_ID?"),
        ("WECHAT_TRUSTED_PROXY", "did you mean WECHAT_TRUSTED_PROXIES?"),
        ("WECHAT_ENCRYPTION", "remove it"),
        ("WECHAT_", "remove it"),
        ("WECHAT_NAME", "remove it"),
        ("WECHAT_ACCOUNTS", "remove it"),
    ],
)
@pytest.mark.parametrize("value", ["x", ""])
def test_unknown(name: str, advice: str, value: str) -> None:
    """A name that is no setting is refused, with the one that was likely meant."""
    line = refusal(MINIMAL | {name: value})
    own = ", for what begins with WECHAT_ is the service's own" if advice == "remove it" else ""
    assert line == f"{name} is not a setting of this version: {advice}{own}"


def test_other_variables() -> None:
    """What does not begin with WECHAT_ is none of ours."""
    environ = MINIMAL | {"PATH": "/bin", "TOKEN": "x", "XWECHAT_TOKEN": "x", "WECHAT": "x"}
    assert load(environ) == load(MINIMAL)


@pytest.mark.parametrize("key", sorted(BAD))
def test_empty_is_unset(key: str) -> None:
    """An empty variable is as one that is not set, as an EnvironmentFile may leave it."""
    if key != "TOKEN":
        assert load(MINIMAL | {f"WECHAT_{key}": ""}) == load(MINIMAL)


@pytest.mark.parametrize(
    ("environ", "mode"),
    [
        (MINIMAL, "plaintext"),
        (SAFE, "safe"),
        (SAFE | {"WECHAT_MODE": "compatible"}, "compatible"),
        (SAFE | {"WECHAT_MODE": "plaintext"}, "plaintext"),
        (MINIMAL | {"WECHAT_APP_ID": APP_ID}, "plaintext"),
    ],
)
def test_mode(environ: dict[str, str], mode: str) -> None:
    """The mode is safe where there is a key, unless it is set."""
    assert load(environ).accounts[0].mode == mode


@pytest.mark.parametrize(
    ("text", "seconds"), [("0", 0), ("1", 1), ("0300", 300), (str(MAX_TOLERANCE), MAX_TOLERANCE)]
)
def test_tolerance(text: str, seconds: int) -> None:
    """The tolerance is a whole number of seconds."""
    assert account(WECHAT_TIMESTAMP_TOLERANCE=text).timestamp_tolerance == seconds


@pytest.mark.parametrize(
    ("text", "networks"),
    [
        ("10.0.0.1", ["10.0.0.1/32"]),
        ("10.0.0.0/8, ::1 ,", ["10.0.0.0/8", "::1/128"]),
        ("fd00::/8", ["fd00::/8"]),
        (",", []),
    ],
)
def test_proxies(text: str, networks: list[str]) -> None:
    """Trusted proxies are addresses and networks; a lone comma trusts nobody."""
    given = load(MINIMAL | {"WECHAT_TRUSTED_PROXIES": text}).trusted_proxies
    assert given == tuple(map(ip_network, networks))


def test_previous() -> None:
    """The current token and key come before the previous ones."""
    made = account(
        WECHAT_PREVIOUS_TOKEN="previous1",
        WECHAT_ENCODING_AES_KEY=AES_KEY,
        WECHAT_PREVIOUS_ENCODING_AES_KEY=OTHER_AES_KEY,
        WECHAT_APP_ID=APP_ID,
    )
    assert made.tokens == (TOKEN, "previous1")
    assert [key.decrypt(key.encrypt(b"x" * 32)) for key in made.aes_keys] == [b"x" * 32] * 2


@pytest.mark.parametrize("render", [repr, str, "{!r}".format, lambda made: repr([made])])
def test_secrets_are_not_shown(render: Any) -> None:
    """No token and no key shows where settings are printed."""
    secrets = {
        "WECHAT_TOKEN": "secrettoken1",
        "WECHAT_PREVIOUS_TOKEN": "secrettoken2",
        "WECHAT_ENCODING_AES_KEY": AES_KEY,
        "WECHAT_PREVIOUS_ENCODING_AES_KEY": OTHER_AES_KEY,
    }
    loaded = load(secrets | {"WECHAT_APP_ID": APP_ID})
    for shown in map(render, (loaded, *loaded.accounts, loaded.accounts[0].aes_keys)):
        assert [secret for secret in secrets.values() if secret in shown] == []


def test_label() -> None:
    """A setting is named as where it was written: the environment, or a table of the file."""
    assert label("default", "app_id") == "WECHAT_APP_ID"
    assert label("shop", "app_id") == "[accounts.shop] app_id"
