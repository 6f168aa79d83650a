"""Orderings of attempts, hooks and writes that sockets cannot force."""

import asyncio
from time import monotonic

import pytest

from delivery.policy import Policy
from delivery.window import Content
from tests.delivery.bench import NOW, USER, Bench, FakeLine, Hook, event, text
from tests.delivery.conftest import MakeBench, Until
from wechat.replies import ACK, ImageReply, TextReply, TransferReply

ANSWER = TextReply("answer")
SOON = Policy(deadline=0.1, ack_attempt=1, notice="wait")


@pytest.mark.gen_test
async def test_failed_write(bench: Bench) -> None:
    """A write that reaches nobody is no answer: the next attempt gets the reply."""
    message, hook = text(), Hook(ANSWER)
    await bench.window.attend(message, FakeLine(works=False), hook, Policy())
    again = FakeLine()
    await bench.window.attend(message, again, hook, Policy())
    assert again.answers == [ANSWER]
    third = FakeLine()
    await bench.window.attend(message, third, hook, Policy())
    assert third.answers == [ANSWER]
    assert hook.runs == 1
    assert not bench.window._exchanges


@pytest.mark.gen_test
async def test_parked_goes_back(bench: Bench, until: Until) -> None:
    """What was taken for a write that failed is parked again, and the retry gets it."""
    await bench.park(TextReply("parked"))
    message, hook = text(), Hook(ANSWER)
    await bench.window.attend(message, FakeLine(works=False), hook, Policy())
    assert bench.late.parked[USER] == 1
    again = FakeLine()
    await bench.window.attend(message, again, hook, Policy())
    assert again.answers == [TextReply("parked\n\nanswer")]
    await until(lambda: not bench.ledger._tasks)
    assert await bench.rows() == []


@pytest.mark.gen_test
async def test_left_over_goes_back(bench: Bench, until: Until) -> None:
    """What a failed write would have left over is owed only with the write that does not."""
    await bench.park(ImageReply("m"))
    message, hook = text(), Hook(ANSWER)
    await bench.window.attend(message, FakeLine(works=False), hook, Policy())
    await until(lambda: not bench.ledger._tasks)
    assert len(await bench.rows()) == 1
    again = FakeLine()
    await bench.window.attend(message, again, hook, Policy())
    assert again.answers == [ImageReply("m")]
    await until(lambda: bench.late.parked[USER] and not bench.late.pending)
    assert await bench.ask(text(), "next") == TextReply("answer\n\nnext")


@pytest.mark.gen_test
async def test_hung_up_before_the_write(bench: Bench) -> None:
    """Who hangs up between the hook's end and the write gets it on the next attempt."""
    message, hook = text(), Hook()
    first = bench.attempt(message, hook)
    await asyncio.sleep(0)
    hook.end()
    bench.hang_up(first)
    await asyncio.sleep(0)
    again = FakeLine()
    await bench.window.attend(message, again, hook, Policy())
    assert (first.answers, again.answers, hook.runs) == ([], [ANSWER], 1)


@pytest.mark.gen_test
async def test_too_old(make_bench: MakeBench, until: Until) -> None:
    """An attempt older than WeChat's patience is not answered, though nothing shows its end."""
    bench = make_bench(window=0.05, drop=0.3)
    message, hook = text(), Hook()
    first = bench.attempt(message, hook, Policy(deadline=0.01))
    await asyncio.sleep(0)
    began = monotonic()
    await until(lambda: monotonic() > began + 0.06)
    hook.end()
    await until(lambda: first.dropped)
    assert first.answers == []
    assert len(bench.window.observed._times) == 1  # WeChat counts it, too
    assert bench.window.find(f"shop:{message.dedupe_key}")


@pytest.mark.gen_test
async def test_first_attempt_is_attended_to_its_end(make_bench: MakeBench, until: Until) -> None:
    """The handler of a first attempt is not left, and finished, while its line is open."""
    bench = make_bench(window=1e-9)
    line = bench.attempt(text(), Hook(ANSWER))
    [attending] = bench.tasks
    await asyncio.sleep(0.02)
    assert not attending.done()
    bench.hang_up(line)
    await attending


@pytest.mark.gen_test
async def test_one_preparation(bench: Bench, until: Until) -> None:
    """However many attempts wait for it, what is parked is taken once, and given."""
    await bench.park(TextReply("parked"))
    stalled = bench.store.stalled["take"] = asyncio.Event()
    message, hook = text(), Hook(ANSWER)
    lines = [bench.attempt(message, hook) for _ in range(3)]
    await until(lambda: "take" in bench.store.calls)
    lines += [bench.attempt(message, hook) for _ in range(2)]
    await asyncio.sleep(0.01)
    stalled.set()
    await asyncio.gather(*bench.tasks)
    assert [line.answers for line in lines] == [[TextReply("parked\n\nanswer")]] * 5
    assert bench.store.calls.count("take") == 1
    await until(lambda: not bench.ledger._tasks)
    assert await bench.rows() == []


