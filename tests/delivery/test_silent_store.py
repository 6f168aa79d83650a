"""Two processes go on while their store is silent, and agree when it is not any more."""

import asyncio
from typing import Any

import pytest

from delivery.policy import Policy
from stores.base import Way
from tests.delivery.bench import USER, Bench, FakeLine, Hook, text
from tests.delivery.conftest import Until
from tests.delivery.pair import (
    ANSWER,
    HELD,
    IDLE,
    OTHER,
    SOON,
    Pair,
    Silence,
    begun,
    key_of,
    outrun,
)
from wechat.replies import TextReply


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
async def test_silent_claim(pair: Pair, until: Until, silence: Silence) -> None:
    """Where both run the hook, as neither knows of the other, both give the same reply."""
    await pair.a.park(TextReply("parked"))
    message, hook, other = text(), Hook(), Hook(OTHER)
    claims = [silence(bench, "claim") for bench in (pair.a, pair.b)]
    first = await begun(pair.a, message, hook)
    second = await begun(pair.b, message, other)
    for each in claims:
        each.set()
    await until(lambda: second.answers)
    hook.end()
    await until(lambda: first.answers)
    await pair.settle_down(until)
    assert first.answers == second.answers == [TextReply("parked\n\nother")]
    assert await pair.owed() == []


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"silent": 0.05}])
async def test_another_was_first(pair: Pair, until: Until, silence: Silence) -> None:
    """Where another's reply turns out to stand, what was parked is free, and nothing is lost."""
    await pair.a.park(TextReply("parked"))
    message, hook, finishes = await outrun(pair, silence)
    finishes.set()
    await until(lambda: not pair.a.ledger._notes)
    line = await begun(pair.a, message, hook)
    assert line.answers == [TextReply("first")]
    assert [state for state, _ in await pair.owed()] == ["parked"]


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"silent": 0.05}])
async def test_another_was_first_and_answered(pair: Pair, until: Until, silence: Silence) -> None:
    """What was to go with ours is not settled by the answer of another process, without it."""
    await pair.a.park(TextReply("parked"))
    message, _, finishes = await outrun(pair, silence)
    await pair.b.store.decide(key_of(message), Way.WINDOW, "b")
    await asyncio.sleep(0.2)
    assert [state for state, _ in await pair.owed()] == ["parked"]
    finishes.set()
    await until(lambda: not pair.a.window._exchanges)
    await pair.settle_down(until)
    assert await pair.b.ask(text(), "next") == TextReply("parked\n\nnext")


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
@pytest.mark.parametrize("short", [{"silent": 0.05}])
async def test_silent_undo_alone(pair: Pair, until: Until, monkeypatch: pytest.MonkeyPatch) -> None:
    """A decision of one's own is not taken for another's while it cannot be taken back."""
    undoes = slow_undo(pair, monkeypatch)
    message = text()
    pair.a.attempt(message, Hook(ANSWER), HELD, FakeLine(works=False))
    await asyncio.sleep(0.4)
    undoes.set()
    await is_late(pair.a, message, until)
    await pair.settle_down(until)
    [(state, reply)] = await pair.owed()
    assert (state, "answer" in (reply or "")) == ("parked", True)


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"silent": 0.05}])
async def test_silent_undo_elsewhere(
    pair: Pair, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another process took for answered, and settled, is owed all the same."""
    undoes = slow_undo(pair, monkeypatch)
    message, hook = text(), Hook()
    pair.a.attempt(message, hook, HELD, FakeLine(works=False))
    await asyncio.sleep(0.1)
    for _ in range(2):  # the second is journaled
        pair.b.hang_up(await begun(pair.b, message, hook))
    pair.a.attempt(message, hook, HELD, FakeLine(works=False))
    await asyncio.sleep(0.1)
    hook.end()
    await until(lambda: not pair.b.window._exchanges)
    undoes.set()
    await is_late(pair.a, message, until)
    await pair.settle_down(until)
    [(state, reply)] = await pair.owed()
    assert (state, "answer" in (reply or "")) == ("parked", True)


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"silent": 0.05, "idle": 0.1, "remembered": 0.5}])
async def test_silent_for_long(pair: Pair, until: Until, silence: Silence) -> None:
    """What nobody asks for is late at last, though the store never says what others know."""
    message, hook = text(), Hook()
    line = await begun(pair.a, message, hook)
    silences = [silence(pair.a, verb) for verb in ("look", "decide")]
    pair.a.hang_up(line)
    hook.end()
    await asyncio.sleep(0.3)
    assert await pair.owed() == []
    await is_late(pair.a, message, until)
    for each in silences:
        each.set()
    await pair.settle_down(until)
    assert [state for state, _ in await pair.owed()] == ["parked"]


async def is_late(bench: Bench, message: Any, until: Until) -> None:
    """Wait until a process calls it late."""
    exchange = bench.window.find(key_of(message))
    assert exchange
    await until(lambda: exchange.way is Way.LATE)


def slow_undo(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Have a decision of the first process be taken back only after the event."""
    undoes, decide = asyncio.Event(), pair.a.store.decide

    async def slow(key: str, way: Way | None, owner: str) -> Way | None:
        if way is None:
            await undoes.wait()
        return await decide(key, way, owner)

    monkeypatch.setattr(pair.a.store, "decide", slow)
    return undoes


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
