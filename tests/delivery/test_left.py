"""A user who leaves gets nothing that was asked for before."""

import asyncio
from dataclasses import replace

import pytest

from api.errors import TooManyMessages
from delivery.codec import reply_text
from delivery.counts import DROPPED
from delivery.exchange import Exchange
from delivery.policy import Policy
from tests.delivery.bench import NOW, USER, Bench, FakeLine, Hook, event, item, text
from tests.delivery.conftest import MakeBench, Until
from tests.delivery.running import recovery
from tests.delivery.test_late import deliver
from tests.delivery.test_recovery import owe, unanswered
from wechat.replies import Reply, TextReply

ANSWER = TextReply("answer")
SOON = Policy(deadline=0.1, ack_attempt=1)


async def pushing(bench: Bench, until: Until) -> None:
    """Begin a push that the platform will refuse, once it is open again."""
    bench.platform.errors.append(TooManyMessages(45047, "no", "/send"))
    bench.platform.open.clear()
    deliver(bench, TextReply("late"))
    await until(lambda: "defer" in bench.store.calls)


@pytest.mark.gen_test
@pytest.mark.parametrize("back", [False, True])
async def test_while_it_is_pushed(*, back: bool, make_bench: MakeBench, until: Until) -> None:
    """What the platform then refuses is dropped, unless the user has come back."""
    bench = make_bench(may_push=True)
    await pushing(bench, until)
    await bench.ask(event("unsubscribe"))
    if back:
        await bench.ask(event("subscribe"))
    bench.platform.open.set()
    await until(lambda: not bench.places.running and not bench.ledger._tasks)
    assert await bench.rows() == [("parked", reply_text(TextReply("late")))] * back
    assert bench.ledger.counts[DROPPED] == (not back)
    assert not bench.late.left


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


@pytest.mark.gen_test
async def test_while_it_is_parked(bench: Bench, until: Until) -> None:
    """What is just being parked is dropped, too."""
    stalled = bench.store.stalled["park"] = asyncio.Event()
    hook = Hook()
    line = bench.attempt(text(), hook, SOON)
    await until(lambda: line.answers)
    hook.end()
    await until(lambda: "park" in bench.store.calls)
    await bench.ask(event("unsubscribe"))
    await until(lambda: "drop_user" in bench.store.calls or not bench.late.parked[USER])
    stalled.set()
    await until(lambda: not bench.ledger._tasks)
    assert await bench.rows() == []


@pytest.mark.gen_test
async def test_before_the_process_ends(bench: Bench, until: Until) -> None:
    """Nothing of it is left to another process."""
    message, hook = text(), Hook()
    line = bench.attempt(message, hook)
    await until(lambda: line.attempt)
    bench.hang_up(line)
    await bench.ask(event("unsubscribe"))
    hook.end()
    await until(lambda: not bench.places.running)
    bench.window.close()
    await bench.ledger.release()
    assert await bench.rows() == []


@pytest.mark.gen_test
async def test_behind_an_answer(bench: Bench, until: Until) -> None:
    """What waits for an answer to come is dropped."""
    row = unanswered()[1]
    await owe(bench, replace(item(ANSWER), id=f"{row.id}+later0"))
    await recovery(bench, Hook()).take_up()
    await bench.ask(event("unsubscribe"))
    await until(lambda: not bench.ledger._tasks)
    assert await bench.rows() == []


@pytest.mark.gen_test
async def test_back_while_the_hook_runs(bench: Bench, until: Until) -> None:
    """Who is back gets it all the same."""
    hook = Hook()
    line = bench.attempt(text(), hook, SOON)
    await until(lambda: line.answers)
    await bench.ask(event("unsubscribe"))
    await bench.ask(event("subscribe"))
    hook.end()
    await until(lambda: not bench.places.running and not bench.ledger._tasks)
    assert await bench.rows() == [("parked", reply_text(ANSWER))]


@pytest.mark.gen_test
async def test_older_than_what_is_asked(bench: Bench, until: Until) -> None:
    """An unsubscribe that comes late drops nothing that was asked for since."""
    hook = Hook()
    line = bench.attempt(event("subscribe", created=NOW), hook, SOON)
    await until(lambda: hook.runs)
    await bench.ask(event("unsubscribe", created=NOW - 3))
    await until(lambda: line.answers)
    hook.end()
    await until(lambda: not bench.places.running and not bench.ledger._tasks)
    assert await bench.rows() == [("parked", reply_text(ANSWER))]


@pytest.mark.gen_test
async def test_back_by_what_is_written(make_bench: MakeBench, until: Until) -> None:
    """Who writes is back, though nothing was heard of the subscription."""
    bench = make_bench(may_push=True)
    await pushing(bench, until)
    await bench.ask(event("unsubscribe"))
    await bench.ask(text())
    bench.platform.open.set()
    await until(lambda: not bench.ledger._tasks)
    assert await bench.rows() == [("parked", reply_text(TextReply("late")))]
