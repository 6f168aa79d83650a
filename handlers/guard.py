"""A response that is out of reach while a hook runs.

A hook returns its reply. One that wrote to the response itself, as Tornado's handlers do,
would have WeChat read two bodies in one, and show the user its fault line.
"""

import asyncio
from contextvars import ContextVar
from typing import Any

from tornado.iostream import IOStream

from handlers.plain import Chunk, PlainHandler

# Of the task that runs a hook, and of those that it starts: others may respond meanwhile.
in_hook: ContextVar[bool] = ContextVar("in_hook", default=False)


class GuardedHandler(PlainHandler):
    """Raises RuntimeError where a hook touches the response.

    Of tornado's methods these are the ones that all others, finish() too, come to.
    """

    def write(self, chunk: Chunk) -> None:
        if in_hook.get():
            raise RuntimeError(HOOK_WRITES)
        super().write(chunk)

    def flush(self, *args: Any, **kwargs: Any) -> "asyncio.Future[None]":
        if in_hook.get():
            raise RuntimeError(HOOK_WRITES)
        return super().flush(*args, **kwargs)

    def set_status(self, status_code: int, reason: str | None = None) -> None:
        if in_hook.get():
            raise RuntimeError(HOOK_WRITES)
        super().set_status(status_code, reason)

    def set_header(self, name: str, value: Any) -> None:
        if in_hook.get():
            raise RuntimeError(HOOK_WRITES)
        super().set_header(name, value)

    def add_header(self, name: str, value: Any) -> None:
        if in_hook.get():
            raise RuntimeError(HOOK_WRITES)
        super().add_header(name, value)

    def detach(self) -> IOStream:
        if in_hook.get():
            raise RuntimeError(HOOK_WRITES)
        return super().detach()


HOOK_WRITES = "a hook returns its reply, and never touches the response"
