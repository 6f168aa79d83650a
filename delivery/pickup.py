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
    """The pick-up `word` of one account; "" for none."""

    def __init__(self, word: str, late: Late, times: Times) -> None:
        self._word = word
        self._late = late
        self._times = times

    def is_for(self, message: Message | Event) -> bool:
        """Return whether a message is the word, and there is, or will be, what it fetches."""
        return (
            isinstance(message, TextMessage)
            and bool(self._word)
            and message.content.strip() == self._word
            and self._late.has(message.from_user)
        )

    async def wait(self, exchange: Exchange) -> Reply:
        """Wait for what is late, as long as the window lasts; its own reply is none."""
        user, late = exchange.message.from_user, self._late
        while exchange.way is None and not late.parked[user] and late.pending[user]:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._times.window):
                    await late.changed(user)
        return ACK
