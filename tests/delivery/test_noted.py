"""When what is not answered yet is written into the journal."""

import asyncio
from time import monotonic

import pytest

from delivery.policy import Policy
from tests.delivery.bench import USER, FakeLine, Hook, text
from tests.delivery.conftest import MakeBench, Until
from wechat.replies import TextReply


@pytest.mark.gen_test
async def test_shortly_before_the_deadline(make_bench: MakeBench, until: Until) -> None:
    """A last attempt is noted before its deadline, so that a disk has its time."""
    bench = make_bench(approach=4.95)
    began = monotonic()
    line = bench.attempt(text(), Hook(), Policy(deadline=5.0, ack_attempt=1))
    await until(lambda: "defer" in bench.store.calls)
    assert monotonic() - began < 5.0
    assert line.answers == []


@pytest.mark.gen_test
async def test_what_nobody_asks_for(make_bench: MakeBench, until: Until) -> None:
    """What WeChat asks for no more is noted, though its hook still runs and nobody was told."""
    bench = make_bench(idle=0.05)
    message, hook = text(), Hook()
    line = bench.attempt(message, hook)
    await asyncio.sleep(0)
    bench.hang_up(line)
    await until(lambda: bench.late.pending)
    await until(lambda: "defer" in bench.store.calls)
    await asyncio.sleep(0.01)
    assert await bench.rows() == [("open", None)]
    again = FakeLine()
    bench.attempt(message, hook, line=again)
    await asyncio.sleep(0)
    hook.end()
    await until(lambda: again.answers == [TextReply("answer")] and not bench.ledger._tasks)
    assert await bench.rows() == []
    assert not bench.late.has(USER)


@pytest.mark.gen_test
async def test_not_for_a_twin(make_bench: MakeBench, until: Until) -> None:
    """A twin is no second attempt: nothing is written for a push in its first window."""
    bench, hook, message = make_bench(), Hook(), text()
    lines = [bench.attempt(message, hook) for _ in range(2)]
    await until(lambda: all(line.attempt for line in lines))
    hook.end()
    await until(lambda: all(line.answers for line in lines))
    assert bench.store.calls == []
