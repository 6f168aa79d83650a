"""A response that is out of reach while a hook runs.

A hook returns its reply. One that wrote to the response itself, as Tornado's handlers do,
would have WeChat read two bodies in one, and show the user its fault line.
"""

import asyncio
from typing import Any

from handlers.plain import Chunk, PlainHandler

HOOK_WRITES = "a hook returns its reply, and never writes to the response"


class GuardedHandler(PlainHandler):
    """Raises RuntimeError where a hook writes, as long as `hook_runs` is set."""

    hook_runs = False

    def write(self, chunk: Chunk) -> None:
        if self.hook_runs:
            raise RuntimeError(HOOK_WRITES)
        super().write(chunk)

    def flush(self, *args: Any, **kwargs: Any) -> "asyncio.Future[None]":
        if self.hook_runs:
            raise RuntimeError(HOOK_WRITES)
        return super().flush(*args, **kwargs)

    def finish(self, chunk: Chunk | None = None) -> "asyncio.Future[None]":
        if self.hook_runs:
            raise RuntimeError(HOOK_WRITES)
        return super().finish(chunk)

    def set_status(self, status_code: int, reason: str | None = None) -> None:
        if self.hook_runs:
            raise RuntimeError(HOOK_WRITES)
        super().set_status(status_code, reason)
