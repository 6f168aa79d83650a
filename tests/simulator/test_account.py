"""What the console would take of an account, and what it would not."""

from typing import Any

import pytest

from simulator import account
from simulator.account import Account, AccountKind
from wechat.crypto import EncryptionMode

KEY = account.DEVELOPMENT_KEY


def test_default() -> None:
    """Without a word it is the account that `make run` serves, with almost every right."""
    made = Account()
    assert (made.url, made.mode) == ("http://127.0.0.1:8000/wechat", EncryptionMode.PLAINTEXT)
    assert made.kind is AccountKind.VERIFIED_SERVICE


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1",
        "http://127.0.0.1:8000/wechat?account=1",
        "http://[::1]:8000/",
        "HTTPS://Example.com/wechat",
        "https://user:password@example.com:8443/a;b",
    ],
)
def test_url(url: str) -> None:
    """Any http or https URL with a host will do."""
    assert Account(url=url).url == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:8000",
        "/wechat",
        "ftp://example.com/",
        "unix:/run/wechat.sock",
        "http://",
        "http://:8000/",
        "http://example.com:0/",
        "http://example.com:65536/",
        "http://example.com:port/",
        "http://[::1/",
        "http://example.com/#part",
        "http://example.com/a b",
        "http://example.com/\r\nX: y",
        "http://example.com/\x00",
        "http://example.com/\x7f",
        "http://example.com/公众号",
        " http://example.com/",
    ],
)
def test_wrong_url(url: str) -> None:
    """What cannot be connected to, or put into a request line, is refused with the URL."""
    with pytest.raises(ValueError, match=r"URL|character") as caught:
        Account(url=url)
    assert repr(url) in str(caught.value)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"token": ""}, "token is empty"),
        ({"encoding_aes_key": KEY[:-1]}, "43 letters and digits"),
        ({"encoding_aes_key": KEY + "A"}, "43 letters and digits"),
        ({"encoding_aes_key": KEY[:-1] + "+"}, "43 letters and digits"),
        ({"mode": EncryptionMode.SAFE}, "safe mode needs an EncodingAESKey"),
        ({"mode": EncryptionMode.COMPATIBLE}, "compatible mode needs an EncodingAESKey"),
    ],
)
def test_wrong_value(values: dict[str, Any], words: str) -> None:
    """A value is refused in words that do not show it."""
    with pytest.raises(ValueError, match=words) as caught:
        Account(**values)
    assert not values.get("encoding_aes_key") or values["encoding_aes_key"] not in str(caught.value)


def test_no_secret_in_its_repr() -> None:
    """Neither the token nor the key nor the secret is shown where an account is."""
    shown = repr(Account(token="secrettoken", app_secret="appsecret", encoding_aes_key=KEY))
    assert [secret for secret in ("secrettoken", "appsecret", KEY) if secret in shown] == []


def test_key() -> None:
    """The key opens what it sealed."""
    key = Account(encoding_aes_key=KEY, mode=EncryptionMode.SAFE).key
    assert key.decrypt(key.encrypt(b"x" * 32)) == b"x" * 32
