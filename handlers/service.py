"""What the handlers of one process share, and what those of one account do."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from api.client import Api
from api.credentials import Credentials
from api.transport import Transport
from setting_values import Network
from settings import Account, label
from stores.base import Store
from wechat.crypto import AESKey

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
    clock: Callable[[], float] = time.time
    random: Callable[[int], bytes] = os.urandom


@dataclass(slots=True)
class Endpoint:
    """An account as it is served: its handler and that one's `state`, its keys made ready.

    `api` is None where the account has no AppSecret.
    """

    account: Account
    handler: "type[WeChatHandler]"
    service: Service
    state: Any = None
    api: Api | None = None
    tokens: tuple[str, ...] = field(init=False)
    aes_keys: tuple[AESKey, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = self.account.tokens
        self.aes_keys = self.account.aes_keys

    def need_api(self) -> Api:
        """Return the client of the platform's API.

        Raises:
            RuntimeError: the account has no AppSecret.

        """
        if self.api is None:
            setting = label(self.account.name, "app_secret")
            raise RuntimeError(f"self.api needs the AppSecret: set {setting}")
        return self.api


@asynccontextmanager
async def calling_platform(endpoints: Sequence[Endpoint], store: Store) -> AsyncIterator[None]:
    """Give every account that has an AppSecret its `api`, until the end of the block."""
    calling = [endpoint for endpoint in endpoints if endpoint.account.app_secret]
    if not calling:
        yield
        return
    transport = Transport()
    try:
        for endpoint in calling:
            endpoint.api = Api(Credentials.of(endpoint.account), transport, store)
        yield
    finally:
        for endpoint in calling:
            if endpoint.api:
                await endpoint.api.close()
        transport.close()
