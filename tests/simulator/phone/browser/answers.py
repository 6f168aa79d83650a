"""The account that the browser talks to: its answer is what the text asks for."""

import asyncio

from handlers.demo import DemoHandler
from handlers.hooked import Answer
from wechat.events import ClickEvent
from wechat.messages import ImageMessage, TextMessage
from wechat.replies import Article, ImageReply, NewsReply

HOSTILE = (
    "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"
    "<a href=\"javascript:document.title='run'\">bad</a>"
)
LINKS = (
    '<a href="https://example.com/?a=1&amp;b=2">good</a>\n'
    '<a href="weixin://bizmsgmenu?msgmenucontent=yes&msgmenuid=101">choose</a>'
)
ARTICLES = [
    Article(f"Article {n}", "about", f"https://pictures.test/{n}.jpg", f"https://pages.test/{n}")
    for n in (1, 2, 3)
]


class Answers(DemoHandler):
    """Answers as the demo does, but for a few words."""

    async def on_text(self, message: TextMessage) -> Answer:
        """Answer what is asked for; else say the same."""
        if message.content == "slow":
            await asyncio.sleep(60)
        if message.content == "article":
            return NewsReply(ARTICLES[:1])
        known = {"hostile": HOSTILE, "links": LINKS, "silence": ""}
        return known.get(message.content, message.content)

    async def on_image(self, message: ImageMessage) -> Answer:
        """Send the same picture back."""
        return ImageReply(message.media_id)

    async def on_click_event(self, message: ClickEvent) -> Answer:
        """Answer with several articles."""
        return NewsReply(ARTICLES)
