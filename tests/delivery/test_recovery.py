"""What an earlier process still owes."""

import asyncio
from dataclasses import replace

import pytest

from delivery.codec import message_text, reply_text
from delivery.exchange import Exchange
from delivery.policy import Policy
from delivery.recovery import MOST_RUNS, Recovered, Recovery
from delivery.window import Content
from stores.base import Item
from tests.delivery.bench import ACCOUNT, NOW, USER, Bench, FakeLine, Hook, event, item, text
from tests.delivery.conftest import MakeBench, Until
from tests.delivery.running import recovery
from wechat.replies import ACK, Reply, TextReply

ANSWER = TextReply("answer")


@pytest.fixture
def bench(make_bench: MakeBench) -> Bench:
    """Return one for which no attempt comes for long."""
    return make_bench(idle=0.2)


async def owe(bench: Bench, owed: Item) -> Item:
    """Have a process that died owe it."""
    await bench.store.defer(owed, "dead", 0)
    return owed


def unanswered() -> tuple[Content, Item]:
    """Return a message and its row, as a window writes it."""
    message = text()
    row = item()
    fields = replace(row, id=f"{ACCOUNT}:{message.dedupe_key}")
    return message, replace(fields, message=message_text(message))


@pytest.mark.gen_test
async def test_known_reply(bench: Bench, until: Until) -> None:
    """A reply that is known is delivered, and no hook runs."""
    await owe(bench, item(ANSWER))
    hook = Hook(ANSWER)
    await recovery(bench, hook).take_up()
    await until(lambda: bench.late.parked[USER])
    assert hook.runs == 0


@pytest.mark.gen_test
async def test_hook_runs_again(bench: Bench, until: Until) -> None:
    """Else the hook runs again, and what it says is late."""
    await owe(bench, unanswered()[1])
    hook = Hook(ANSWER)
    await recovery(bench, hook).take_up()
    await until(lambda: bench.late.parked[USER])
    assert hook.runs == 1
    assert await bench.ask(text(), "next") == TextReply("answer\n\nnext")


@pytest.mark.gen_test
async def test_joined_by_a_retry(bench: Bench, until: Until) -> None:
    """A retry that comes while it runs joins it, and gets the reply."""
    message, row = unanswered()
    await owe(bench, row)
    hook = Hook()
    await recovery(bench, hook).take_up()
    line = bench.attempt(message, hook)
    await asyncio.sleep(0)
    hook.end()
    await until(lambda: line.answers and not bench.ledger._tasks)
    assert (line.answers, hook.runs) == ([ANSWER], 1)
    assert await bench.rows() == []


@pytest.mark.gen_test
@pytest.mark.parametrize("answered", [True, False])
async def test_retry_came_first(*, answered: bool, bench: Bench, until: Until) -> None:
    """A retry that was there first has the only run, and settles what was owed."""
    message, row = unanswered()
    await owe(bench, row)
    hook, again = Hook(), Hook(ANSWER)
    line = bench.attempt(message, hook)
    await asyncio.sleep(0)
    if answered:
        hook.end()
        await until(lambda: line.answers)
    await recovery(bench, again).take_up()
    hook.end()
    await until(lambda: line.answers and not bench.ledger._tasks)
    assert (hook.runs, again.runs) == (1, 0)
    assert await bench.rows() == []


@pytest.mark.gen_test
async def test_third_time(bench: Bench, until: Until, caplog: pytest.LogCaptureFixture) -> None:
    """What ended the process each time is set aside, loudly, and its user told."""
    await owe(bench, unanswered()[1])
    for _ in range(MOST_RUNS - 1):
        await bench.store.recover("dead", 0)
    hook = Hook(ANSWER)
    await recovery(bench, hook).take_up()
    await until(lambda: bench.late.parked[USER])
    assert hook.runs == 0
    assert "its hook ended the process each time" in caplog.text
    assert sorted(state for state, _ in await bench.rows()) == ["aside", "parked"]
    assert await bench.ask(text(), "next") == TextReply("sorry\n\nnext")


@pytest.mark.gen_test
async def test_third_holder(bench: Bench, until: Until) -> None:
    """What runs here is not to blame for the end of others that held its row."""
    message, row = unanswered()
    hook = Hook()
    line = bench.attempt(message, hook)
    await until(lambda: hook.runs)
    await owe(bench, row)
    for _ in range(MOST_RUNS - 1):
        await bench.store.recover("dead", 0)
    await recovery(bench, hook).take_up()
    hook.end()
    await until(lambda: line.answers and not bench.ledger._tasks)
    assert (line.answers, await bench.rows()) == ([ANSWER], [])


