"""The connection of an attempt, on which nobody may be left."""

from types import SimpleNamespace
from typing import cast

from handlers.base import WeChatBaseHandler
from handlers.line import HandlerLine
from wechat.replies import Reply, TextReply

REFUSED = TextReply("refused")


class Handler:
    """A handler whose connection is closed, or not."""

    def __init__(self, *, closed: bool) -> None:
        self.closed = closed
        self.written: list[Reply] = []
        self.stream = SimpleNamespace(error=None)

    def is_closed(self) -> bool:
        """Return whether nobody is there."""
        return self.closed

    def respond(self, reply: Reply) -> None:
        """Take what is written."""
        self.written.append(reply)
        if reply == REFUSED:
            self.stream.error = ConnectionResetError()


def test_answer() -> None:
    """What is written to nobody is no answer: the reply is owed still."""
    reply = TextReply("answer")
    for closed in (True, False):
        handler = Handler(closed=closed)
        line = HandlerLine(cast(WeChatBaseHandler, handler))
        assert line.answer(reply) is not closed
        assert handler.written == ([] if closed else [reply])


def test_refused() -> None:
    """Nor is what the system does not take."""
    assert not HandlerLine(cast(WeChatBaseHandler, Handler(closed=False))).answer(REFUSED)
