"""One process ends and another goes on: nothing is lost, run again or given twice for it."""

import asyncio
from dataclasses import replace
from time import monotonic

import pytest

from delivery.codec import message_text, reply_text
from delivery.exchange import Exchange
from delivery.policy import Policy
from delivery.recovery import LIMIT
from stores.base import Item
from tests.delivery.bench import ACCOUNT, NOW, USER, Bench, FakeLine, FlakyStore, Hook, item, text
from tests.delivery.conftest import MakeBench, Until
from tests.delivery.running import recovery
from tests.delivery.test_recovery import owe, unanswered
from wechat.messages import TextMessage
from wechat.replies import Reply, TextReply

ANSWER = TextReply("answer")
SOON = Policy(deadline=0.1, ack_attempt=1, notice="wait")


@pytest.fixture
def store() -> FlakyStore:
    """Return what both processes have."""
    return FlakyStore()


def behind(row: Item, suffix: str = "+later0") -> Item:
    """Return the row of what comes behind the answer to a message."""
    return replace(item(TextReply("behind")), id=f"{row.id}{suffix}", message=row.message)


@pytest.mark.gen_test
@pytest.mark.parametrize("may_push", [False, True])
async def test_begins_nothing_in_the_end(
    *, may_push: bool, store: FlakyStore, make_bench: MakeBench, until: Until
) -> None:
    """What a process has let go it does not deliver any more, however long its shutdown takes."""
    old = make_bench(store=store, may_push=may_push, idle=0.2)
    message, hook = text(), Hook()
    line = old.attempt(message, hook)
    await until(lambda: line.attempt)
    old.hang_up(line)
    hook.end()
    await until(lambda: not old.places.running)
    old.window.close()
    await old.ledger.release()
    new, retry = make_bench(store=store), FakeLine()
    await recovery(new, Hook()).take_up()
    await new.window.attend(message, retry, Hook(), Policy())
    await until(lambda: not new.ledger._tasks)
    assert (retry.answers, await new.rows()) == ([ANSWER], [])
    await asyncio.sleep(0.4)
    assert (old.platform.texts, await old.rows()) == ([], [])


@pytest.mark.gen_test
async def test_the_word(store: FlakyStore, make_bench: MakeBench, until: Until) -> None:
    """The word that waits for what is late is owed nothing: no hook runs for it afterwards."""
    old = make_bench(store=store)
    asked: list[str] = []

    async def replay(exchange: Exchange) -> Reply:
        assert isinstance(exchange.message, TextMessage)
        asked.append(exchange.message.content)
        return ANSWER

    question = old.attempt(text("question"), Hook(), SOON)
    await until(lambda: question.answers)
    word = old.attempt(text("查看"), Hook(), Policy(notice="wait"))
    await until(lambda: word.attempt)
    old.window.drain(monotonic() + 0.05)
    await until(lambda: word.answers)
    old.window.close()
    for task in old.tasks:
        task.cancel()
    await old.ledger.release()
    new = make_bench(store=store)
    await recovery(new, replay, "").take_up()
    line = new.attempt(text("查看"), Hook(TextReply("no")), SOON)  # at once, as users are
    await until(lambda: line.answers and asked)
    assert (asked, line.answers) == (["question"], [TextReply("wait")])


@pytest.mark.gen_test
async def test_parked_and_unacknowledged(
    store: FlakyStore, make_bench: MakeBench, until: Until
) -> None:
    """A retry of what is parked gets that, and no hook runs."""
    old = make_bench(store=store, idle=0.1)
    message = text()
    old.attempt(message, Hook(ANSWER), None, FakeLine(works=False))
    await until(lambda: old.late.parked[USER] and not old.ledger._tasks)
    old.window.close()
    await old.ledger.release()
    new, again, retry = make_bench(store=store), Hook(ANSWER), FakeLine()
    looking = recovery(new, again)
    await looking.begin()
    await looking.take_up()
    await new.window.attend(message, retry, again, Policy())
    await until(lambda: not new.ledger._tasks)
    assert (retry.answers, again.runs, await new.rows()) == ([ANSWER], 0, [])


@pytest.mark.gen_test
async def test_retry_gets_the_answer_first(make_bench: MakeBench, until: Until) -> None:
    """A retry gets the known reply, and what comes behind that comes behind it."""
    bench, line = make_bench(may_push=True), FakeLine()
    message, row = unanswered()
    await owe(bench, replace(row, reply=reply_text(ANSWER)))
    await owe(bench, behind(row))
    await recovery(bench, Hook()).take_up()
    await bench.window.attend(message, line, Hook(), Policy())
    await until(lambda: bench.platform.texts)
    assert (line.answers, bench.platform.texts) == ([ANSWER], ["behind"])


