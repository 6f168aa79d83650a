"""The connection of one attempt, as delivery/ sees it."""

from typing import TYPE_CHECKING

from delivery.exchange import Attempt
from wechat.replies import Reply

if TYPE_CHECKING:
    from handlers.base import WeChatBaseHandler


class HandlerLine:
    """Answers on the connection of `handler`."""

    __slots__ = ("_handler",)

    def __init__(self, handler: "WeChatBaseHandler") -> None:
        self._handler = handler

    def opened(self, attempt: Attempt) -> None:
        """Have the handler know of whose end to tell, which may have come before."""
        self._handler.line_attempt = attempt
        if self._handler.is_closed():
            self._handler.on_connection_close()

    def answer(self, reply: Reply) -> bool:
        """Write `reply`; return whether there was somebody to read it."""
        if self._handler.is_closed():
            return False
        stream = self._handler.stream
        self._handler.respond(reply)
        return stream.error is None

    def drop(self) -> None:
        """End the connection without an answer."""
        self._handler.detach().close()
