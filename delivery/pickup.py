"""The word by which a user fetches what is late; no hook runs for it."""

import asyncio
import contextlib

from wechat.messages import TextMessage
from wechat.push import Event, Message
from wechat.replies import ACK, Reply

from delivery.exchange import Exchange
from delivery.late import Late
from delivery.times import Times


class Pickup:
    """The pick-up `word` of one account; "" for none.

    `shared` is whether other processes, too, know of what is late: the store is asked then.
    """

    def __init__(self, word: str, late: Late, times: Times, *, shared: bool) -> None:
        self._word = word
        self._late = late
        self._times = times
        self._shared = shared

    def is_word(self, message: Message | Event) -> bool:
        """Return whether a message is the word."""
        return (
            isinstance(message, TextMessage)
            and bool(self._word)
            and message.content.strip() == self._word
        )

    async def fetches(self, exchange: Exchange) -> bool:
        """Return whether there is, or will be, what the word fetches."""
        user = exchange.message.from_user
        if self._late.parked[user] or self._late.pending[user] > exchange.owed:  # itself is none
            return True
        return self._shared and any(await self._late.owes(user, exchange.key) or ())

    async def wait(self, exchange: Exchange) -> Reply:
        """Wait for what is late, as long as the window lasts; its own reply is none."""
        user = exchange.message.from_user
        patience = self._times.look_owed if self._shared else self._times.window
        while exchange.way is None and await self._is_awaited(exchange):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await self._late.changed(user)
        return ACK

    async def _is_awaited(self, exchange: Exchange) -> bool:
        """Return whether something is late, and nothing parked."""
        user = exchange.message.from_user
        if not self._shared:
            return bool(self._late.pending[user] and not self._late.parked[user])
        owed = await self._late.owes(user, exchange.key)
        return owed is None or owed == (True, False)
