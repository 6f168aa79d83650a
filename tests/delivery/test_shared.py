"""Two processes with one SQLite file, where the store is silent or one of them ends."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from tornado.ioloop import IOLoop

from delivery.exchange import Exchange
from delivery.policy import Policy
from stores.base import Way
from stores.sqlite import SQLiteStore
from tests.delivery.bench import ACCOUNT, USER, Bench, FakeLine, FlakyStore, Hook, text
from tests.delivery.conftest import MakeBench, Until
from wechat.replies import Reply, TextReply

ANSWER, OTHER = TextReply("answer"), TextReply("other")
SOON = Policy(deadline=0.1, ack_attempt=1, notice="wait")
HELD = Policy(deadline=0.1, ack_attempt=3)
IDLE = 0.4  # seconds after which WeChat asks no more, in most of these


@dataclass
class Pair:
    """The two processes."""

    a: Bench
    b: Bench

    async def settle_down(self, until: Until) -> None:
        """Wait until neither has anything to do in the background."""
        await until(lambda: not (self.a.ledger._tasks or self.b.ledger._tasks))

    async def owed(self) -> list[tuple[str, str | None]]:
        """Return the states and replies of what is owed."""
        return await self.a.rows()


@pytest.fixture
def stores(tmp_path: Path, io_loop: IOLoop) -> Iterator[tuple[SQLiteStore, SQLiteStore]]:
    """Return the store as each of the processes opens it."""
    path = tmp_path / "shared.db"
    one, two = [io_loop.run_sync(lambda: SQLiteStore.open(path, shared=True)) for _ in range(2)]
    yield one, two
    for store in (one, two):
        io_loop.run_sync(store.close)


@pytest.fixture
def short() -> dict[str, Any]:
    """Return the durations that are to pass; parametrize it."""
    return {}


@pytest.fixture
def pair(
    stores: tuple[SQLiteStore, SQLiteStore], make_bench: MakeBench, short: dict[str, Any]
) -> Pair:
    """Return the two processes."""
    times = {"look": 0.02, "idle": IDLE} | short
    return Pair(*(make_bench(store=cast(FlakyStore, store), **times) for store in stores))


Silence = Callable[[Bench, str], asyncio.Event]


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> Silence:
    """Return what has a verb of a process's store wait until the event."""

    def make(bench: Bench, verb: str) -> asyncio.Event:
        answers, ask = asyncio.Event(), getattr(bench.store, verb)

        async def wait(*args: Any, **kwargs: Any) -> Any:
            await answers.wait()
            return await ask(*args, **kwargs)

        monkeypatch.setattr(bench.store, verb, wait)
        return answers

    return make


async def begun(bench: Bench, message: Any, hook: Hook, policy: Policy = HELD) -> FakeLine:
    """Return an attempt that has begun, and is known to the store."""
    line = bench.attempt(message, hook, policy)
    await asyncio.sleep(0.1)
    return line


