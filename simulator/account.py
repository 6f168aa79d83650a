"""The Official Account that WeChat plays for: what its console knows of it."""

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from wechat.crypto import ENCODED_KEY, AESKey, EncryptionMode

# What `make run` gives both sides, and what the command line assumes if told nothing else.
DEVELOPMENT_TOKEN = "development"  # noqa: S105  # not a secret: everybody has it
DEVELOPMENT_APP_ID = "wx0123456789abcdef"
DEVELOPMENT_KEY = "DevelopmentDevelopmentDevelopmentDevelopmen"
DEVELOPMENT_SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105
DEVELOPMENT_URL = "http://127.0.0.1:8000/wechat"


class AccountKind(StrEnum):
    """账号类型: it decides what the platform lets the account do."""

    UNVERIFIED_SUBSCRIPTION = "unverified-subscription"  # 未认证订阅号
    VERIFIED_SUBSCRIPTION = "verified-subscription"  # 认证订阅号
    UNVERIFIED_SERVICE = "unverified-service"  # 未认证服务号
    VERIFIED_SERVICE = "verified-service"  # 认证服务号
    TEST = "test"  # 测试号: almost every right


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as its console shows it; `url` is the 服务器地址 that WeChat pushes to.

    Raises:
        ValueError: a value that the console would not take, named in the text.

    """

    url: str = DEVELOPMENT_URL
    token: str = field(default=DEVELOPMENT_TOKEN, repr=False)
    app_id: str = DEVELOPMENT_APP_ID
    app_secret: str = field(default=DEVELOPMENT_SECRET, repr=False)
    encoding_aes_key: str = field(default="", repr=False)
    mode: EncryptionMode = EncryptionMode.PLAINTEXT
    original_id: str = "gh_0123456789ab"
    kind: AccountKind = AccountKind.VERIFIED_SERVICE

    def __post_init__(self) -> None:
        check_url(self.url)
        if not self.token:
            raise ValueError("the token is empty")
        if self.encoding_aes_key and not ENCODED_KEY.fullmatch(self.encoding_aes_key):
            raise ValueError("the EncodingAESKey is not 43 letters and digits")
        if self.mode is not EncryptionMode.PLAINTEXT and not self.encoding_aes_key:
            raise ValueError(f"{self.mode} mode needs an EncodingAESKey")

    @property
    def key(self) -> AESKey:
        """The key of the account's messages."""
        return AESKey(self.encoding_aes_key)


def check_url(url: str) -> None:
    """Refuse what the service cannot be reached by.

    Raises:
        ValueError: it is no http or https URL with a host.

    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(f"{url!r} is not a URL: its host or port is wrong") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise ValueError(f"{url!r} is not a URL as in {DEVELOPMENT_URL}")
    if parts.fragment or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError(f"{url!r} has a character that a request line cannot hold")
