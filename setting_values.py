"""What a setting may be: each value checked and read, from the environment as from a file."""

import re
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from stores import check_url

MAX_TOLERANCE = 86_400
LOOPBACK = (ip_network("127.0.0.1"), ip_network("::1"))
Network = IPv4Network | IPv6Network


class SettingError(Exception):
    """A setting that is missing or wrong. Its text is one line, and names the setting."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} {problem}")


# The form of a text setting, and the same in words.
_TOKEN = (r"[A-Za-z0-9]{3,32}", "must be 3 to 32 letters and digits, as in the console")
_KEY = (r"[A-Za-z0-9]{43}", "must be the 43 letters and digits of the console")
_SECRET = (r"[A-Za-z0-9]{32}", "must be the 32 letters and digits of the console")
RULES: dict[str, tuple[str, str]] = {
    "token": _TOKEN,
    "previous_token": _TOKEN,
    "encoding_aes_key": _KEY,
    "previous_encoding_aes_key": _KEY,
    "app_secret": _SECRET,
    "app_id": (r"wx[A-Za-z0-9]{16}", "must be wx and 16 letters and digits"),
    "original_id": (r"gh_[A-Za-z0-9]+", "must be the account's id that begins with gh_"),
    "handler": (r"\w+(\.\w+)*:\w+", "must be module:Class, as in handlers.demo:DemoHandler"),
    "path": (r"/[A-Za-z0-9._~/-]*", "must begin with / and have only letters, digits and ._~/-"),
    "mode": ("plaintext|compatible|safe", "must be plaintext, compatible or safe"),
    "access_token_api": ("stable_token|token", "must be stable_token or token"),
}
# So long that nobody sees whether all of it was copied.
_COUNTED = {name for name, rule in RULES.items() if rule in (_TOKEN, _KEY, _SECRET)}


def read_value(name: str, key: str, value: Any) -> Any:
    """Return the value of the setting `key`, which a person knows as `name`.

    Raises:
        SettingError: it is wrong.

    """
    if reader := READERS.get(key):
        return reader(name, value)
    if not isinstance(value, str):
        raise SettingError(name, "must be text in quotes")
    if key == "mode":
        value = value.lower()
    if (rule := RULES.get(key)) and not re.fullmatch(rule[0], value):
        given = f"; {len(value)} characters were given" if key in _COUNTED else ""
        secret = "; this looks like the AppSecret" if re.fullmatch("[0-9a-f]{32}", value) else ""
        raise SettingError(name, rule[1] + given + (secret if key == "app_id" else ""))
    return value


def _seconds(name: str, value: Any) -> int:
    # bool is an int to Python, and "300" what the environment can say.
    if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value):
        value = int(value)
    if type(value) is not int or not 0 <= value <= MAX_TOLERANCE:
        raise SettingError(name, f"must be whole seconds from 0 (no check) to {MAX_TOLERANCE}")
    return value


def _networks(name: str, value: Any) -> tuple[Network, ...]:
    items = value.split(",") if isinstance(value, str) else value
    try:
        return tuple(ip_network(item.strip()) for item in items if item.strip())
    except (ValueError, AttributeError, TypeError):
        problem = "must be addresses or networks, as in 127.0.0.1,10.0.0.0/8"
        raise SettingError(name, problem) from None


def _base(name: str, value: Any) -> str:
    """Return where the platform's API is: by https, since the AppSecret goes there."""
    try:
        parts = urlsplit(value)
        right = parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname))
        right = right and bool(parts.hostname) and parts.port != 0
    except (ValueError, AttributeError, TypeError):
        right = False
    if not right or not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]_~/-]+", value):
        problem = "must be as https://api.weixin.qq.com; http:// only at 127.0.0.1"
        raise SettingError(name, problem)
    return str(value).rstrip("/")


def _is_here(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


def _store(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise SettingError(name, "must be text in quotes")
    try:
        check_url(value)
    except ValueError as error:
        raise SettingError(name, str(error)) from None
    return value


def _between(low: float, high: float, unit: str, *, whole: bool) -> Callable[[str, Any], Any]:
    """Return what reads a number from `low` to `high`."""
    kind = "a whole number of" if whole else ""
    words = f"must be {kind} {unit} from {low:g} to {high:g}".replace("  ", " ")

    def read(name: str, value: Any) -> float | int:
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value):
            value = float(value)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not low <= value <= high
        ):
            raise SettingError(name, words)
        if whole and value != int(value):
            raise SettingError(name, words)
        return int(value) if whole else float(value)

    return read


def _ack_attempt(name: str, value: Any) -> int:
    """Return which attempt is acknowledged; 0 is auto."""
    words = {"auto": 0, "1": 1, "2": 2, "3": 3}
    key = str(value).lower() if isinstance(value, str) or type(value) is int else ""
    if key not in words:
        raise SettingError(name, "must be auto, 1, 2 or 3")
    return words[key]


READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "ack_attempt": _ack_attempt,
    "api_base": _base,
    "blocking_warning": _between(0.1, 60, "seconds", whole=False),
    "hangup_budget": _between(0, 100_000, "hang-ups", whole=True),
    "max_running": _between(1, 1_000_000, "hooks", whole=True),
    "reply_deadline": _between(0.1, 4.8, "seconds", whole=False),
    "store": _store,
    "timestamp_tolerance": _seconds,
    "trusted_proxies": _networks,
}