def key_of(message: Any) -> str:
    """Return the key of an exchange."""
    return f"{ACCOUNT}:{message.dedupe_key}"


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"silent": 0.05, "claimed": 0.3, "renew_claimed": 0.05}])
async def test_silent_finish(pair: Pair, until: Until, silence: Silence) -> None:
    """A reply that the others cannot have yet is theirs at last; no hook runs again."""
    assert pair.a.peers
    renewing = asyncio.create_task(pair.a.peers.renew_for_ever())
    await pair.a.park(TextReply("parked"))
    message, hook, other = text(), Hook(), Hook(OTHER)
    pair.a.hang_up(await begun(pair.a, message, hook))
    acknowledged = await begun(pair.b, message, other, SOON)
    finishes = silence(pair.a, "finish")
    hook.end()
    await until(lambda: acknowledged.answers)
    await asyncio.sleep(0.6)  # a claim would have run out
    assert other.runs == 0
    finishes.set()
    await until(lambda: not pair.b.late.pending)
    await pair.settle_down(until)
    [(state, reply)] = await pair.owed()
    assert (state, "parked\\n\\nanswer" in (reply or "")) == ("parked", True)
    renewing.cancel()


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"silent": 0.05}])
async def test_another_was_first(pair: Pair, until: Until, silence: Silence) -> None:
    """Where another's reply turns out to stand, what was parked is free, and nothing is lost."""
    await pair.a.park(TextReply("parked"))
    message, hook = text(), Hook()
    pair.a.hang_up(await begun(pair.a, message, hook))
    finishes = silence(pair.a, "finish")
    hook.end()
    await asyncio.sleep(0.1)
    await pair.b.store.finish(key_of(message), '{"kind": "text", "content": "first"}')
    finishes.set()
    await until(lambda: not pair.a.ledger._notes)
    line = await begun(pair.a, message, hook)
    assert line.answers == [TextReply("first")]
    assert [state for state, _ in await pair.owed()] == ["parked"]


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"silent": 0.05}])
@pytest.mark.parametrize("verb", ["finish", "decide"])
async def test_silent_and_answered(verb: str, pair: Pair, until: Until, silence: Silence) -> None:
    """What was given while the store was silent is known to the others, and not given late."""
    await pair.a.park(TextReply("parked"))
    message, hook = text(), Hook()
    runner = pair.a if verb == "finish" else pair.b
    first = await begun(runner, message, hook)
    if verb == "decide":
        pair.b.hang_up(first)
        first = await begun(pair.a, message, hook)
    answers = silence(pair.a, verb)
    hook.end()
    await until(lambda: first.answers)
    answers.set()
    await asyncio.sleep(2 * IDLE)
    await pair.settle_down(until)
    again = await begun(pair.b, message, hook)
    assert await pair.owed() == []
    assert first.answers == again.answers == [TextReply("parked\n\nanswer")]
    assert hook.runs == 1


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"silent": 0.05}])
async def test_silent_undo(pair: Pair, until: Until, silence: Silence) -> None:
    """A decision that came to nothing is taken back at last, in its order."""
    message, hook = text(), Hook()
    line = FakeLine(works=False)
    pair.a.attempt(message, hook, HELD, line)
    await asyncio.sleep(0.1)
    decides = silence(pair.a, "decide")
    hook.end()
    await until(lambda: pair.a.peers and pair.a.peers._unsaid)
    await asyncio.sleep(0.2)
    decides.set()
    await until(lambda: pair.a.peers and not pair.a.peers._unsaid)
    assert (await pair.a.store.look(key_of(message))).way is None
    again = await begun(pair.b, message, hook)
    assert again.answers == [ANSWER]


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"silent": 0.3, "journal": 0.3, "window": 2.0}])
async def test_budget_at_a_deadline(pair: Pair, silence: Silence) -> None:
    """However silent the store is, an acknowledgement comes before WeChat hangs up."""
    answers = [silence(pair.a, verb) for verb in ("defer", "decide")]
    policy = Policy(deadline=1.5, ack_attempt=1, notice="wait")
    line = await begun(pair.a, text(), Hook(), policy)
    await asyncio.sleep(1.85)
    assert line.answers == [TextReply("wait")]
    for each in answers:
        each.set()


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"silent": 0.05, "idle": 6.0}])
async def test_called_late_too_late(pair: Pair, until: Until, silence: Silence) -> None:
    """What another process answered before this one called it late is not given again."""
    message, hook = text(), Hook()
    decides = silence(pair.a, "decide")
    acknowledged = await begun(pair.a, message, hook, SOON)
    await until(lambda: acknowledged.answers)
    await pair.b.store.decide(key_of(message), Way.WINDOW, "b")
    hook.end()
    await asyncio.sleep(0.1)
    assert pair.a.late.has(USER)
    decides.set()
    await until(lambda: not pair.a.window._exchanges)
    await pair.settle_down(until)
    assert await pair.owed() == []
    assert not pair.a.late.has(USER)


@pytest.mark.gen_test
async def test_nothing_begins_in_the_end(pair: Pair, until: Until) -> None:
    """A process that is to end runs nothing that another lets go of."""
    message, hook, other = text(), Hook(), Hook(OTHER)
    pair.a.hang_up(await begun(pair.a, message, hook))
    line = await begun(pair.b, message, other, SOON)
    await until(lambda: line.answers)
    for bench in (pair.b, pair.a):
        assert bench.peers
        await bench.peers.release()
        await bench.ledger.release()
    new = text()
    await begun(pair.b, new, other)
    await asyncio.sleep(0.2)
    assert other.runs == 0
    assert [reply for _, reply in await pair.owed()] == [None]
    for each in (message, new):  # they are free to be run by a third
        assert (await pair.a.store.claim(key_of(each), "c")).owner == "c"


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"idle": 6.0}])
async def test_learns_soon(pair: Pair, until: Until) -> None:
    """What comes behind an answer of another process does so at once."""
    message, hook = text(), Hook()
    await pair.a.park(TextReply("parked"))

    async def talks(exchange: Exchange) -> Reply:
        await pair.a.window.outcome.add(exchange, TextReply("more"))
        return await hook(exchange)

    first = pair.a.attempt(message, talks, HELD)
    await asyncio.sleep(0.1)
    pair.a.hang_up(first)
    line = await begun(pair.b, message, hook)
    hook.end()
    await until(lambda: line.answers)
    await asyncio.sleep(0.5)
    assert line.answers == [TextReply("parked\n\nanswer")]
    [(state, reply)] = await pair.owed()
    assert (state, "more" in (reply or "")) == ("parked", True)
    assert not pair.a.window._exchanges


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"idle": 6.0, "look": 0.4}])
async def test_ends_in_order(pair: Pair, until: Until) -> None:
    """What another process gave is not given again when this one ends before it has looked."""
    await pair.a.park(TextReply("parked"))
    message, hook = text(), Hook()
    pair.a.hang_up(await begun(pair.a, message, hook))
    line = await begun(pair.b, message, hook)
    hook.end()
    await until(lambda: line.answers)
    assert pair.a.peers
    await pair.a.peers.release()
    await pair.a.ledger.release()
    assert line.answers == [TextReply("parked\n\nanswer")]
    assert await pair.b.ask(text(), "next") == TextReply("next")


