"""The word that fetches late replies, where there is none in the end."""

import asyncio
from dataclasses import replace

import pytest

from delivery.codec import message_text, reply_text
from delivery.policy import Policy
from tests.delivery.bench import ACCOUNT, USER, Bench, Hook, item, text
from tests.delivery.conftest import MakeBench, Until
from tests.delivery.running import recovery
from tests.delivery.test_recovery import owe
from wechat.replies import ACK, TextReply

SOON = Policy(deadline=0.1, ack_attempt=1, notice="wait")
ORDINARY = TextReply("ordinary")


@pytest.mark.gen_test
async def test_nothing_came(bench: Bench, until: Until) -> None:
    """Past its deadline it waits for nothing: else it would wait for itself, for ever."""
    hook, word = Hook(), Hook(ORDINARY)
    hook.reply = ACK
    lines = [bench.attempt(text(), hook, SOON)]
    await until(lambda: lines[0].answers)
    lines.append(bench.attempt(text("查看"), word, SOON))
    await until(lambda: lines[1].answers)
    assert [line.answers for line in lines] == [[TextReply("wait")]] * 2
    hook.end()
    await until(lambda: not bench.late.has(USER))
    assert bench.places.running == 0
    assert word.runs == 0


@pytest.mark.gen_test
async def test_nothing_comes_in_time(bench: Bench, until: Until) -> None:
    """A reply that turns out to be none ends the wait at once, with nothing."""
    hook = Hook()
    hook.reply = ACK
    late = bench.attempt(text(), hook, SOON)
    await until(lambda: late.answers)
    line = bench.attempt(text("查看"), Hook(ORDINARY), Policy())
    await asyncio.sleep(0.01)
    assert line.answers == []
    hook.end()
    await until(lambda: line.answers)
    assert line.answers == [ACK]


@pytest.mark.gen_test
@pytest.mark.parametrize("fails", [True, False])
async def test_store_is_silent(
    *, fails: bool, make_bench: MakeBench, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the store does not say what is parked, the user is asked to be patient: not nothing."""
    bench = make_bench(silent=0.05)
    await bench.park(TextReply("parked"))
    if fails:
        bench.store.failing.add("take")
    else:
        stalled = bench.store.stalled["take"] = asyncio.Event()
    assert await bench.ask(text("查看")) == TextReply(Policy().notice)
    assert "what is parked for a user" in caplog.text
    assert await bench.ask(text(), "next") == TextReply("next")
    if fails:
        bench.store.failing.clear()
    else:
        stalled.set()
        await until(lambda: not bench.ledger._tasks)
    assert await bench.ask(text("查看")) == TextReply("parked")


@pytest.mark.gen_test
async def test_not_journaled(bench: Bench, until: Until) -> None:
    """Nothing is owed for the word: where the process ends, nobody sees to it."""
    late = bench.attempt(text(), Hook(), SOON)
    await until(lambda: late.answers)
    word = text("查看")
    lines = []
    for _ in range(2):
        lines.append(bench.attempt(word, Hook(ORDINARY), Policy()))
        await until(lambda: lines[-1].attempt)
        bench.hang_up(lines[-1])
    assert bench.store.calls == ["defer"]


@pytest.mark.gen_test
@pytest.mark.parametrize("known", [False, True])
async def test_after_a_crash(*, known: bool, make_bench: MakeBench, until: Until) -> None:
    """Sent when nothing was late it has a hook, whose reply is not taken for what it fetches."""
    bench, hook, message = make_bench(idle=0.1), Hook(ORDINARY), text("查看")
    row = replace(item(), id=f"{ACCOUNT}:{message.dedupe_key}", message=message_text(message))
    await owe(bench, replace(row, reply=reply_text(ORDINARY)) if known else row)
    await recovery(bench, hook).take_up()
    await until(lambda: bench.late.parked[USER] and not bench.ledger._tasks)
    assert hook.runs == (not known)
    assert await bench.rows() == [("parked", reply_text(ORDINARY))]
