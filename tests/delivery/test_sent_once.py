"""What the user has, or will have, is not sent a second time by what is taken up."""

from dataclasses import replace

import pytest

from delivery.codec import reply_text
from delivery.exchange import Exchange
from tests.delivery.bench import USER, Bench, Hook, item
from tests.delivery.conftest import MakeBench, Until
from tests.delivery.running import recovery
from tests.delivery.test_recovery import owe, unanswered
from wechat.replies import Reply, TextReply

ANSWER = TextReply("answer")


@pytest.fixture
def bench(make_bench: MakeBench) -> Bench:
    """Return one for which no attempt comes for long."""
    return make_bench(idle=0.2)


@pytest.mark.gen_test
async def test_settled_but_not_in_the_store(bench: Bench, until: Until) -> None:
    """What the user has, and the store has still, is not given again: it is settled again."""
    row = await owe(bench, item(ANSWER))
    bench.store.failing.add("settle")
    bench.ledger.settle([row.id])
    await until(lambda: "settle" in bench.store.calls)
    await recovery(bench, Hook(ANSWER)).take_up()
    assert not bench.late.has(USER)
    bench.store.failing.clear()
    await until(lambda: not bench.ledger._tasks)
    assert await bench.rows() == []


@pytest.mark.gen_test
async def test_later_of_a_hook_that_runs_again(make_bench: MakeBench, until: Until) -> None:
    """What the hook had sent behind its answer comes once, though it sends that again."""
    bench = make_bench(may_push=True, idle=0.05)
    row = await owe(bench, unanswered()[1])
    more = TextReply("more")
    await owe(bench, replace(row, id=f"{row.id}+later0", reply=reply_text(more)))

    async def replay(exchange: Exchange) -> Reply:
        await bench.window.outcome.add(exchange, more)
        return ANSWER

    await recovery(bench, replay, "").take_up()
    await until(lambda: "answer" in bench.platform.texts and not bench.late.pending)
    assert sorted(bench.platform.texts) == ["answer", "more"]
