"""How many hooks run at once in this process; the others wait, first come first served."""

import asyncio
import contextlib
import logging
from collections import deque

log = logging.getLogger(__name__)
SAY_SECONDS = 30.0  # between two lines of the log


class Places:
    """`most` places; a hook that waits for one counts as running to its own exchange."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.running = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._say_at = 0.0

    @property
    def closed(self) -> bool:
        """Whether nothing more begins."""
        return not self.most

    @property
    def waiting(self) -> int:
        """How many hooks wait for a place."""
        return len(self._waiting)

    def is_free(self) -> bool:
        """Return whether there is a place, which is then taken."""
        if self.running >= self.most:
            return False
        self.running += 1
        return True

    async def wait(self, key: str) -> None:
        """Wait for a place, and take it."""
        place = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        if not self.closed:
            self._say(key)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self.leave()  # it was given one in the same moment
            else:
                with contextlib.suppress(ValueError):  # leave() has passed it by already
                    self._waiting.remove(place)
            raise

    def leave(self) -> None:
        """Give a place to whoever waits longest."""
        while self._waiting and self.running <= self.most:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(None)
                return
        self.running -= 1

    def close(self) -> None:
        """Let nothing more begin: the process ends, and what it began would be cut off."""
        self.most = 0

    def _say(self, key: str) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._say_at:
            self._say_at = now + SAY_SECONDS
            log.warning(
                "%d hooks run, as many as may (WECHAT_MAX_RUNNING): %s waits, as do %d others",
                self.running,
                key,
                self.waiting - 1,
            )
