"""Two processes that get the attempts of the same pushes, through one store."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any

import pytest

from delivery.codec import message_text
from delivery.policy import Policy
from stores.base import Claim, State, StoreError
from tests.delivery.bench import ACCOUNT, USER, Bench, FakeLine, FlakyStore, Hook, event, text
from tests.delivery.conftest import MakeBench, Until
from tests.delivery.running import recovery
from wechat.replies import ACK, ImageReply, TextReply

ANSWER = TextReply("answer")
SOON = Policy(deadline=0.1, ack_attempt=1, notice="wait")
HELD = Policy(deadline=0.1, ack_attempt=3)


@dataclass
class Pair:
    """The two processes, and what they share."""

    a: Bench
    b: Bench
    store: FlakyStore

    @property
    def both(self) -> tuple[Bench, Bench]:
        """Both of them."""
        return self.a, self.b

    def is_still(self) -> bool:
        """Return whether neither has anything to do in the background."""
        return not any(bench.ledger._tasks for bench in self.both)

    async def owed(self) -> list[str]:
        """Return the states of what is owed."""
        return [row.state.value for row in await self.store.items()]


@pytest.fixture
def pair(make_bench: MakeBench, short: dict[str, Any]) -> Pair:
    """Return two processes that share a store."""
    store = FlakyStore()
    store.shared = True
    times = {"look": 0.01} | short
    return Pair(make_bench(store=store, **times), make_bench(store=store, **times), store)


async def begun(bench: Bench, message: Any, hook: Hook, policy: Policy = HELD) -> FakeLine:
    """Return an attempt that has begun, and is known to the store."""
    line = bench.attempt(message, hook, policy)
    await asyncio.sleep(0.01)
    return line


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"twin": 0.0}])
async def test_one_run(pair: Pair, until: Until) -> None:
    """The hook runs in one process; a retry that reaches the other gets its reply."""
    message, hook, other = text(), Hook(), Hook()
    first = await begun(pair.a, message, hook)
    pair.a.hang_up(first)
    second = await begun(pair.b, message, other)
    assert second.attempt
    assert second.attempt.count == 2
    hook.end()
    await until(lambda: second.answers)
    assert (second.answers, first.answers) == ([ANSWER], [])
    assert (hook.runs, other.runs) == (1, 0)
    third = await begun(pair.a, message, hook)
    await until(lambda: third.answers)
    assert (third.answers, hook.runs) == ([ANSWER], 1)


@pytest.mark.gen_test
async def test_twins(pair: Pair, until: Until) -> None:
    """Twins that reach two processes are one attempt, and both get the reply."""
    message, hook = text(), Hook()
    lines = [await begun(bench, message, hook) for bench in pair.both]
    assert [line.attempt.count for line in lines if line.attempt] == [1, 1]
    hook.end()
    await until(lambda: all(line.answers for line in lines) and pair.is_still())
    assert [line.answers for line in lines] == [[ANSWER], [ANSWER]]
    assert hook.runs == 1
    assert await pair.owed() == []
    assert not any(bench.peers and bench.peers._running for bench in pair.both)


@pytest.mark.gen_test
async def test_lost_answer_with_parked(pair: Pair, until: Until) -> None:
    """What was parked is part of the reply, in whichever process the retry comes."""
    await pair.a.park(TextReply("parked"))
    message, hook = text(), Hook(ANSWER)
    first = await begun(pair.b, message, hook)
    again = await begun(pair.a, message, hook)
    await until(pair.is_still)
    assert first.answers == again.answers == [TextReply("parked\n\nanswer")]
    assert hook.runs == 1
    assert await pair.owed() == []


@pytest.mark.gen_test
@pytest.mark.parametrize("last", ["a", "b"])
async def test_late(last: str, pair: Pair, until: Until) -> None:
    """Whichever acknowledges it, the reply comes once, and never as an answer."""
    message, hook = text(), Hook()
    pair.a.hang_up(await begun(pair.a, message, hook))
    bench: Bench = getattr(pair, last)
    line = await begun(bench, message, hook, SOON)
    await until(lambda: line.answers or pair.a.window.deadlines._watched)
    if last == "a":  # its policy is that of the first attempt
        bench.window.drain(0)
    await until(lambda: line.answers)
    hook.end()
    await until(lambda: not any(b.late.pending for b in pair.both) and pair.is_still())
    assert await pair.owed() == ["parked"]
    for each in pair.both:
        again = await begun(each, message, hook)
        await asyncio.gather(*each.tasks)
        assert again.answers
        assert again.answers != [ANSWER]
    assert hook.runs == 1
    assert await pair.a.ask(text(), "next") == TextReply("answer\n\nnext")


@pytest.mark.gen_test
async def test_handed_over_by_the_other(pair: Pair, until: Until) -> None:
    """What one process parked is handed over, picked up or dropped by the other."""
    await pair.a.park(TextReply("one"))
    assert await pair.b.ask(text("查看")) == TextReply("one")
    await pair.a.park(TextReply("two"))
    assert await pair.b.ask(text(), "next") == TextReply("two\n\nnext")
    await pair.a.park(TextReply("three"))
    await pair.b.ask(event("unsubscribe"))
    await until(pair.is_still)
    assert await pair.owed() == []


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"look_owed": 0.05}])
async def test_pickup_waits_for_the_other(pair: Pair, until: Until) -> None:
    """The word waits for what is late in the other process, and runs no hook."""
    hook, other = Hook(), Hook(TextReply("no"))
    slow = await begun(pair.a, text(), hook, SOON)
    await until(lambda: slow.answers)
    pair.store.calls.clear()
    line = await begun(pair.b, text("查看"), other)
    await asyncio.sleep(0.3)
    assert line.answers == []
    assert pair.store.calls.count("owed_to") <= 8  # of 30 looks at a running hook
    hook.end()
    await until(lambda: line.answers)
    assert (line.answers, other.runs) == ([ANSWER], 0)
    await until(lambda: not pair.b.late._waiting)


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"claimed": 0.1}])
async def test_runner_dies(pair: Pair, until: Until) -> None:
    """Where the process that runs the hook dies, one that waits for it runs it."""
    message, dead, hook = text(), Hook(), Hook(ANSWER)
    pair.a.hang_up(await begun(pair.a, message, dead))
    line = await begun(pair.b, message, hook)
    await until(lambda: line.answers)
    assert (line.answers, dead.runs, hook.runs) == ([ANSWER], 1, 1)
    dead.reply = TextReply("too late")
    dead.end()
    again = await begun(pair.a, message, dead)
    await until(lambda: again.answers)
    assert again.answers == [ANSWER]


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"claimed": 0.1, "renew_claimed": 0.02}])
async def test_runner_renews(pair: Pair, until: Until) -> None:
    """As long as it lives it keeps what it runs; when it ends, another has it at once."""
    message, hook, other = text(), Hook(), Hook(ANSWER)
    assert pair.a.peers
    renewing = asyncio.create_task(pair.a.peers.renew_for_ever())
    await begun(pair.a, message, hook)
    line = await begun(pair.b, message, other)
    await asyncio.sleep(0.3)
    assert other.runs == 0
    renewing.cancel()
    await pair.a.peers.release()
    await until(lambda: line.answers)
    assert other.runs == 1


@pytest.mark.gen_test
async def test_lease_was_lost(pair: Pair, until: Until) -> None:
    """The first reply stands: what was taken for another goes back."""
    await pair.a.park(ImageReply("m"))
    message, hook = text(), Hook()
    line = await begun(pair.a, message, hook)
    await pair.store.finish(f"{ACCOUNT}:{message.dedupe_key}", '{"kind": "text", "content": "1"}')
    hook.end()
    await until(lambda: line.answers and pair.is_still())
    assert line.answers == [TextReply("1")]
    assert await pair.owed() == ["parked"]


@pytest.mark.gen_test
@pytest.mark.parametrize("verb", ["claim", "finish", "decide"])
@pytest.mark.parametrize("why", ["the store is silent", "broken"])
async def test_silent_store(
    why: str, verb: str, make_bench: MakeBench, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    """A store that is silent, or fails, is done without, and that is said."""
    store = FlakyStore()
    store.shared = True
    bench = make_bench(store=store, silent=0.05)

    async def never(*_: object, **__: object) -> Claim:
        if why == "broken":
            raise StoreError(why)
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(store, verb, never)
    assert await bench.ask(text()) == ANSWER
    assert "goes on alone" in caplog.text
    assert why in caplog.text


@pytest.mark.gen_test
async def test_failed_write(pair: Pair, until: Until) -> None:
    """A write that reaches nobody is no answer: the next attempt, anywhere, gets the reply."""
    await pair.a.park(TextReply("parked"))
    message, hook = text(), Hook(ANSWER)
    pair.a.attempt(message, hook, HELD, FakeLine(works=False))
    await asyncio.sleep(0.02)
    assert await pair.owed() == ["parked"]
    line = await begun(pair.b, message, hook)
    await until(lambda: line.answers)
    assert line.answers == [TextReply("parked\n\nanswer")]
    assert hook.runs == 1


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"idle": 0.2}])
async def test_answered_elsewhere(pair: Pair, until: Until) -> None:
    """The process that ran it learns that the other answered, and settles what it holds."""
    await pair.a.park(TextReply("parked"))
    message, hook = text(), Hook()
    pair.a.hang_up(await begun(pair.a, message, hook))
    line = await begun(pair.b, message, hook)
    hook.end()
    await until(lambda: line.answers)
    await until(lambda: not pair.a.window._exchanges and pair.is_still())
    assert line.answers == [TextReply("parked\n\nanswer")]
    assert await pair.owed() == []
    assert not any(bench.late.pending for bench in pair.both)


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"idle": 0.2}])
async def test_nobody_came(pair: Pair, until: Until) -> None:
    """What WeChat asks for no more, anywhere, is parked once, with what was parked before."""
    await pair.a.park(TextReply("parked"))
    message, hook = text(), Hook()
    lines = [await begun(bench, message, hook) for bench in pair.both]
    for bench, line in zip(pair.both, lines, strict=True):
        bench.hang_up(line)
    hook.end()

    def is_parked() -> bool:
        [entry, *more] = pair.store._entries.values()
        known = "answer" in (entry.item.reply or "")
        return not more and known and entry.state is State.PARKED and pair.is_still()

    await until(is_parked)
    assert await pair.b.ask(text(), "next") == TextReply("parked\n\nanswer\n\nnext")
    await until(pair.is_still)
    assert await pair.owed() == []
    assert hook.runs == 1


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"idle": 0.2}])
async def test_holder_dies(pair: Pair, until: Until) -> None:
    """Where the process that acknowledged dies, the one that runs the hook delivers."""
    message, hook = text(), Hook()
    pair.a.hang_up(await begun(pair.a, message, hook))
    line = await begun(pair.b, message, hook, SOON)
    await until(lambda: line.answers)
    await pair.b.close()
    pair.b.ledger._tasks.clear()
    await recovery(pair.a, hook, "").take_up()
    hook.end()
    await until(lambda: not pair.a.late.pending and not pair.a.ledger._tasks)
    assert hook.runs == 1
    assert await pair.owed() == ["parked"]


@pytest.mark.gen_test
@pytest.mark.parametrize("answered", [False, True])
async def test_taken_up_by_another(answered: bool, pair: Pair, until: Until) -> None:  # noqa: FBT001
    """What one process takes up from the journal while another runs it runs no second time."""
    message, hook = text(), Hook()
    line = await begun(pair.a, message, hook)
    key = f"{ACCOUNT}:{message.dedupe_key}"
    row = pair.a.ledger.item(key, ACCOUNT, USER, "")
    await pair.store.defer(replace(row, message=message_text(message)), "dead", 0)
    if answered:
        hook.end()
        await until(lambda: line.answers)
    await recovery(pair.b, hook, "").take_up()
    hook.end()
    await until(lambda: line.answers)
    await until(lambda: not pair.b.window._exchanges or not pair.b.ledger._tasks)
    assert (line.answers, hook.runs) == ([ANSWER], 1)


@pytest.mark.gen_test
async def test_nothing_said(pair: Pair, until: Until) -> None:
    """Nothing is what both give where the hook says nothing."""
    message, hook = text(), Hook(ACK)
    lines = [await begun(bench, message, hook) for bench in pair.both]
    await until(lambda: all(line.answers for line in lines))
    assert [line.answers for line in lines] == [[ACK], [ACK]]


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"idle": 0.2}])
async def test_too_old_to_decide(pair: Pair, until: Until) -> None:
    """An attempt that nobody waits with any more does not undo what the other's decided."""
    message, hook = text(), Hook()
    lines = [await begun(bench, message, hook) for bench in pair.both]
    assert lines[0].attempt
    lines[0].attempt.arrived -= pair.a.times.window
    hook.end()
    await until(lambda: lines[1].answers)
    pair.a.hang_up(lines[0])
    await until(lambda: not pair.a.window._exchanges and pair.is_still())
    assert await pair.owed() == []
    assert not pair.a.late.has(USER)


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"silent": 0.5, "look_owed": 0.01}])
async def test_pickup_of_what_is_not_known(
    pair: Pair, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that does not say what is owed is asked again, as long as the window lasts."""
    hook = Hook()
    slow = await begun(pair.a, text(), hook, SOON)
    await until(lambda: slow.answers)
    line = await begun(pair.b, text("查看"), Hook(TextReply("no")))

    async def fail(*_: object) -> Any:
        raise StoreError("owed_to fails")

    with monkeypatch.context() as failing:
        failing.setattr(pair.store, "owed_to", fail)
        await asyncio.sleep(0.05)
    assert line.answers == []
    hook.end()
    await until(lambda: line.answers)
    assert line.answers == [ANSWER]
