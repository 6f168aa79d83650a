"""A worked example: an account that echoes text and greets followers."""

from wechat.events import ScanEvent, SubscribeEvent
from wechat.messages import TextMessage, VoiceMessage
from wechat.push import Message

from handlers.hooked import Answer
from handlers.wechat import WeChatHandler


class DemoHandler(WeChatHandler):
    """What an account does that has no handler of its own yet."""

    async def on_text(self, message: TextMessage) -> Answer:
        """Say the same."""
        return message.content

    async def on_voice(self, message: VoiceMessage) -> Answer:
        """Say what WeChat heard."""
        return message.recognition or "未识别"

    async def on_message(self, message: Message) -> Answer:
        """Like every other message."""
        return "I love you, itcast!"

    async def on_subscribe_event(self, message: SubscribeEvent) -> Answer:
        """Thank a new follower, and name the scene of the QR code that led here."""
        if message.scene:
            return f"感谢您的关注!场景值:{message.scene}"
        return "感谢您的关注!"

    async def on_scan_event(self, message: ScanEvent) -> Answer:
        """Name the scene of the QR code."""
        return f"您扫描的场景值为:{message.scene}"
