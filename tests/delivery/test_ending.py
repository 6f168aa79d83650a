"""The process ends while something is under way: it is finished, and not done a second time."""

import asyncio

import pytest

from delivery import ledger
from delivery.codec import reply_text
from delivery.parked import Owed
from delivery.policy import Policy
from tests.delivery.bench import USER, Bench, FakeLine, Hook, item, text
from tests.delivery.conftest import MakeBench, Until
from tests.delivery.running import MORE, talking
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


@pytest.mark.gen_test
@pytest.mark.parametrize("noted", [False, True])
@pytest.mark.parametrize("ready", [False, True])
async def test_given_to_nobody(*, noted: bool, ready: bool, bench: Bench, until: Until) -> None:
    """What no attempt got is journaled, its reply if that is ready: another process sees to it."""
    message, hook, lines = text(), Hook(), []
    for _ in range(1 + noted):
        lines.append(bench.attempt(message, hook))
        await until(lambda: lines[-1].attempt)
        bench.hang_up(lines[-1])
    if ready:
        hook.end()
        await until(lambda: bench.places.running == 0)
    bench.window.close()
    await bench.ledger.release()
    assert await bench.rows() == [("open", reply_text(ANSWER) if ready else None)]


@pytest.mark.gen_test
async def test_answered(bench: Bench) -> None:
    """What was answered is nobody's any more."""
    await bench.ask(text())
    bench.window.close()
    await bench.ledger.release()
    assert await bench.rows() == []


@pytest.mark.gen_test
async def test_pushed(make_bench: MakeBench, until: Until) -> None:
    """Nor is what was late and is pushed."""
    bench, hook = make_bench(may_push=True), Hook()
    line = bench.attempt(text(), hook, Policy(deadline=0.1))
    await until(lambda: line.answers)
    hook.end()
    await until(lambda: bench.platform.texts and not bench.ledger._tasks)
    bench.window.close()
    await bench.ledger.release()
    assert await bench.rows() == []


@pytest.mark.gen_test
async def test_after_the_end(bench: Bench) -> None:
    """What a hook that would not end still says is not this process's to deliver."""
    await bench.ledger.release()
    owed = Owed(item(ANSWER), ANSWER)
    assert not await bench.ledger.defer(owed.item)
    await bench.late.park(owed)
    assert await bench.rows() == []


@pytest.mark.gen_test
async def test_taken_back(make_bench: MakeBench, until: Until) -> None:
    """What is behind a reply that a retry took back, in vain, outlasts the end."""
    bench, message, slow = make_bench(idle=0.1), text(), Hook()
    hook = talking(bench, slow)
    line = bench.attempt(message, hook)
    await until(lambda: slow.runs)
    bench.hang_up(line)
    slow.end()
    await until(lambda: bench.late.parked[USER] == 2)
    await bench.window.attend(message, FakeLine(works=False), hook, Policy())
    bench.window.close()
    await bench.ledger.release()
    kept = {reply for _, reply in await bench.rows()}
    assert kept == {reply_text(ANSWER), reply_text(MORE)}
