"""By what an account proves to the platform that it is itself."""

from dataclasses import dataclass, field
from typing import Protocol

BASE = "https://api.weixin.qq.com"
CLASSIC = "token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """An account towards the platform; `base` is where that is, without a slash at the end.

    `classic`: tokens are of /cgi-bin/token, each of which ends the one before, instead of
    /cgi-bin/stable_token, which all programs of an account can share.
    """

    name: str
    app_id: str
    app_secret: str = field(repr=False)
    base: str = BASE
    classic: bool = False

    @classmethod
    def of(cls, account: "Configured") -> "Credentials":
        """Return those of an account of the settings."""
        return cls(
            name=account.name,
            app_id=account.app_id,
            app_secret=account.app_secret,
            base=account.api_base,
            classic=account.access_token_api == CLASSIC,
        )


class Configured(Protocol):
    """An account as the settings have it."""

    @property
    def name(self) -> str:
        """How the log calls it."""

    @property
    def app_id(self) -> str:
        """The AppID."""

    @property
    def app_secret(self) -> str:
        """The AppSecret."""

    @property
    def api_base(self) -> str:
        """Where the platform is."""

    @property
    def access_token_api(self) -> str:
        """Of which API the tokens are: stable_token, or token."""
