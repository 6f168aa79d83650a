"""The smallest account: it says hello, and thanks whoever follows.

WECHAT_HANDLER=examples.smallest:Hello make run
"""

from handlers.wechat import WeChatHandler
from wechat.events import SubscribeEvent
from wechat.messages import TextMessage


class Hello(WeChatHandler):
    """Answers text messages and new followers."""

    async def on_text(self, message: TextMessage) -> str:
        """Say hello to whoever writes."""
        return f"你好! 你说: {message.content}"

    async def on_subscribe_event(self, message: SubscribeEvent) -> str:
        """Welcome a follower."""
        return "欢迎关注!"
