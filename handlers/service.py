"""What the handlers of one process share, and what those of one account do."""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from api.client import Api
from delivery.ledger import Ledger
from delivery.policy import Policy, policy_of
from delivery.window import Window
from setting_values import Network
from settings import Account, label
from wechat.crypto import AESKey
from wechat.push import Event, Message

from handlers.hooks import catch_all
from handlers.refusals import RefusalLog

if TYPE_CHECKING:
    from handlers.wechat import WeChatHandler


@dataclass(slots=True)
class Service:
    """The process: the hooks that run in it, whether it drains, what it logs."""

    trusted_proxies: tuple[Network, ...] = ()
    refusals: RefusalLog = field(default_factory=RefusalLog)
    running: set[asyncio.Task[Any]] = field(default_factory=set)
    draining: bool = False
    loop: asyncio.AbstractEventLoop | None = None  # asked for, it costs a system call (3.11)
    clock: Callable[[], float] = time.time
    random: Callable[[int], bytes] = os.urandom
    ledger: Ledger | None = None  # what is owed to users; None before the accounts have windows

    def tell(self) -> None:
        """Log how often what happened, where that is due."""
        self.refusals.tell()
        if self.ledger:
            self.ledger.counts.tell()


@dataclass(slots=True)
class Endpoint:
    """An account as it is served: its handler and that one's `state`, its keys made ready.

    `api` is None where the account has no AppSecret; `window` is set before it is served.
    """

    account: Account
    handler: "type[WeChatHandler]"
    service: Service
    state: Any = None
    api: Api | None = None
    window: Window = field(init=False)
    tokens: tuple[str, ...] = field(init=False)
    aes_keys: tuple[AESKey, ...] = field(init=False)
    _policy: Policy = field(init=False)
    _policies: dict[str, Policy] = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = self.account.tokens
        self.aes_keys = self.account.aes_keys
        self._policy = policy_of(self.account)
        self._policies = {
            name: own.over(self._policy) for name, own in self.handler.policies.items()
        }

    def policy_of(self, message: Message | Event) -> Policy:
        """Return what is done with a slow reply to `message`."""
        if not self._policies:
            return self._policy
        kind = type(message)
        return self._policies.get(self.handler.hooks.get(kind) or catch_all(kind), self._policy)

    def need_api(self) -> Api:
        """Return the client of the platform's API.

        Raises:
            RuntimeError: the account has no AppSecret.

        """
        if self.api is None:
            setting = label(self.account.name, "app_secret")
            raise RuntimeError(f"self.api needs the AppSecret: set {setting}")
        return self.api
