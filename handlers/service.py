"""What the handlers of one process share, and what those of one account do."""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from settings import Account, Network
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
    """An account as it is served: its handler and that one's `state`, its keys made ready."""

    account: Account
    handler: "type[WeChatHandler]"
    service: Service
    state: Any = None
    tokens: tuple[str, ...] = field(init=False)
    aes_keys: tuple[AESKey, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = self.account.tokens
        self.aes_keys = self.account.aes_keys
