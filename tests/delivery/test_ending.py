"""The process ends while something is under way: it is finished, and not done a second time."""

import asyncio

import pytest

from delivery import ledger
from delivery.parked import Owed
from tests.delivery.bench import USER, Bench, item
from tests.delivery.conftest import MakeBench, Until
from wechat.replies import TextReply

ANSWER = TextReply("answer")


@pytest.mark.gen_test
async def test_push(make_bench: MakeBench, until: Until) -> None:
    """A push is waited for, and settled: else the next process would push it again."""
    bench = make_bench(may_push=True)
    bench.platform.open.clear()
    owed = Owed(item(ANSWER), ANSWER)
    bench.late.begin(USER)
    bench.late.deliver(owed)
    await until(lambda: "defer" in bench.store.calls)
    await asyncio.sleep(0.01)
    releasing = asyncio.create_task(bench.ledger.release())
    await asyncio.sleep(0.01)
    bench.platform.open.set()
    await releasing
    assert bench.platform.texts == ["answer"]
    assert await bench.rows() == []


@pytest.mark.gen_test
async def test_note(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A note is waited for longer: without it, what was acknowledged would be lost."""
    monkeypatch.setattr(ledger, "PUSH_SECONDS", 0.01)
    stalled = bench.store.stalled["defer"] = asyncio.Event()
    noted = bench.ledger.writing(bench.ledger.defer(item(ANSWER)))
    releasing = asyncio.create_task(bench.ledger.release())
    await asyncio.sleep(0.05)
    stalled.set()
    await releasing
    assert noted.result()
    assert len(await bench.rows()) == 1