@pytest.mark.gen_test
async def test_no_error_reply(bench: Bench) -> None:
    """Where the account has no error reply, the user is told nothing."""
    await owe(bench, replace(item(), message="no JSON"))
    await recovery(bench, Hook(ANSWER), "").take_up()
    assert [state for state, _ in await bench.rows()] == ["aside"]


@pytest.mark.gen_test
@pytest.mark.parametrize(("field", "bad"), [("message", "[]"), ("message", "{"), ("reply", "{}")])
async def test_unreadable(field: str, bad: str, bench: Bench, until: Until) -> None:
    """What this version cannot read is set aside, and does not keep up what is behind it."""
    row = item()
    await owe(bench, replace(row, message=bad) if field == "message" else replace(row, reply=bad))
    await owe(bench, item(ANSWER, user="oOther"))
    await recovery(bench, Hook(ANSWER)).take_up()
    await until(lambda: bench.late.parked[USER] and bench.late.parked["oOther"])
    assert sorted(state for state, _ in await bench.rows()) == ["aside", "parked", "parked"]


@pytest.mark.gen_test
async def test_parked_before(bench: Bench) -> None:
    """What was parked before this process is handed over by it."""
    await owe(bench, parked := item(ANSWER))
    await bench.store.park(parked.id)
    await owe(bench, item(TextReply("open")))
    await recovery(bench, Hook(ANSWER)).begin()
    assert bench.late.parked[USER] == 1
    assert await bench.ask(text(), "next") == TextReply("answer\n\nnext")


