"""A push waits for a process that is only starting: WeChat's patience began before that."""

import asyncio
import time

import pytest
from tornado.netutil import bind_sockets

import server
from handlers.equipping import Equipment
from handlers.service import Endpoint, Service
from tests.processes import text
from tests.scenarios.test_stop import ask

NOW = int(time.time()) - 5


@pytest.fixture
def service() -> Service:
    """Return the process, whose clock stands at a whole second, as CreateTime does."""
    return Service(clock=lambda: float(NOW))


@pytest.mark.gen_test(timeout=60)
async def test_less_is_left(endpoint: Endpoint, equipment: Equipment) -> None:
    """What is a second old is acknowledged well before what is new."""
    [sock] = bind_sockets(0, "127.0.0.1")
    port = sock.getsockname()[1]
    old, first = await ask(port, text("30 old", CreateTime=NOW - 1))
    new, second = await ask(port, text("30 new", CreateTime=NOW))
    stop, cut = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(
        server.serve_until(stop, cut, [endpoint], endpoint.service, [sock])
    )
    answers = [asyncio.create_task(reader.read(65_536)) for reader in (old, new)]
    done, _ = await asyncio.wait(answers, return_when=asyncio.FIRST_COMPLETED)
    assert done == {answers[0]}
    assert b"200 OK" in answers[0].result()
    stop.set()
    await serving
    for writer in (first, second):
        writer.close()
