"""What a person configures: read once from the environment and a TOML file, then frozen.

A value that is wrong stops the start with one line that names it. The environment's
account is the one named ``default``; a file has others, or more of the same one, and
where both set a key the environment wins. This module never logs and never shows a secret.
"""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from setting_values import LOOPBACK, Network, SettingError, read_value
from wechat.crypto import AESKey, EncryptionMode

PREFIX = "WECHAT_"
DEFAULT_ACCOUNT = "default"
RESERVED_PATHS = ("/healthz",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One Official Account, and how its pushes are served."""

    name: str
    path: str
    token: str = field(repr=False)
    mode: EncryptionMode
    app_id: str = ""
    app_secret: str = field(default="", repr=False)
    encoding_aes_key: str = field(default="", repr=False)
    previous_token: str = field(default="", repr=False)
    previous_encoding_aes_key: str = field(default="", repr=False)
    original_id: str = ""
    handler: str = "handlers.demo:DemoHandler"
    timestamp_tolerance: int = 300
    error_reply: str = ""
    api_base: str = "https://api.weixin.qq.com"
    reply_deadline: float = 4.5
    ack_attempt: int = 0
    hangup_budget: int = 100
    late_notice: str = "正在处理，请稍后回复“查看”获取结果"
    pickup: str = "查看"
    access_token_api: str = "stable_token"  # noqa: S105  # the last part of its path

    @property
    def tokens(self) -> tuple[str, ...]:
        """The tokens that a request may be signed with, the current one first."""
        return tuple(filter(None, (self.token, self.previous_token)))

    @property
    def aes_keys(self) -> tuple[AESKey, ...]:
        """The keys that a message may be encrypted with, the current one first."""
        keys = (self.encoding_aes_key, self.previous_encoding_aes_key)
        return tuple(AESKey(key) for key in keys if key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that one process serves."""

    accounts: tuple[Account, ...]
    trusted_proxies: tuple[Network, ...] = LOOPBACK
    store: str = "sqlite:///data/wechat.db"
    max_running: int = 16_384
    blocking_warning: float = 1.0


# An account's own, or for all of them.
SHARED = {
    "ack_attempt",
    "access_token_api",
    "api_base",
    "error_reply",
    "hangup_budget",
    "late_notice",
    "pickup",
    "reply_deadline",
    "timestamp_tolerance",
}
MAY_BE_EMPTY = {"late_notice", "pickup"}  # which says: none
OWN = {f.name for f in fields(Account)} - {"name"} - SHARED
PROCESS = {f.name for f in fields(Settings)} - {"accounts"}
TOP = SHARED | PROCESS
_TELLING = 4  # characters of a name by which another can be recognised


def load(environ: Mapping[str, str], config: str = "") -> Settings:
    """Read the settings of `environ` and, where named, of the TOML file `config`.

    Raises:
        SettingError: one is missing, wrong or unknown.

    """
    given = _from_environ(environ)
    file = _read(config) if config else {}
    tables = _accounts(file.pop("accounts", {}))
    shared = {key: given.pop(key) for key in SHARED if key in given}
    top = _top(file) | shared | {key: given.pop(key) for key in PROCESS if key in given}
    process = {key: top.pop(key) for key in PROCESS if key in top}
    if given or not tables or DEFAULT_ACCOUNT in tables:
        tables[DEFAULT_ACCOUNT] = tables.get(DEFAULT_ACCOUNT, {}) | given | shared
    accounts = tuple(_account(name, top | table) for name, table in tables.items())
    _check_paths(accounts)
    return Settings(accounts=accounts, **process)


def label(account: str, key: str) -> str:
    """Return the name under which a person finds the setting `key` of an account."""
    return PREFIX + key.upper() if account == DEFAULT_ACCOUNT else f"[accounts.{account}] {key}"


def _from_environ(environ: Mapping[str, str]) -> dict[str, Any]:
    given = {}
    for name in sorted(environ):
        if not name.startswith(PREFIX):
            continue
        if name != name.upper():
            raise SettingError(name, f"is not a setting: did you mean {name.upper()}?")
        key = name.removeprefix(PREFIX).lower()
        _check_known(name, key, OWN | TOP)
        if environ[name] or key in MAY_BE_EMPTY:
            given[key] = read_value(name, key, environ[name])
    return given


def _read(config: str) -> dict[str, Any]:
    try:
        return tomllib.loads(Path(config).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingError("--config", f"{config} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingError("--config", f"{config} is not UTF-8: save it as UTF-8") from None
    except ValueError as error:
        raise SettingError("--config", f"{config} is not TOML: {error}") from None


def _top(file: Mapping[str, Any]) -> dict[str, Any]:
    for key in file:
        if key in OWN:
            raise SettingError(key, "belongs in [accounts.NAME]")
        _check_known(key, key, TOP | {"accounts"})
    return {key: read_value(key, key, value) for key, value in file.items()}


def _accounts(tables: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(tables, dict) or not all(isinstance(t, dict) for t in tables.values()):
        raise SettingError("accounts", "must be tables: write [accounts.NAME]")
    return {name: _own(name, table) for name, table in tables.items()}


def _own(account: str, table: Mapping[str, Any]) -> dict[str, Any]:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", account):
        raise SettingError(f"[accounts.{account}]", "must be named by letters, digits, _ and -")
    values = {}
    for key, value in table.items():
        name = f"[accounts.{account}] {key}"
        _check_known(name, key, OWN | SHARED)
        values[key] = read_value(name, key, value)
    return values


def _check_known(name: str, key: str, known: set[str]) -> None:
    if key not in known:
        near = [name for name in sorted(known) if key in name and len(key) >= _TELLING]
        near = near or difflib.get_close_matches(key, known, n=1, cutoff=0.75)
        advice = f"did you mean {_like(name, near[0])}?" if near else "remove it"
        if not near and name.startswith(PREFIX):
            advice = "remove it, for what begins with WECHAT_ is the service's own"
        if key.startswith(PREFIX):
            advice = f"in this file it is written {key.removeprefix(PREFIX).lower()}"
        raise SettingError(name, f"is not a setting of this version: {advice}")


def _like(name: str, key: str) -> str:
    """Return `key` written as the setting `name` is."""
    if name.startswith(PREFIX):
        return PREFIX + key.upper()
    return " ".join((*name.split()[:-1], key))


def _account(name: str, values: dict[str, Any]) -> Account:
    values.setdefault("path", "/wechat" if name == DEFAULT_ACCOUNT else f"/wechat/{name}")
    mode = EncryptionMode(
        values.pop("mode", "safe" if "encoding_aes_key" in values else "plaintext")
    )
    needed = {"token": "set the token that you enter in the console"}
    if mode is not EncryptionMode.PLAINTEXT:
        needed |= dict.fromkeys(("encoding_aes_key", "app_id"), f"{mode} mode needs it")
    elif "previous_encoding_aes_key" in values:
        needed["encoding_aes_key"] = "a previous one is set"
    if "app_secret" in values:
        needed.setdefault("app_id", "the AppSecret is of no use without it")
    for key, why in needed.items():
        if key not in values:
            raise SettingError(label(name, key), f"is missing: {why}")
    return Account(name=name, mode=mode, **values)


def _check_paths(accounts: Iterable[Account]) -> None:
    taken = dict.fromkeys(RESERVED_PATHS, "the health check")
    for account in accounts:
        if account.path in taken:
            owner = taken[account.path]
            raise SettingError(label(account.name, "path"), f"{account.path} is taken by {owner}")
        taken[account.path] = f"account {account.name}"
