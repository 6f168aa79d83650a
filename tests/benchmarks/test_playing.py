"""A push of the benchmarks: sent up to three times, and judged by what the user would see."""

import asyncio
from asyncio import StreamReader, StreamWriter

import pytest

from benchmarks.playing import Load, Seen, deliver, play
from benchmarks.pushes import BARE, PLAINTEXT, SAFE, Push, timed
from delivery.policy import LATE_NOTICE
from tests.simulator.engine.scripts import HANGS, Received, Script, answers, http, resets, sends
from tests.simulator.engine.services import nobody, reply_xml, serving

PUSH = timed(PLAINTEXT, 7, 0)
RIGHT = answers(reply_xml(Content=PUSH.answer))
NOTICE = answers(reply_xml(Content=LATE_NOTICE))
SHORT = sends(http(reply_xml(Content=PUSH.answer)[:-1], length=len(PUSH.answer) + 500))
PATIENCE = 0.1


async def send(push: Push, port: int) -> Seen:
    """Send a push with little patience; return what was seen of it."""
    seen = Seen()
    await deliver(port, push, seen, PATIENCE)
    return seen


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("scripts", "hang_ups", "took", "notices"),
    [([RIGHT], 0, 1, 0), ([HANGS, HANGS, RIGHT], 2, 1, 0), ([HANGS, HANGS, NOTICE], 2, 0, 1)],
)
async def test_no_fault(scripts: list[Script], hang_ups: int, took: int, notices: int) -> None:
    """The answer or the notice, at whichever attempt, is none."""
    async with serving(*scripts) as service:
        seen = await send(PUSH, service.port)
        assert len(service.received) == len(scripts)
    assert (seen.hang_ups, len(seen.took), seen.notices) == (hang_ups, took, notices)
    assert seen.faults == seen.errors == []


@pytest.mark.gen_test
async def test_time_of_all_attempts() -> None:
    """What an answer took, it took from the first attempt on."""
    async with serving(HANGS, RIGHT) as service:
        seen = await send(PUSH, service.port)
    assert seen.took[0] > PATIENCE


@pytest.mark.gen_test
async def test_three_hang_ups() -> None:
    """A user gets a fault line when the third attempt has nothing, and no fourth is made."""
    async with serving(HANGS) as service:
        seen = await send(PUSH, service.port)
        assert len(service.received) == 3
    assert seen.hang_ups == 3
    assert seen.faults == ["no answer in time, at attempt 3"]
    assert seen.errors == []


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("script", "fault"),
    [
        (answers(reply_xml(Content="another's")), "HTTP/1.1 200 OK, at attempt 1"),
        (answers("<xml><Content>"), "HTTP/1.1 200 OK, at attempt 1"),
        (answers(), "HTTP/1.1 200 OK, at attempt 1"),
        (answers("", "500 Internal Server Error"), "HTTP/1.1 500 Internal Server Error"),
    ],
)
async def test_bad_answer(script: Script, fault: str) -> None:
    """An answer that is not the push's own is a fault line, and ends its attempts."""
    async with serving(script) as service:
        seen = await send(PUSH, service.port)
        assert len(service.received) == 1
    assert [one.startswith(fault) for one in seen.faults] == [True]
    assert seen.hang_ups == 0


@pytest.mark.gen_test
async def test_refused() -> None:
    """A refused connection is an error, and nobody has hung up."""
    with nobody() as address:
        seen = await send(PUSH, int(address.split(":")[1]))
    assert [error.startswith("ConnectionRefusedError") for error in seen.errors] == [True] * 3
    assert seen.hang_ups == 0
    assert len(seen.faults) == 1


@pytest.mark.gen_test
@pytest.mark.parametrize("script", [resets, sends(), SHORT])
async def test_broken(script: Script) -> None:
    """So is one that is reset or closed before the answer is whole, though the next is right."""
    async with serving(script, RIGHT) as service:
        seen = await send(PUSH, service.port)
    assert len(seen.errors) == len(seen.took) == 1
    assert seen.hang_ups == 0


@pytest.mark.gen_test
async def test_rate() -> None:
    """A load waits for no answer, and comes at the same times whenever it is played."""

    async def slowly(received: Received, reader: StreamReader, writer: StreamWriter) -> None:
        await asyncio.sleep(0.4)
        await answers()(received, reader, writer)

    load = Load(rate=100, seconds=0.4)
    assert list(load.times(1)) == list(load.times(1)) != list(load.times(2))
    async with asyncio.timeout(5), serving(slowly) as service:
        seen = await play(service.port, BARE, load)
    assert len(seen.took) == len(list(load.times(0)))


def test_own_answers() -> None:
    """One push's answer is not taken for another's."""
    assert timed(SAFE, 1, 0).answer != timed(SAFE, 2, 0).answer
