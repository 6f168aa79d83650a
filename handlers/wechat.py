"""The callback URL of one account: GET verifies it, POST is one message or event."""

import logging

from wechat.errors import IncompleteQuery

from handlers.base import WeChatBaseHandler
from handlers.line import HandlerLine

log = logging.getLogger(__name__)


class WeChatHandler(WeChatBaseHandler):
    """Serves an account; subclass it and add hooks."""

    async def get(self) -> None:
        """Show WeChat's console that this URL knows the token."""
        self.whole = True
        if not self.query.echostr:
            raise IncompleteQuery("echostr", "missing or empty")
        log.info("%s: the URL was verified", self.account.name)
        self.finish_plain(self.query.echostr)

    async def post(self) -> None:
        """Answer one push."""
        self.whole = True
        message = self.receive()
        self.message = message
        window, policy = self.endpoint.window, self.endpoint.policy_of(message)
        await window.attend(message, HandlerLine(self), self.dispatch, policy)