@pytest.mark.gen_test
async def test_reopened(make_bench: MakeBench, until: Until) -> None:
    """So it is where both were parked, though no restart came between."""
    bench, message, slow = make_bench(idle=0.1), text(), Hook()

    async def hook(exchange: Exchange) -> Reply:
        await bench.window.outcome.add(exchange, TextReply("behind"))
        return await slow(exchange)

    line = bench.attempt(message, hook)
    await until(lambda: slow.runs)
    bench.hang_up(line)
    slow.end()
    await until(lambda: bench.late.parked[USER] == len(["answer", "behind"]))
    retry = FakeLine()
    await bench.window.attend(message, retry, hook, Policy())
    await until(lambda: not bench.ledger._tasks)
    assert retry.answers == [ANSWER]
    assert await bench.rows() == [("parked", reply_text(TextReply("behind")))]


@pytest.mark.gen_test
async def test_fast_clock(make_bench: MakeBench) -> None:
    """A clock that is fast makes no message so old that its retry would not be awaited."""
    bench, line = make_bench(), FakeLine()
    message, row = unanswered()
    bench.now = NOW + 12 + 9.5  # 9.5 seconds after the message
    await owe(bench, replace(row, created=NOW + 12, reply=reply_text(ANSWER)))
    hook = Hook()
    await recovery(bench, hook).take_up()
    await bench.window.attend(message, line, hook, Policy())
    assert (line.answers, hook.runs) == ([ANSWER], 0)


@pytest.mark.gen_test
async def test_waiting_keeps_up_nobody(bench: Bench, until: Until) -> None:
    """What waits for an answer does so in memory: the next look goes on behind it."""
    for number in range(LIMIT):
        message = text(user=f"o{number}")
        row = replace(item(), id=f"{ACCOUNT}:{message.dedupe_key}", message=message_text(message))
        await owe(bench, behind(row))
    await owe(bench, replace(item(ANSWER), message="unreadable"))
    looking = recovery(bench, Hook())
    for _ in range(2):
        await looking.take_up()
    await until(lambda: bench.late.parked[USER])
    assert len(bench.window.outcome.waiting) == LIMIT


@pytest.mark.gen_test
async def test_rest_of_an_old_answer(make_bench: MakeBench, until: Until) -> None:
    """The rest of an old answer stands before what is younger."""
    bench = make_bench(may_push=True, idle=0.1)
    row = replace(unanswered()[1], created=1)
    await owe(bench, replace(row, reply=reply_text(TextReply("a" * 1990 + "\n" + "b" * 100))))
    younger = replace(item(TextReply("younger")), created=100)
    await owe(bench, younger)
    await bench.store.park(younger.id)
    bench.late.remember(younger)
    bench.late.quotas.triggered(text(), monotonic())
    for _ in range(4):
        bench.late.quotas.use(USER)
    bench.platform.errors = []
    await recovery(bench, Hook()).take_up()
    bench.late.quotas.exhaust(USER, monotonic())
    bench.late.quotas._windows[USER].left = 1
    await until(lambda: bench.late.parked[USER] == 2 and not bench.ledger._tasks)
    assert [reply and reply[-8:-2] for _, reply in await bench.rows()] == ["bbbbbb", "ounger"]


@pytest.mark.gen_test
async def test_rest_of_an_answer_that_was_given_again(bench: Bench, until: Until) -> None:
    """What an answer had left over goes when a retry has got all of another one."""
    message, row = unanswered()
    await owe(bench, behind(row, "+0"))
    await bench.ask(message)
    await recovery(bench, Hook()).take_up()
    await until(lambda: not bench.ledger._tasks)
    assert await bench.rows() == []


@pytest.mark.gen_test
async def test_rest_of_another_run(bench: Bench, until: Until) -> None:
    """A hook that runs again may say something else, of which the rest is not the old one."""
    message, row = unanswered()
    await owe(bench, replace(behind(row, "+0"), reply=reply_text(TextReply("old"))))
    await bench.ask(message, "a" * 1990 + "\n" + "new " * 30)
    await until(lambda: bench.late.parked[USER] and not bench.ledger._tasks)
    assert any("new" in (reply or "") for _, reply in await bench.rows())


@pytest.mark.gen_test
@pytest.mark.parametrize("second", [False, True])
async def test_answered_in_the_end(*, second: bool, bench: Bench, until: Until) -> None:
    """What is answered after all, between the last note and the end, is settled."""
    message, hook = text(), Hook()
    line = bench.attempt(message, hook)
    await until(lambda: hook.runs)
    if second:
        bench.hang_up(line)
        line = bench.attempt(message, hook)
        await until(lambda: "defer" in bench.store.calls)
    bench.window.close()
    hook.end()
    await until(lambda: line.answers)
    await bench.ledger.release()
    assert await bench.rows() == []


@pytest.mark.gen_test
async def test_two_processes(store: FlakyStore, make_bench: MakeBench, until: Until) -> None:
    """A retry that reaches another process gets the reply that this one has taken up."""
    store.shared = True
    one, other = (make_bench(store=store, look=0.01) for _ in range(2))
    message, row = unanswered()
    await owe(one, replace(row, reply=reply_text(ANSWER)))
    await recovery(one, Hook()).take_up()
    await until(lambda: (taken_up := one.window.find(row.id)) and taken_up.reply)
    line, hook = FakeLine(), Hook()
    await other.window.attend(message, line, hook, Policy())
    await until(lambda: not store._entries)
    assert (line.answers, hook.runs) == ([ANSWER], 0)