@pytest.mark.gen_test
async def test_undo_of_one_of_two(
    pair: Pair, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write that fails takes back no answer of another process."""
    message, hook = text(), Hook()
    failing, line = FakeLine(works=False), FakeLine()
    pair.a.attempt(message, hook, HELD, failing)
    await asyncio.sleep(0.1)
    pair.b.attempt(message, hook, HELD, line)
    await asyncio.sleep(0.1)
    decide = pair.a.store.decide

    async def slow(*args: Any) -> Way | None:
        decided = await decide(*args)
        await until(lambda: line.answers)
        return decided

    monkeypatch.setattr(pair.a.store, "decide", slow)
    hook.end()
    await until(lambda: line.answers)
    await asyncio.sleep(3 * IDLE)
    await pair.settle_down(until)
    assert line.answers == [ANSWER]
    assert await pair.owed() == []


@pytest.mark.gen_test
async def test_row_of_what_another_answered(
    pair: Pair, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that had journaled what another answers settles that, and forgets it."""
    message, hook = text(), Hook()
    pair.b.hang_up(await begun(pair.b, message, hook))
    old = await begun(pair.b, message, hook)  # journaled, as a second attempt is
    line = await begun(pair.a, message, hook)
    assert old.attempt
    old.attempt.arrived -= pair.b.times.window
    finish = pair.b.store.finish

    async def slow(*args: Any) -> tuple[str, Way | None]:
        await finish(*args)
        await until(lambda: line.answers)
        return await finish(*args)

    monkeypatch.setattr(pair.b.store, "finish", slow)
    hook.end()
    await until(lambda: line.answers)
    await asyncio.sleep(0.1)
    pair.b.hang_up(old)
    await until(lambda: not pair.b.window._exchanges)
    await pair.settle_down(until)
    assert await pair.owed() == []
    assert not pair.b.ledger._held


@pytest.mark.gen_test
async def test_parked_is_asked_for(pair: Pair, until: Until) -> None:
    """What another process handed over is not looked for in vain: the word is a word again."""
    await pair.a.park(TextReply("one"))
    assert await pair.b.ask(text(), "next") == TextReply("one\n\nnext")
    await pair.settle_down(until)
    assert await pair.a.ask(text("查看"), "hook of the word") == TextReply("hook of the word")
    assert not pair.a.late.has(USER)


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"claimed": 0.2, "renew_claimed": 0.05}])
async def test_renews_whatever_happens(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """What runs here is kept, though renewing it failed in a way that nobody thought of."""
    renew, failed = pair.a.store.renew_claims, 0

    async def fail_once(*args: Any) -> None:
        nonlocal failed
        failed += 1
        if failed == 1:
            raise RuntimeError("unthought of")
        await renew(*args)

    monkeypatch.setattr(pair.a.store, "renew_claims", fail_once)
    assert pair.a.peers
    renewing = asyncio.create_task(pair.a.peers.renew_for_ever())
    message, hook, other = text(), Hook(), Hook(OTHER)
    await begun(pair.a, message, hook)
    await begun(pair.b, message, other)
    await asyncio.sleep(0.5)
    assert (failed > 1, other.runs) == (True, 0)
    renewing.cancel()


@pytest.mark.gen_test
async def test_hook_that_fails(pair: Pair, until: Until) -> None:
    """What ended here without a reply another process runs at once."""
    message, hook = text(), Hook()

    async def fail(_: Exchange) -> Reply:
        await hook(_)
        raise RuntimeError("as no hook of ours does")

    pair.a.attempt(message, fail, HELD)
    await asyncio.sleep(0.1)
    line = await begun(pair.b, message, Hook(OTHER))
    hook.end()
    await until(lambda: line.answers)
    assert line.answers == [OTHER]


@pytest.mark.gen_test
async def test_slower_when_late(pair: Pair, until: Until, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for what is acknowledged: the store is asked for it less often."""
    message, hook = text(), Hook()
    pair.a.hang_up(await begun(pair.a, message, hook))
    line = await begun(pair.b, message, hook, SOON)
    await until(lambda: line.answers)
    claim, claims = pair.b.store.claim, 0

    async def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal claims
        claims += 1
        return await claim(*args, **kwargs)

    monkeypatch.setattr(pair.b.store, "claim", counted)
    await asyncio.sleep(0.5)
    assert 0 < claims <= 7  # of 25
    hook.end()
    await until(lambda: not pair.b.late.pending)
