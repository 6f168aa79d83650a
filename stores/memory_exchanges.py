"""The exchanges of a process that answers alone: joining one takes no disk and no lock."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from stores.base import Claim, Way
from stores.timed import Timed

REMEMBERED = 60.0  # seconds after the last claim


@dataclass(slots=True)
class _Exchange:
    until: float  # remembered
    attempts: int = 0
    owner: str = ""
    leased: float = 0.0  # until then
    way: Way | None = None
    deciders: set[str] = field(default_factory=set)
    reply: str | None = None
    counted: float = 0.0  # when, and by whom, an attempt was last
    counter: str = ""

    def seen(self) -> Claim:
        return Claim(self.owner, self.attempts, self.way, self.reply)


class MemoryExchanges(Timed):
    """Exchanges in a dict, the last one claimed last; each verb forgets those that are past."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(clock)
        self._exchanges: dict[str, _Exchange] = {}

    async def claim(
        self, key: str, owner: str, lease: float = 6, *, count: bool = True, twin: float = 0
    ) -> Claim:
        now = self._now()
        exchange = self._remembered(key, now)
        if count and not (exchange.counter not in {"", owner} and now < exchange.counted + twin):
            exchange.attempts += 1
            exchange.counted, exchange.counter = now, owner
        if exchange.reply is None and exchange.leased <= now:
            exchange.owner, exchange.leased = owner, now + lease
        self._remember(key, exchange, max(now + REMEMBERED, exchange.leased))
        return exchange.seen()

    async def look(self, key: str) -> Claim:
        now = self._now()
        return (self._known(key, now) or _Exchange(now)).seen()

    async def finish(self, key: str, reply: str) -> tuple[str, Way | None]:
        exchange = self._remembered(key, self._now())
        if exchange.reply is None:
            exchange.reply = reply
        return exchange.reply, exchange.way

    async def decide(self, key: str, way: Way | None, owner: str) -> Way | None:
        exchange = self._remembered(key, self._now())
        if way is None:
            exchange.deciders.discard(owner)
            if not exchange.deciders:
                exchange.way = None
            return exchange.way
        exchange.way = exchange.way or way
        if exchange.way is way:
            exchange.deciders.add(owner)
        return exchange.way

    async def renew_claims(self, owner: str, keys: Collection[str], lease: float) -> None:
        now = self._now()
        for key in keys:
            exchange = self._known(key, now)
            if not exchange or exchange.owner != owner:
                continue
            exchange.owner, exchange.leased = (owner, now + lease) if lease else ("", 0.0)
            self._remember(key, exchange, max(exchange.until, exchange.leased))

    def _remembered(self, key: str, now: float) -> _Exchange:
        """Return the exchange, a new one if it is not remembered."""
        if not (exchange := self._known(key, now)):
            exchange = _Exchange(now + REMEMBERED)
            self._remember(key, exchange, exchange.until)
        return exchange

    def _known(self, key: str, now: float) -> _Exchange | None:
        self._forget(now)
        exchange = self._exchanges.get(key)
        return exchange if exchange and exchange.until > now else None

    def _remember(self, key: str, exchange: _Exchange, until: float) -> None:
        # Put behind the others, so that what is past is never long behind what is not.
        self._exchanges.pop(key, None)
        exchange.until = until
        self._exchanges[key] = exchange

    def _forget(self, now: float) -> None:
        while self._exchanges:
            key, exchange = next(iter(self._exchanges.items()))
            if exchange.until > now:
                break
            del self._exchanges[key]
