"""The process is to stop while WeChat is about to ask again."""

import asyncio

import pytest
from tornado.httpserver import HTTPServer

from delivery.codec import reply_text
from handlers import draining
from handlers.connection import CallbackServer
from handlers.equipping import Equipment
from handlers.service import Endpoint
from stores.memory import MemoryStore
from tests.processes import text
from tests.scenarios.conftest import Until
from wechat.replies import TextReply

SECONDS = 0.8  # for every answer, in place of 4.5


async def ask(port: int, request: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Begin an attempt; return its connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    await writer.drain()
    return reader, writer


@pytest.fixture
def listener(http_server: HTTPServer, equipment: Equipment) -> CallbackServer:
    """Return the server of an account that has its window."""
    assert isinstance(http_server, CallbackServer)
    return http_server


async def stop(listener: CallbackServer, endpoint: Endpoint) -> None:
    """Have the process drain."""
    await draining.drain(listener, endpoint.service, [endpoint], asyncio.Event())


@pytest.mark.gen_test(timeout=60)
async def test_repeat_after_the_signal(
    listener: CallbackServer,
    http_port: int,
    endpoint: Endpoint,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was hung up on a moment before is waited for, and acknowledged as it comes again."""
    monkeypatch.setattr(draining, "ANSWER_SECONDS", SECONDS)
    request = text("30 answer")
    _, first = await ask(http_port, request)
    await until(lambda: endpoint.state["runs"])
    first.transport.abort()
    await until(lambda: not listener.answering)
    ending = asyncio.create_task(stop(listener, endpoint))
    await asyncio.sleep(0.3)
    reader, again = await ask(http_port, request)
    assert b"200 OK" in await reader.read(65_536)
    again.close()
    await ending
    assert endpoint.state["runs"] == ["answer"]


@pytest.mark.gen_test(timeout=60)
async def test_accepted_at_the_end(
    listener: CallbackServer,
    http_port: int,
    endpoint: Endpoint,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was accepted is read and answered, though nothing more is accepted."""
    monkeypatch.setattr(draining, "SETTLE_SECONDS", 1.0)
    reader, writer = await asyncio.open_connection("127.0.0.1", http_port)
    await until(lambda: listener._open)
    ending = asyncio.create_task(stop(listener, endpoint))
    await until(lambda: listener._stopped)
    writer.write(text("0 answer"))
    assert b"200 OK" in await reader.read(65_536)
    writer.close()
    await ending


@pytest.mark.gen_test(timeout=60)
async def test_nobody_came_again(  # noqa: PLR0913, PLR0917
    listener: CallbackServer,
    http_port: int,
    endpoint: Endpoint,
    equipment: Equipment,
    until: Until,
    store: MemoryStore,
) -> None:
    """A reply that no attempt came for is left to the next process, which need not make it."""
    _, first = await ask(http_port, text("0.5 answer"))
    await until(lambda: endpoint.state["runs"])
    first.transport.abort()
    await until(lambda: not endpoint.service.running)
    await stop(listener, endpoint)
    await equipment.ledger.release()
    [row] = await store.items()
    assert row.item.reply == reply_text(TextReply("answer"))
