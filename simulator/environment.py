"""The account as the environment has it, under the names by which the service reads it.

With no token there or given, everything is the development account's: what `make run`
serves, so that both sides agree without a word.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from wechat.crypto import EncryptionMode

from simulator.account import (
    DEVELOPMENT_APP_ID,
    DEVELOPMENT_KEY,
    DEVELOPMENT_SECRET,
    DEVELOPMENT_TOKEN,
    DEVELOPMENT_URL,
    Account,
)

READ = ("token", "app_id", "app_secret", "encoding_aes_key", "mode", "original_id")
DEVELOPMENT = {
    "token": DEVELOPMENT_TOKEN,
    "app_id": DEVELOPMENT_APP_ID,
    "app_secret": DEVELOPMENT_SECRET,
    "encoding_aes_key": DEVELOPMENT_KEY,
}


def account_of(environ: Mapping[str, str], **given: Any) -> Account:
    """Return the account of what is `given`, else of `environ`, else that of development.

    Raises:
        ValueError: a value is wrong, or one is missing; the text names it and the remedy.

    """
    values: dict[str, Any] = {
        name: environ[variable(name)] for name in READ if environ.get(variable(name))
    }
    if path := environ.get(variable("path")):
        values["url"] = urljoin(DEVELOPMENT_URL, path)
    values |= given
    if "token" not in values:
        values = DEVELOPMENT | values
    values["mode"] = _mode(values)
    if values["mode"] is not EncryptionMode.PLAINTEXT:
        for name, option in (("encoding_aes_key", "aes-key"), ("app_id", "app-id")):
            if not values.get(name):
                remedy = f"set {variable(name)}, or give --{option}"
                raise ValueError(f"{values['mode']} mode needs more: {remedy}")
    return Account(**values)


def complete(environ: Mapping[str, str]) -> dict[str, str]:
    """Return `environ`; where it has no token, with what else of development's is missing."""
    if environ.get(variable("token")):
        return dict(environ)
    names = {variable(name): value for name, value in DEVELOPMENT.items()}
    return {**environ, **{n: value for n, value in names.items() if not environ.get(n)}}


def for_service(environ: Mapping[str, str], base_url: str) -> dict[str, str]:
    """Return `environ` for a service whose platform is this simulator, at `base_url`."""
    name = variable("api_base")
    return {**environ, name: environ.get(name) or base_url}


def variable(name: str) -> str:
    """Return the variable of the environment that holds the setting `name`."""
    return f"WECHAT_{name.upper()}"


def _mode(values: Mapping[str, Any]) -> EncryptionMode:
    safe = bool(values.get("encoding_aes_key"))
    mode = values.get("mode") or ("safe" if safe else "plaintext")
    try:
        return EncryptionMode(str(mode).lower())
    except ValueError:
        raise ValueError(
            f"{variable('mode')} is {mode!r}: it is plaintext, compatible or safe"
        ) from None
