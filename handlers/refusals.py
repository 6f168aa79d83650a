"""What the log says of a request that was refused: the likely cause, and where to mend it.

A port on the internet is scanned day and night: of each kind of refusal only so many
lines are written in a minute, and the rest is counted.
"""

import logging
import re
import time
from collections.abc import Callable, Hashable, Iterable
from ipaddress import ip_address

from setting_values import Network
from settings import Account, label
from wechat.crypto import EncryptionMode
from wechat.errors import (
    AppIdMismatch,
    DecryptionError,
    IncompleteQuery,
    InvalidSignature,
    ModeMismatch,
    ProtocolError,
    StaleTimestamp,
    WrongIdentity,
)

log = logging.getLogger(__name__)
MAX_SAID = 100  # characters


class RefusalLog:
    """Writes `most` lines of a kind in `period` seconds, then only counts."""

    def __init__(
        self, most: int = 10, period: float = 60.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._period = period
        self._clock = clock
        self._windows: dict[Hashable, tuple[float, int]] = {}
        self._last: dict[Hashable, str] = {}

    def write(self, kind: Hashable, line: str) -> None:
        """Log one refusal. `kind` must be one of few, never something received."""
        self.tell()
        began, count = self._windows.get(kind, (self._clock(), 0))
        self._windows[kind] = (began, count + 1)
        if count < self._most:
            log.warning("%s", line)
            self._last[kind] = line

    def tell(self) -> None:
        """Log the counts of what was not written, where their time is over."""
        now = self._clock()
        for kind, (began, count) in list(self._windows.items()):
            if now - began >= self._period:
                del self._windows[kind]
                if count > self._most:
                    log.warning("%d more like this: %s", count - self._most, self._last[kind])


class NoHttp(logging.Filter):
    """Takes what Tornado says of a request that is no HTTP into the log of refusals.

    It says it at info level, each time, and quotes what a stranger sent.
    """

    def __init__(self, refusals: RefusalLog) -> None:
        super().__init__()
        self._refusals = refusals

    def filter(self, record: logging.LogRecord) -> bool:
        # Of an edited source it says so, too: that is for the developer.
        if record.levelno > logging.INFO or record.module == "autoreload":
            return True
        said = ascii(re.split("[\"']", record.getMessage())[0].strip()[:MAX_SAID])[1:-1]
        self._refusals.write(NoHttp, f"refused: {said} (is it TLS, or a scanner?)")
        return False


def client_address(peer: str, forwarded: str, trusted: Iterable[Network]) -> str:
    """Return who sent a request, believing `forwarded` as far as trusted proxies wrote it.

    `peer` is the other end of the connection, `forwarded` the X-Forwarded-For header, in
    which every proxy appends whom it heard from: read from the right, the first address
    that is not a trusted proxy is the client's.
    """
    client = peer
    for hop in reversed([*forwarded.split(","), peer]):
        try:
            address = ip_address(hop.strip())
        except ValueError:
            return client
        if getattr(address, "scope_id", None):  # may be any text, and means nothing from afar
            return client
        client = str(getattr(address, "ipv4_mapped", None) or address)
        # Tornado gives the peer of a Unix socket, a process of this machine, as 0.0.0.0.
        local = client == "0.0.0.0"  # noqa: S104
        if not local and not any(ip_address(client) in network for network in trusted):
            return client
    return client


def remedy(error: ProtocolError, account: Account) -> str:  # noqa: C901, PLR0911  # a table
    """Return what the operator of `account` can do, if WeChat really sent the request."""
    token, mode, app_id, key, original_id = (
        label(account.name, name)
        for name in ("token", "mode", "app_id", "encoding_aes_key", "original_id")
    )
    match error:
        case IncompleteQuery(query_is_empty=True):
            return (
                "WeChat always sends a query: if this was WeChat, a proxy drops it "
                "(in nginx, end proxy_pass at the port)"
            )
        case IncompleteQuery():
            return "WeChat sends it just once: a proxy changes the query, or it was a scanner"
        case InvalidSignature():
            return f"the Token of WeChat's console and {token} differ"
        case StaleTimestamp(offset=offset):
            behind = "behind" if offset > 0 else "ahead"
            return (
                f"this machine's clock is off by {abs(offset)} s, {behind} (timedatectl "
                "set-ntp true), "
                "or an old request was repeated"
            )
        case ModeMismatch() if account.mode is EncryptionMode.PLAINTEXT:
            return (
                "the console is not set to 明文模式: choose it there, "
                f"or set {mode}, {key} and {app_id}"
            )
        case ModeMismatch():
            chosen = {"safe": "安全模式", "compatible": "兼容模式"}[account.mode]
            return (
                f"the console is not set to {chosen}: choose it there, or set {mode} to what it is"
            )
        case AppIdMismatch():
            return f"{app_id} is not the app id of this account"
        case DecryptionError():
            return f"the EncodingAESKey of the console and {key} differ"
        case WrongIdentity(field="ToUserName"):
            return f"compare {original_id} with 原始ID in the console"
        case WrongIdentity():
            return "somebody repeats a captured URL with a body of their own: choose 安全模式"
    return "WeChat sends nothing like it: a proxy changes the body, or the request was forged"
