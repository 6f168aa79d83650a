"""When a call that failed is sent again: only where that can do no harm.

The platform's own "busy" says that nothing was done, and so does a connection that never
was. Where a call was sent and no answer came, it depends on the call.
"""

import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from api.errors import NoAnswer, SystemBusy, Unclear
from api.timing import Timing

TRIES = 3
FIRST_PAUSE = 0.5  # seconds; each pause is twice the one before
T = TypeVar("T")


async def repeated(send: Callable[[], Awaitable[T]], timing: Timing, *, once: bool) -> T:
    """Return what `send` returns, in a few tries.

    `once`: doing it twice would be another thing than doing it once.

    Raises:
        Unclear: it may have been done, and is to be done `once`.
        ApiError: it was refused, or no try got through.

    """
    for number in range(TRIES - 1):
        try:
            return await _sent(send, once=once)
        except Unclear:
            raise
        except (SystemBusy, NoAnswer):
            await timing.sleep(pause(number))
    return await _sent(send, once=once)


async def _sent(send: Callable[[], Awaitable[T]], *, once: bool) -> T:
    try:
        return await send()
    except NoAnswer as error:
        if once and error.sent:
            raise Unclear(error.errmsg, error.path) from None
        raise


def pause(number: int) -> float:
    """Return the seconds to wait after try `number`; by chance, so that many do not agree."""
    chance = random.uniform(0.5, 1.0)  # noqa: S311  # no secret
    return FIRST_PAUSE * float(2**number) * chance