@pytest.mark.gen_test
async def test_late_while_prepared(bench: Bench, until: Until) -> None:
    """What was being prepared as the deadline passed goes back; the reply comes late, once."""
    await bench.park(ImageReply("m"))
    stalled = bench.store.stalled["take"] = asyncio.Event()
    line = bench.attempt(text(), Hook(ANSWER), SOON)
    await until(lambda: line.answers)
    assert line.answers == [TextReply("wait")]
    stalled.set()
    await asyncio.gather(*bench.tasks)
    await until(lambda: bench.late.parked[USER] == 2 and not bench.ledger._tasks)
    assert len(await bench.rows()) == 2


@pytest.mark.gen_test
async def test_silent_store(
    make_bench: MakeBench, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    """A store that is silent is done without; what it gives later is put back."""
    bench = make_bench(silent=0.01)
    await bench.park(TextReply("parked"))
    stalled = bench.store.stalled["take"] = asyncio.Event()
    assert await bench.ask(text()) == ANSWER
    assert "is not read in time" in caplog.text
    stalled.set()
    await until(lambda: not bench.ledger._tasks)
    assert await bench.ask(text()) == TextReply("parked\n\nanswer")


@pytest.mark.gen_test
async def test_long_answer_and_a_store_that_fails(make_bench: MakeBench) -> None:
    """What cannot be journaled does not keep the first part of an answer back."""
    bench = make_bench(silent=0.01)
    bench.store.failing.add("defer")
    assert await bench.ask(text(), "a" * 2001) == TextReply("a" * 2000)


@pytest.mark.gen_test
async def test_transfer_is_for_a_message(bench: Bench) -> None:
    """A parked TransferReply is not spent on an event, to which WeChat takes none."""
    await bench.park(TransferReply())
    assert await bench.ask(event("CLICK")) == ANSWER
    assert bench.late.parked[USER] == 1
    assert await bench.ask(text()) == TransferReply()


@pytest.mark.gen_test
async def test_withdrawn_is_given_once(make_bench: MakeBench, until: Until) -> None:
    """An attempt that comes after all gets its parked reply once, with the others."""
    bench = make_bench(idle=0.05)
    message, hook = text(), Hook()
    first = bench.attempt(message, hook)
    await asyncio.sleep(0)
    bench.hang_up(first)
    hook.end()
    await until(lambda: bench.late.parked[USER] == 1)
    await bench.park(TextReply("other"))
    again = FakeLine()
    await bench.window.attend(message, again, hook, Policy())
    assert again.answers == [TextReply("other\n\nanswer")]
    await until(lambda: not bench.ledger._tasks)
    assert await bench.rows() == []


@pytest.mark.gen_test
async def test_acknowledgement_that_reached_nobody(bench: Bench, until: Until) -> None:
    """It does not forbid the window: the next attempt gets the reply."""
    message, hook = text(), Hook()
    first = bench.attempt(message, hook, SOON, FakeLine(works=False))
    await until(lambda: first.attempt and first.attempt.closed)
    again = bench.attempt(message, hook, Policy())
    await asyncio.sleep(0)
    hook.end()
    await until(lambda: again.answers and not bench.ledger._tasks)
    assert again.answers == [ANSWER]
    assert not bench.late.has(USER)
    assert await bench.rows() == []


class TestLast:
    """Which attempt is acknowledged."""

    async def last(self, bench: Bench, message: Content, policy: Policy = Policy()) -> int:  # noqa: B008
        """Return from which attempt on a slow reply is acknowledged."""
        line = bench.attempt(message, Hook(), policy)
        await asyncio.sleep(0)
        assert line.attempt
        return bench.window.deadlines.last_attempt(line.attempt.exchange)

    @pytest.mark.gen_test
    async def test_rights(self, make_bench: MakeBench) -> None:
        """The first where the account may push, else the third, or what the policy says."""
        assert await self.last(make_bench(may_push=True), text()) == 1
        bench = make_bench()
        assert await self.last(bench, text()) == 3
        assert await self.last(bench, text(), Policy(ack_attempt=2)) == 2

    @pytest.mark.gen_test
    async def test_old(self, bench: Bench) -> None:
        """Any, of a message from before this process; its own second counts as after."""
        assert await self.last(bench, text(created=NOW - 1), Policy(ack_attempt=3)) == 1
        assert await self.last(bench, text(created=NOW)) == 3

    @pytest.mark.gen_test
    async def test_budget(self, make_bench: MakeBench) -> None:
        """Any, while WeChat has hung up too often."""
        bench = make_bench(budget=1)
        bench.window.observed.hung_up(5, monotonic())
        assert await self.last(bench, text()) == 1

    @pytest.mark.gen_test
    async def test_unawaited(self, bench: Bench) -> None:
        """Any, of an event whose answer nobody awaits."""
        assert await self.last(bench, event("VIEW")) == 1
        assert await self.last(bench, event("CLICK")) == 3

    @pytest.mark.gen_test
    async def test_draining(self, bench: Bench) -> None:
        """Any, while the process drains."""
        bench.window.drain(monotonic() + 100)
        assert await self.last(bench, text()) == 1


@pytest.mark.gen_test
async def test_drain(bench: Bench, until: Until) -> None:
    """Draining moves the deadlines of what is open, and bounds those of what comes."""
    lines = [bench.attempt(text(), Hook()) for _ in range(2)]
    await asyncio.sleep(0)
    bench.window.drain(monotonic())
    lines.append(bench.attempt(text(), Hook()))
    await until(lambda: all(line.answers for line in lines))
    assert len(await bench.rows()) == 3


class TestJournal:
    """What is acknowledged is in the journal first."""

    @pytest.mark.gen_test
    async def test_second_attempt(self, bench: Bench, until: Until) -> None:
        """It is written from the second attempt on, and settled by the answer."""
        message, hook = text(), Hook()
        bench.hang_up(await self.begun(bench, message, hook))
        assert await bench.rows() == []
        again = await self.begun(bench, message, hook)
        await until(lambda: "defer" in bench.store.calls)
        assert await bench.rows() == [("open", None)]
        hook.end()
        await until(lambda: again.answers and not bench.ledger._tasks)
        assert await bench.rows() == []

    @pytest.mark.gen_test
    async def test_before_the_acknowledgement(self, bench: Bench, until: Until) -> None:
        """The acknowledgement waits for it."""
        stalled = bench.store.stalled["defer"] = asyncio.Event()
        line = bench.attempt(text(), Hook(), SOON)
        await until(lambda: "defer" in bench.store.calls)
        await asyncio.sleep(0.2)
        assert line.answers == []
        stalled.set()
        await until(lambda: line.answers)

    @pytest.mark.gen_test
    async def test_slow(
        self, make_bench: MakeBench, until: Until, caplog: pytest.LogCaptureFixture
    ) -> None:
        """But not for ever: a slow one is said to be."""
        bench = make_bench(journal=0.01)
        bench.store.stalled["defer"] = asyncio.Event()
        line = bench.attempt(text(), Hook(), SOON)
        await until(lambda: line.answers)
        assert "is acknowledged before the journal has it" in caplog.text

    @staticmethod
    async def begun(bench: Bench, message: Content, hook: Hook) -> FakeLine:
        """Return an attempt that has begun."""
        line = bench.attempt(message, hook)
        await asyncio.sleep(0)
        return line


class TestLater:
    """Messages that a hook sends behind its answer."""

    @pytest.mark.gen_test
    async def test_at_once(self, bench: Bench, until: Until) -> None:
        """Two at the same time are two."""
        line = bench.attempt(text(), hook := Hook())
        await asyncio.sleep(0)
        assert line.attempt
        add, exchange = bench.window.outcome.add, line.attempt.exchange
        await asyncio.gather(add(exchange, TextReply("one")), add(exchange, TextReply("two")))
        assert len(await bench.rows()) == 2
        hook.end()
        await until(lambda: bench.late.parked[USER] == 2)
        assert await bench.ask(text(), "next") == TextReply("one\n\ntwo\n\nnext")

    @pytest.mark.gen_test
    async def test_after_the_answer(self, bench: Bench, until: Until) -> None:
        """One that comes when the answer is gone is sent at once, and is another each time."""
        line = bench.attempt(text(), Hook(ANSWER))
        assert line.attempt is None
        await asyncio.sleep(0)
        assert line.attempt
        exchange = line.attempt.exchange
        await until(lambda: line.answers)
        for number in (1, 2):
            await bench.window.outcome.add(exchange, TextReply(f"{number}"))
            await until(lambda number=number: bench.late.parked[USER] == number)
        assert await bench.ask(text(), "next") == TextReply("1\n\n2\n\nnext")


@pytest.mark.gen_test
async def test_nothing_is_kept(make_bench: MakeBench, until: Until) -> None:
    """What is over is forgotten, late ones too."""
    bench = make_bench(remembered=0.01, idle=0.01)
    for _ in range(20):
        await bench.ask(text())
    await bench.window.attend(text(), FakeLine(works=False), Hook(ACK), Policy())
    await until(lambda: bench.window._late and not bench.ledger._tasks)
    await asyncio.sleep(0.02)
    await bench.ask(text())
    await until(lambda: not bench.window.deadlines._watched)
    assert not bench.window._exchanges
    assert not bench.window._late
    assert not bench.late.pending
    assert await bench.rows() == []


@pytest.mark.gen_test
async def test_acknowledged_too_late(make_bench: MakeBench, until: Until) -> None:
    """A last attempt that could not be acknowledged while WeChat waited is ended all the same."""
    bench = make_bench(window=0.2, drop=0.3)
    bench.store.stalled["defer"] = asyncio.Event()
    line = bench.attempt(text(), Hook(), Policy(deadline=0.1, ack_attempt=1))
    await asyncio.sleep(0.25)
    bench.store.stalled["defer"].set()
    await until(lambda: line.dropped)
    assert line.answers == []