@pytest.mark.gen_test
async def test_for_ever(
    make_bench: MakeBench, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither a store that fails nor a mistake ends the looks; what has expired is dropped."""
    bench = make_bench(recover=0.01, idle=0.01)
    [gone] = await bench.park(ANSWER)
    entry = bench.store._entries[gone.id]
    entry.item = replace(gone, expires=1)
    bench.store.failing.add("recover")
    looking = recovery(bench, Hook(ANSWER))
    running = asyncio.create_task(looking.run_for_ever())
    await until(lambda: bench.store.calls.count("recover") > 2)
    assert "the journal cannot be read: recover fails" in caplog.text
    bench.store.failing.clear()
    await owe(bench, item(ANSWER, user="oOther"))
    await until(lambda: bench.late.parked["oOther"])
    await looking._expire()
    assert f"{gone.id}: dropped, for nobody fetched it in time" in caplog.text
    assert not bench.late.has(USER)
    running.cancel()


@pytest.mark.gen_test
async def test_mistake(bench: Bench, until: Until, caplog: pytest.LogCaptureFixture) -> None:
    """A row over which something stumbles is left until later; the next one is taken up."""

    def fail(message: Content) -> Policy:
        if message.from_user == USER:
            raise LookupError("a mistake")
        return Policy()

    await owe(bench, unanswered()[1])
    await owe(bench, item(ANSWER, user="oOther"))
    account = Recovered(bench.window, Hook(ANSWER), fail, "")
    await Recovery(bench.ledger, {ACCOUNT: account}, bench.times).take_up()
    await until(lambda: bench.late.parked["oOther"])
    assert "is taken up again later" in caplog.text
    assert not bench.ledger._held


@pytest.mark.gen_test
async def test_answer_line(bench: Bench) -> None:
    """A retry after the parked reply was withdrawn gets it in its window."""
    message, row = unanswered()
    await owe(bench, row)
    hook = Hook(ANSWER)
    await recovery(bench, hook).take_up()
    line = FakeLine()
    await bench.window.attend(message, line, hook, Policy())
    assert line.answers == [ANSWER]


@pytest.mark.gen_test
async def test_other_accounts(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """What an account owes that is not configured here is left to who has it, and said."""
    await owe(bench, replace(item(ANSWER), account="other"))
    looking = recovery(bench, Hook(ANSWER))
    await looking.begin()
    await looking.take_up()
    assert "1 replies wait for account other, which is not configured" in caplog.text
    assert len(await bench.store.recover("another")) == 1


@pytest.mark.gen_test
async def test_held_already(bench: Bench) -> None:
    """What this process sees to is not taken up once more when its lease ran out."""
    await owe(bench, owed := item(ANSWER))
    bench.ledger.hold([owed.id])
    await recovery(bench, Hook(ANSWER)).take_up()
    assert not bench.late.has(USER)


@pytest.mark.gen_test
@pytest.mark.parametrize("may_push", [False, True])
async def test_sent_behind_the_answer(
    *, may_push: bool, make_bench: MakeBench, until: Until
) -> None:
    """What the hook sent behind its answer, before its process died, comes once."""
    bench = make_bench(may_push=may_push, idle=0.2)
    row = unanswered()[1]
    await owe(bench, replace(item(TextReply("behind")), id=f"{row.id}+later0"))
    await owe(bench, row)

    async def hook(exchange: Exchange) -> Reply:
        for said in ("behind", "more"):
            await bench.window.outcome.add(exchange, TextReply(said))
        return ANSWER

    await recovery(bench, hook, "").take_up()
    said = ["answer", "behind", "more"]
    if may_push:
        await until(lambda: len(bench.platform.texts) >= len(said) and not bench.ledger._tasks)
        assert bench.platform.texts == said
    else:
        await until(lambda: bench.late.parked[USER] == len(said) and not bench.ledger._tasks)
        assert await bench.ask(text(), "next") == TextReply("\n\n".join([*said, "next"]))


@pytest.mark.gen_test
async def test_behind_an_answer_to_come(bench: Bench, until: Until) -> None:
    """It waits as long as WeChat may bring its message again, and then comes all the same."""
    row = unanswered()[1]
    await owe(bench, replace(item(TextReply("behind")), id=f"{row.id}+later0"))
    looking = recovery(bench, Hook(ANSWER))
    await looking.take_up()
    assert not bench.late.has(USER)
    bench.now += 3 * bench.times.window + bench.times.idle
    await looking.take_up()
    await until(lambda: bench.late.parked[USER])


@pytest.mark.gen_test
async def test_behind_an_answer_of_a_retry(bench: Bench, until: Until) -> None:
    """It comes behind the answer to a retry; what an answer left over, that one does anew."""
    message, row = unanswered()
    await owe(bench, replace(item(TextReply("behind")), id=f"{row.id}+later0"))
    await owe(bench, replace(item(TextReply("of an old answer")), id=f"{row.id}+0"))
    hook = Hook()
    line = bench.attempt(message, hook)
    await until(lambda: hook.runs)
    await recovery(bench, hook).take_up()
    assert not bench.late.has(USER)
    hook.end()
    await until(lambda: line.answers and bench.late.parked[USER] and not bench.ledger._tasks)
    assert line.answers == [ANSWER]
    assert await bench.rows() == [("parked", reply_text(TextReply("behind")))]


@pytest.mark.gen_test
@pytest.mark.parametrize("may_push", [False, True])
async def test_retry_of_a_known_reply(
    *, may_push: bool, make_bench: MakeBench, until: Until
) -> None:
    """A retry that comes behind it runs no hook, and nothing is shown twice."""
    bench = make_bench(may_push=may_push, idle=0.1)
    message, row = unanswered()
    await owe(bench, replace(row, reply=reply_text(ANSWER)))
    hook, line = Hook(ANSWER), FakeLine()
    await recovery(bench, hook).take_up()
    await until(lambda: bench.platform.texts or bench.late.parked[USER])
    await bench.window.attend(message, line, hook, Policy())
    await until(lambda: not bench.ledger._tasks)
    assert line.answers == ([ACK] if may_push else [ANSWER])
    assert bench.platform.texts == ["answer"] * may_push
    assert hook.runs == 0
    assert await bench.rows() == []


@pytest.mark.gen_test
@pytest.mark.parametrize("answered", [False, True])
async def test_retry_before_a_known_reply(*, answered: bool, bench: Bench, until: Until) -> None:
    """A retry that came before the reply was taken up has its own run, which alone is shown."""
    message, row = unanswered()
    await owe(bench, replace(row, reply=reply_text(TextReply("of the old run"))))
    hook = Hook()
    line = bench.attempt(message, hook)
    await until(lambda: hook.runs)
    if answered:
        hook.end()
        await until(lambda: line.answers)
    await recovery(bench, hook).take_up()
    hook.end()
    await until(lambda: line.answers and not bench.ledger._tasks)
    assert line.answers == [ANSWER]
    assert await bench.rows() == []
    assert not bench.late.has(USER)


@pytest.mark.gen_test
async def test_old_quota(make_bench: MakeBench, until: Until) -> None:
    """A push whose time was over before it was taken up is not tried."""
    bench = make_bench(may_push=True)
    scan = event("SCAN", created=NOW - 61)
    await owe(bench, replace(item(ANSWER), message=message_text(scan)))
    await recovery(bench, Hook(ANSWER)).take_up()
    await until(lambda: bench.late.parked[USER])
    assert bench.platform.sent == []
