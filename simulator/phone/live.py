"""The WebSocket of a page: acts come in, whatever changes in the world goes out.

The first message is the whole state. An act is answered once it has begun, not when its
push ends; what goes wrong later is told by an error with the same id.
"""

import asyncio
import logging

from tornado.iostream import StreamBufferFullError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from simulator.phone.acts import perform
from simulator.phone.guard import LocalHandler
from simulator.phone.reading import Act, BadAct, read_act
from simulator.phone.stage import Stage
from simulator.phone.views import encode
from simulator.platform.errors import ApiError

log = logging.getLogger(__name__)

MOST_UNREAD = 16 * 1024 * 1024  # bytes, beside the state that a page begins with
MOST_BYTES = 1024 * 1024  # of a message; a longer one ends the connection

_running: set[asyncio.Task[str]] = set()


class LiveHandler(LocalHandler, WebSocketHandler):
    """One open page."""

    stage: Stage

    def initialize(self, stage: Stage) -> None:
        self.stage = stage

    def prepare(self) -> None:
        super().prepare()
        self.require_own_origin()

    def open(self, *args: str, **kwargs: str) -> None:
        self.stage.enter(self)

    def on_close(self) -> None:
        self.stage.leave(self)

    async def on_message(self, message: str | bytes) -> None:
        try:
            act = read_act(message)
        except BadAct as error:
            self._answer(None, str(error))
            return
        task = asyncio.create_task(complaint(self.stage, act))
        _running.add(task)
        task.add_done_callback(_running.discard)
        await asyncio.sleep(0)  # its first step: most of what can be wrong shows now
        if task.done():
            self._answer(act.id, task.result())
        else:
            self._answer(act.id, "")
            task.add_done_callback(lambda task: self._ended(act, task))

    def tell(self, text: str) -> None:
        """Send JSON; hang up on a page that has too much of it unread. It will be back."""
        if self.ws_connection is None or self.ws_connection.stream is None:
            return  # it has gone
        stream = self.ws_connection.stream
        if stream.max_write_buffer_size is None:
            stream.max_write_buffer_size = len(text) + MOST_UNREAD
        try:
            self.write_message(text).add_done_callback(_forget)
        except StreamBufferFullError:
            log.warning("a page reads too slowly: its connection is ended")
            stream.close()
        except WebSocketClosedError:
            pass  # on_close comes

    def _answer(self, number: int | None, problem: str) -> None:
        answer = {"type": "error", "text": problem} if problem else {"type": "done"}
        self.tell(encode({**answer, "id": number}))

    def _ended(self, act: Act, task: asyncio.Task[str]) -> None:
        if not task.cancelled() and task.result():
            self._answer(act.id, task.result())


async def complaint(stage: Stage, act: Act) -> str:
    """Do what `act` asks for; return in words what went wrong, "" if nothing did."""
    try:
        await perform(stage, act)
    except ApiError as error:
        return f"the platform refuses this: {error}"
    except ValueError as error:
        return str(error) or "a value is wrong"
    except Exception as error:
        log.exception("an act of the page failed")
        return f"the simulator failed ({type(error).__name__}): see what it logged"
    return ""


def _forget(written: asyncio.Future[None]) -> None:
    """Retrieve the error of a message that never arrived: on_close has told of it."""
    if not written.cancelled():
        written.exception()
