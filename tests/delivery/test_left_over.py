"""What an answer leaves over is in the journal before the answer is written."""

import asyncio

import pytest

from delivery.policy import Policy
from tests.delivery.bench import Bench, Hook, text
from tests.delivery.conftest import Until
from wechat.replies import ImageReply, TextReply


@pytest.mark.gen_test
async def test_rest_of_a_long_text(bench: Bench, until: Until) -> None:
    """The first part waits for the note of the rest."""
    stalled = bench.store.stalled["defer"] = asyncio.Event()
    line = bench.attempt(text(), Hook(TextReply("a" * 2001)), Policy())
    await until(lambda: "defer" in bench.store.calls)
    await asyncio.sleep(0.05)
    assert line.answers == []
    stalled.set()
    await until(lambda: line.answers)


@pytest.mark.gen_test
async def test_own_answer(bench: Bench, until: Until) -> None:
    """So does a parked reply for that of the answer that does not fit behind it."""
    await bench.park(ImageReply("m"))
    stalled = bench.store.stalled["defer"] = asyncio.Event()
    line = bench.attempt(text(), Hook(TextReply("own")), Policy())
    await until(lambda: bench.store.calls.count("defer") == 2)
    await asyncio.sleep(0.05)
    assert line.answers == []
    stalled.set()
    await until(lambda: line.answers == [ImageReply("m")])
