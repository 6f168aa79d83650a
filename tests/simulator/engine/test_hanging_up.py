"""How connections end: at the cut-off, at a flood, with the task; none is left open."""

import asyncio
import socket
from pathlib import Path

import pytest

from simulator.engine.conditions import Faults, Rules
from simulator.engine.connection import MOST
from simulator.engine.record import Outcome
from tests.handlers.sending import until
from tests.simulator.engine.scripts import HANGS, Script, answers, http, pours, resets, sends, stays
from tests.simulator.engine.services import attempt, push, serving

SHORT = Rules(cutoff=0.9, attempts=1, repeats=1)


def open_files() -> int:
    """Return how many files and sockets this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


HANGING = {
    "nothing": (HANGS, "no whole answer within 0.9 s", b""),
    "half a head": (stays(b"HTTP/1.1 200 OK\r\n"), "no whole answer within 0.9 s", b""),
    "half a body": (stays(http("succ", length=7)), "0.9 s: 4 of 7 bytes came", b"succ"),
    "two packets": (stays(http("su", length=7), b"cc"), "0.9 s: 4 of 7 bytes came", b"succ"),
    "no length": (stays(http("success", length=None)), "no Content-Length", b"success"),
    "chunks": (
        stays(http(b"7\r\nsuccess\r\n0\r\n\r\n", "200 OK", "Transfer-Encoding: chunked")),
        "the answer is chunked, which HTTP/1.0 does not know, and the connection stayed open",
        b"7\r\nsuccess\r\n0\r\n\r\n",
    ),
}


@pytest.mark.parametrize(("script", "words", "answer"), HANGING.values(), ids=HANGING)
@pytest.mark.gen_test
async def test_cutoff(script: Script, words: str, answer: bytes) -> None:
    """At the cut-off the connection is closed, and the words say what had come by then."""
    async with serving(script) as service:
        [made] = (await push(service, rules=SHORT)).attempts
        await service.hung_up()
    assert made.outcome is Outcome.HUNG_UP
    assert words in made.problem
    assert made.answer == answer
    assert made.seconds is not None
    assert made.seconds >= 0.9


@pytest.mark.gen_test
async def test_drip() -> None:
    """The cut-off is for the whole answer: one that drips is not waited for."""
    made = await attempt(sends(http(length=10_000), *[b"x"] * 10_000), SHORT)
    assert made.outcome is Outcome.HUNG_UP
    assert b"x" in made.answer


POURING = {
    "with its length": http(b"", length=100_000_000),
    "without": http(b"", length=None),
    "of an impossible length": http(b"", length=10**18 - 1),
}


@pytest.mark.parametrize("head", POURING.values(), ids=POURING)
@pytest.mark.gen_test
async def test_flood(head: bytes) -> None:
    """Of 100 MB not much more than one is taken, then the connection is closed."""
    async with serving(pours(head, b"x" * 65_536)) as service:
        delivery = await push(service, rules=Rules(cutoff=30, repeats=1))
        await service.hung_up()
    [made], [got] = delivery.attempts, service.received
    assert made.outcome is Outcome.ANSWERED
    assert len(made.answer) == MOST + 1
    assert got.poured < 50_000_000  # buffers of the system, on both sides
    assert delivery.verdict
    assert delivery.verdict.reason == f"the answer is over {MOST} bytes"


BIG = {"FromUserName": "o", "ToUserName": "gh", "MsgType": "text", "Content": "x" * 20_000_000}


@pytest.mark.gen_test
async def test_service_that_does_not_read() -> None:
    """The cut-off closes the connection even while the request is still being written."""
    accepted: asyncio.Future[socket.socket] = asyncio.get_running_loop().create_future()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)  # noqa: FBT003
        loop = asyncio.get_running_loop()
        loop.add_reader(listening, lambda: accepted.set_result(listening.accept()[0]))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        [made] = (await push(url, BIG, rules=SHORT)).attempts
        loop.remove_reader(listening)
    assert made.outcome is Outcome.HUNG_UP
    with await accepted as connection:
        connection.settimeout(10)
        while connection.recv(1 << 20):
            pass  # nothing keeps it open: its end, or a reset, comes


@pytest.mark.gen_test
async def test_nothing_is_left_open() -> None:
    """However a push ends, no connection of it stays."""
    scripts = (
        answers(),
        HANGS,
        resets,
        sends(b"x"),
        stays(http("success")),
        stays(http("s", "500 x")),
    )
    async with serving(answers()) as service:
        await push(service)
        before = open_files()
    for script in scripts:
        async with serving(script) as service:
            await push(service, rules=Rules(cutoff=0.2))
            await asyncio.sleep(0)
    assert open_files() <= before


@pytest.mark.gen_test
async def test_cancelled() -> None:
    """Who ends the task of a push ends its connections, of a twin both."""
    async with serving(HANGS) as service:
        task = asyncio.create_task(push(service, faults=Faults(twin=True)))
        await until(lambda: len([got for got in service.received if got.body]) == 2)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        await service.hung_up()
