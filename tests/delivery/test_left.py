"""A user who leaves gets nothing that was asked for before."""

import pytest

from api.errors import TooManyMessages
from delivery.codec import reply_text
from delivery.counts import DROPPED
from delivery.exchange import Exchange
from delivery.policy import Policy
from tests.delivery.bench import USER, Bench, FakeLine, Hook, event, text
from tests.delivery.conftest import MakeBench, Until
from tests.delivery.test_late import deliver
from wechat.replies import Reply, TextReply


@pytest.mark.gen_test
@pytest.mark.parametrize("back", [False, True])
async def test_while_it_is_pushed(*, back: bool, make_bench: MakeBench, until: Until) -> None:
    """What the platform then refuses is dropped, unless the user has come back."""
    bench = make_bench(may_push=True)
    bench.platform.errors.append(TooManyMessages(45047, "no", "/send"))
    bench.platform.open.clear()
    deliver(bench, TextReply("late"))
    await until(lambda: "defer" in bench.store.calls)
    await bench.ask(event("unsubscribe"))
    if back:
        await bench.ask(event("subscribe"))
    bench.platform.open.set()
    await until(lambda: not bench.places.running and not bench.ledger._tasks)
    assert await bench.rows() == [("parked", reply_text(TextReply("late")))] * back
    assert bench.ledger.counts[DROPPED] == (not back)
    assert not bench.late._left


@pytest.mark.gen_test
async def test_while_its_hook_runs(bench: Bench, until: Until) -> None:
    """It is dropped when it is ready, and so is what comes behind it."""
    hook, line = Hook(), FakeLine()

    async def two(exchange: Exchange) -> Reply:
        await bench.window.outcome.add(exchange, TextReply("behind"))
        return await hook(exchange)

    bench.attempt(text(), two, Policy(deadline=0.1, ack_attempt=1), line)
    await until(lambda: hook.runs)
    await bench.ask(event("unsubscribe"))
    await until(lambda: line.answers)
    assert await bench.ask(text(user="oOther")) == TextReply("answer")
    hook.end()
    await until(lambda: not bench.places.running and not bench.ledger._tasks)
    assert await bench.rows() == []
    assert bench.ledger.counts[DROPPED] == len(["the reply", "what is behind it"])
    assert not bench.late.has(USER)
