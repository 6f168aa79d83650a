"""The handler of the accounts whose hooks are slow."""

import asyncio

from handlers.wechat import WeChatHandler
from wechat.messages import TextMessage


class SlowEcho(WeChatHandler):
    """Answers a text with itself, after as many seconds as its first word says."""

    async def on_text(self, message: TextMessage) -> str:
        """Say the same."""
        await asyncio.sleep(float(message.content.split()[0]))
        return message.content
