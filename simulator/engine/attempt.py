"""One request of WeChat: sent over a connection of its own, and how that ended, in words."""

import asyncio
import contextlib
import time

from simulator.engine.connection import Broken, Exchange, Lost, Place, Refused
from simulator.engine.record import Attempt, Outcome
from simulator.engine.wire import Request

OK = 200
CHUNKED = "the answer is chunked, which HTTP/1.0 does not know"
SURPLUS = "more came after the answer's Content-Length"


async def send(
    attempt: Attempt,
    place: Place,
    request: Request,
    *,
    cutoff: float,
    latency: float = 0.0,
    lose: bool = False,
) -> None:
    """Send `request` to `place` after `latency`; fill `attempt`, at `cutoff` at the latest.

    Both are seconds from now: WeChat waits for the whole way there and back. With `lose`,
    the connection is given up when the answer begins.
    """
    exchange, began = Exchange(), time.monotonic()
    try:
        # That the time is up is no matter once the answer is whole.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(cutoff):
                await asyncio.sleep(latency)
                await exchange.run(place, request.encode(), lose=lose)
        attempt.outcome, attempt.problem = _ended(exchange, cutoff)
    except Refused as error:
        attempt.outcome, attempt.problem = Outcome.REFUSED, str(error)
    except Broken as error:
        attempt.outcome, attempt.problem = Outcome.BROKEN, str(error)
    except Lost:
        attempt.outcome = Outcome.LOST
        attempt.problem = "the connection was lost while the answer arrived, to order"
    finally:
        attempt.ended = attempt.started + time.monotonic() - began
        attempt.status = exchange.status
        attempt.head = exchange.head.decode("utf-8", "replace")
        attempt.answer = exchange.body


def _ended(exchange: Exchange, cutoff: float) -> tuple[Outcome, str]:
    if not exchange.whole:
        return Outcome.HUNG_UP, f"no whole answer within {cutoff:g} s{_lacking(exchange)}"
    if exchange.status != OK:
        return Outcome.STATUS, f"status {exchange.status} instead of 200"
    if exchange.chunked:
        return Outcome.ANSWERED, CHUNKED
    if exchange.surplus:
        return Outcome.ANSWERED, SURPLUS
    return Outcome.ANSWERED, ""


def _lacking(exchange: Exchange) -> str:
    """Return what an answer lacks that began in time."""
    if exchange.status is None:
        return ""
    if exchange.length is not None:
        return f": {len(exchange.body)} of {exchange.length} bytes came"
    if exchange.chunked:
        return f": {CHUNKED}, and the connection stayed open"
    return ": it has no Content-Length, and the connection stayed open"
