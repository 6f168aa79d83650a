"""How WeChat waits and repeats, and what goes wrong to order.

Sources: the three attempts of 5 seconds are documented (被动回复用户消息) and seen; the
rest is set down beside each value. What is inferred only can be switched off.
"""

import re
from dataclasses import dataclass

MOST_SKEW = 315_360_000.0  # ten years: a timestamp stays one
_PORT = re.compile("[0-9]{1,5}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How long WeChat waits, and how often it tries. Times in seconds.

    `repeats` is the most requests of a push that fails at once: one log of a status other
    than 200 shows four within a second, with one timestamp, nonce and signature
    (tb.rustfisher.com/2021/08/03/NestJS/mp-wx-http-status-code).
    `repeat_broken`: that a refused or broken connection is repeated likewise is inferred.
    `resign`: whether the attempt after a hang-up has a new timestamp, nonce and signature
    is not known.
    `pause_after`: so many failures in a row stop all pushes for a minute (MarkFail); the
    number is not published, so 0, never, unless set.
    """

    cutoff: float = 5.0
    attempts: int = 3
    repeats: int = 4
    repeat_broken: bool = True
    resign: bool = True
    pause_after: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.cutoff <= 60:  # noqa: PLR2004
            raise ValueError("the cut-off is more than 0 and at most 60 seconds")
        if self.attempts < 1 or self.repeats < 1 or self.pause_after < 0:
            raise ValueError("there is at least one attempt, and no negative number of them")


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What goes wrong to order, for every push from now on.

    `latency`: seconds that a request travels before it arrives.
    `lose`: the numbers of the attempts whose connection is lost while the answer arrives.
    `twin`: each request is sent twice at once, on two connections.
    `addresses`: ``host:port`` of the service's processes; attempts go round them.
    `skew`: seconds by which WeChat's clock is ahead of this machine's.
    """

    latency: float = 0.0
    lose: frozenset[int] = frozenset()
    twin: bool = False
    addresses: tuple[str, ...] = ()
    skew: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.latency <= 60:  # noqa: PLR2004
            raise ValueError("the latency is 0 to 60 seconds")
        if not abs(self.skew) <= MOST_SKEW:  # so that nan is refused, too
            raise ValueError(f"the skew is at most {MOST_SKEW:g} seconds, either way")
        for address in self.addresses:
            host, _, port = address.rpartition(":")
            if not host or not _PORT.fullmatch(port) or not 0 < int(port) < 1 << 16:
                raise ValueError(f"{address!r} is not host:port")
