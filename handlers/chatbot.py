"""A worked example: an account whose answers take as long as a language model's.

The model here is a stand-in that streams a story slowly, without any network; put your own
in its place in `startup`. Nothing is done about WeChat's 5 seconds: whatever comes in time
is the answer, and whatever comes later is pushed or parked.

WECHAT_HANDLER=handlers.chatbot:ChatbotHandler make run
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from delivery.policy import HookPolicy
from settings import Account
from wechat.events import SubscribeEvent
from wechat.messages import TextMessage

from handlers.hooked import Answer
from handlers.wechat import WeChatHandler

STORY = "从前有座山，山里有座庙，庙里有个老和尚，正在给小和尚讲故事。"
MOST_CHARACTERS = 10_000


@dataclass(slots=True)
class StandIn:
    """Streams the answer to a prompt, a few characters every `pause` seconds."""

    pause: float = 0.5
    step: int = 4

    async def stream(self, prompt: str) -> AsyncIterator[str]:
        """Yield the parts of an answer."""
        answer = f"“{prompt}”？{STORY}"
        for start in range(0, len(answer), self.step):
            await asyncio.sleep(self.pause)
            yield answer[start : start + self.step]


class ChatbotHandler(WeChatHandler):
    """Answers every text by the model, however long that takes."""

    # A greeting is ready at once; a story never is: WeChat need not wait for it in vain.
    policies = {"on_text": HookPolicy(notice="正在思考，稍后回复“查看”获取回答")}  # noqa: RUF012

    @classmethod
    async def startup(cls, account: Account) -> StandIn:
        """Make what answers."""
        return StandIn()

    async def on_text(self, message: TextMessage) -> Answer:
        """Collect what the model says."""
        answer = ""
        async for part in self.state.stream(message.content):
            answer += part
            if len(answer) > MOST_CHARACTERS:
                break
        return answer

    async def on_subscribe_event(self, message: SubscribeEvent) -> Answer:
        """Say what this is."""
        return "问我任何问题。"
