"""The end of the process: whatever is open or comes is answered, and nothing begun is lost."""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from typing import Any

from handlers.connection import CallbackServer
from handlers.service import Endpoint, Service

log = logging.getLogger(__name__)

SETTLE_SECONDS = 0.1  # for what had arrived, unread, when the signal came, and the end
ANSWER_SECONDS = 4.5  # after the signal, for every attempt that is open or comes
DRAIN_SECONDS = 6.0  # for all of it
REPEAT_SECONDS = 1.0  # in which WeChat sends again what it hung up on
CANCEL_SECONDS = 1.0  # for what a cancelled hook puts in order


async def drain(
    server: CallbackServer, service: Service, endpoints: Sequence[Endpoint], cut: asyncio.Event
) -> None:
    """Answer or acknowledge all that is open, and all that comes meanwhile; then end.

    It goes on accepting: what WeChat sends again while nobody listens is lost in a second.
    """
    log.info("stopping: %d requests in flight", len(server.answering))
    service.draining = True
    server.conn_params.no_keep_alive = True
    now = asyncio.get_running_loop().time()
    for endpoint in endpoints:
        endpoint.window.drain(now + ANSWER_SECONDS)
    end = now + DRAIN_SECONDS
    await asyncio.sleep(SETTLE_SECONDS)
    await while_busy(lambda: is_busy(server, endpoints), end, cut)
    server.stop()
    if not cut.is_set():
        await asyncio.sleep(SETTLE_SECONDS)
    await while_busy(lambda: bool(server.answering), end, cut)
    if server.answering or service.running:
        cut_off, ended = len(server.answering), len(service.running)
        log.warning("%d requests are cut off, %d hooks: the journal has them", cut_off, ended)
    for endpoint in endpoints:
        endpoint.window.close()
    await cancel(list(service.running))
    await server.close_all_connections()


async def while_busy(busy: Callable[[], bool], end: float, cut: asyncio.Event) -> None:
    """Wait until it is not, or until `end` on the loop's clock, or `cut` is set."""
    while busy() and not cut.is_set():
        if asyncio.get_running_loop().time() > end:
            break
        await asyncio.sleep(0.01)


def is_busy(server: CallbackServer, endpoints: Sequence[Endpoint]) -> bool:
    """Return whether an attempt is open, or is about to come again."""
    lately = asyncio.get_running_loop().time() - REPEAT_SECONDS
    return bool(server.answering) or any(e.window.hung_up_at > lately for e in endpoints)


async def cancel(tasks: Collection[asyncio.Task[Any]]) -> None:
    """End `tasks`, and wait a little for what they do about it."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=CANCEL_SECONDS)
