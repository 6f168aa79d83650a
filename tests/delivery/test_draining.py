"""A process that is to stop answers everybody by its time, however long they would have."""

from time import monotonic

import pytest

from delivery.policy import Policy
from tests.delivery.bench import Bench, Hook, text
from tests.delivery.conftest import MakeBench, Until
from wechat.replies import TextReply

LONG = 30.0  # seconds that nobody waits here
POLICY = Policy(deadline=LONG, notice="wait")


@pytest.fixture
def bench(make_bench: MakeBench) -> Bench:
    """Return one in which WeChat waits for long."""
    return make_bench(window=LONG)


@pytest.mark.gen_test
async def test_by_then(bench: Bench, until: Until) -> None:
    """What is open has its deadline moved, and so has what comes."""
    began = monotonic()
    lines = [bench.attempt(text(), Hook(), POLICY)]
    await until(lambda: lines[0].attempt)
    bench.window.drain(monotonic() + 0.05)
    lines.append(bench.attempt(text(), Hook(), POLICY))
    await until(lambda: all(line.answers for line in lines))
    assert [line.answers for line in lines] == [[TextReply("wait")]] * 2
    assert monotonic() - began < LONG / 2


@pytest.mark.gen_test
async def test_near_its_deadline(make_bench: MakeBench, until: Until) -> None:
    """So has what was seen to already."""
    began = monotonic()
    bench = make_bench(window=LONG, approach=LONG - 0.01)
    bench.window.deadlines._tick_seconds = 0.01
    line = bench.attempt(text(), Hook(), Policy(deadline=LONG, ack_attempt=1, notice="wait"))
    await until(lambda: "defer" in bench.store.calls)
    bench.window.drain(monotonic())
    await until(lambda: line.answers)
    assert monotonic() - began < LONG / 2
