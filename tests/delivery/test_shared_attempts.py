"""What each of several processes makes of attempts that reach another."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from delivery.codec import message_text
from stores.base import Claim, Way
from tests.delivery.bench import ACCOUNT, USER, Hook, text
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
    take_up,
)
from wechat.replies import TextReply


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"twin": 0.0}])
async def test_counted(pair: Pair) -> None:
    """An attempt is counted among those of all processes, the second of one process, too."""
    message, hook = text(), Hook()
    for bench, count in ((pair.a, 1), (pair.b, 2), (pair.b, 3), (pair.a, 4)):
        line = await begun(bench, message, hook)
        assert line.attempt
        assert line.attempt.count == count
        bench.hang_up(line)


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"twin": 0.0, "silent": 0.05}])
async def test_counted_here(pair: Pair, silence: Silence, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of which the store was not told is counted all the same where it came."""
    message, hook = text(), Hook()
    pair.a.hang_up(await begun(pair.a, message, hook))
    claim = pair.a.store.claim
    silence(pair.a, "claim")
    pair.a.hang_up(await begun(pair.a, message, hook))
    monkeypatch.setattr(pair.a.store, "claim", claim)
    line = await begun(pair.a, message, hook)
    assert line.attempt
    assert line.attempt.count == 3


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"twin": 0.0}])
async def test_replay_is_no_attempt(pair: Pair) -> None:
    """What is taken up from the journal is not counted as one."""
    message, hook = text(), Hook()
    row = pair.b.ledger.item(key_of(message), ACCOUNT, USER, message_text(message))
    await pair.b.store.defer(row, "dead", 0)
    await take_up(pair.b, hook)
    await asyncio.sleep(0.1)
    line = await begun(pair.a, message, hook)
    assert line.attempt
    assert (line.attempt.count, hook.runs) == (1, 1)


@pytest.mark.gen_test
async def test_acknowledged_elsewhere(pair: Pair, until: Until) -> None:
    """Who waits learns that another has acknowledged: it does so, too, and is done with it."""
    message, hook = text(), Hook()
    first = pair.a.attempt(message, hook, SOON)
    await asyncio.sleep(0.05)
    second = await begun(pair.b, message, hook, replace(HELD, deadline=4.0))
    await until(lambda: first.answers and second.answers)
    assert ANSWER not in second.answers
    await until(lambda: not pair.b.window._exchanges)
    hook.end()
    await until(lambda: not pair.a.late.pending)
    await pair.settle_down(until)
    assert [state for state, _ in await pair.owed()] == ["parked"]


@pytest.mark.gen_test
async def test_answered_elsewhere_in_vain(pair: Pair, until: Until) -> None:
    """That another is about to answer is no answer: it may take that back."""
    message, hook = text(), Hook()
    line = await begun(pair.a, message, hook, replace(SOON, deadline=0.2))
    await pair.b.store.decide(key_of(message), Way.WINDOW, "b")
    await asyncio.sleep(0.4)  # past its deadline
    await pair.b.store.decide(key_of(message), None, "b")
    hook.end()
    await until(lambda: line.answers)
    assert line.answers == [ANSWER]
    assert (await pair.b.store.look(key_of(message))).way is Way.WINDOW


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"silent": 0.05}])
async def test_silent_while_it_waits(pair: Pair, until: Until, silence: Silence) -> None:
    """Who waits for another goes on waiting where the store is silent in between."""
    message, hook, other = text(), Hook(), Hook(OTHER)
    pair.a.hang_up(await begun(pair.a, message, hook))
    line = await begun(pair.b, message, other)
    claims = silence(pair.b, "claim")
    await asyncio.sleep(0.2)
    claims.set()
    hook.end()
    await until(lambda: line.answers)
    assert (line.answers, other.runs) == ([ANSWER], 0)


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"silent": 0.1}])
async def test_silent_in_the_end(pair: Pair, silence: Silence) -> None:
    """A process that is to end does not go on alone."""
    claims, hook = silence(pair.a, "claim"), Hook(ANSWER)
    line = pair.a.attempt(text(), hook, HELD)
    assert pair.a.peers
    await pair.a.peers.release()
    await asyncio.sleep(0.3)
    assert (line.answers, hook.runs) == ([], 0)
    claims.set()


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"twin": 0.0}])
async def test_waits_for_the_last(pair: Pair, until: Until) -> None:
    """As long as attempts come to another it is not late, and soon after the last it is."""
    message, hook = text(), Hook()
    pair.a.hang_up(await begun(pair.a, message, hook))
    await asyncio.sleep(0.6 * IDLE)
    line = await begun(pair.b, message, hook)
    await asyncio.sleep(0.6 * IDLE)
    assert line.answers == []
    pair.b.hang_up(line)
    hook.end()
    await asyncio.sleep(3 * IDLE)
    await pair.settle_down(until)
    assert [state for state, _ in await pair.owed()] == ["parked"]


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"idle": 6.0}])
async def test_watches_less_often(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody asks for is looked at often at first, and then less often."""
    look, looks = pair.a.store.look, 0

    async def counted(*args: Any) -> Any:
        nonlocal looks
        looks += 1
        return await look(*args)

    monkeypatch.setattr(pair.a.store, "look", counted)
    hook = Hook()
    pair.a.hang_up(await begun(pair.a, text(), hook))
    await asyncio.sleep(1)
    assert 10 <= looks <= 25  # of 50
    hook.end()


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"silent": 0.05}])
async def test_another_was_first(pair: Pair, until: Until, silence: Silence) -> None:
    """What another process has for the reply is what goes late; what is shown stays shown."""
    await pair.a.park(TextReply("parked"))
    message, hook = text(), Hook()
    line = await begun(pair.a, message, hook)
    finishes = silence(pair.a, "finish")
    hook.end()
    await until(lambda: line.answers)
    await pair.b.store.finish(key_of(message), '{"kind": "text", "content": "first"}')
    finishes.set()
    await pair.settle_down(until)
    assert line.answers == [TextReply("parked\n\nanswer")]
    assert await pair.owed() == []


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"silent": 0.05}])
async def test_another_was_first_and_late(pair: Pair, until: Until, silence: Silence) -> None:
    """Where nobody got either, the first reply is the one that is owed."""
    _, _, finishes = await outrun(pair, silence)
    finishes.set()
    await asyncio.sleep(3 * IDLE)
    await pair.settle_down(until)
    [(state, reply)] = await pair.owed()
    assert (state, "first" in (reply or "")) == ("parked", True)


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"look": 20.0}])
async def test_looks_in_the_end(pair: Pair) -> None:
    """A process that ends does not wait for the time of its next look."""
    pair.a.hang_up(await begun(pair.a, text(), Hook()))
    assert pair.a.peers
    assert pair.a.peers._watching
    async with asyncio.timeout(5):
        await pair.a.peers.release()


@pytest.mark.gen_test
async def test_taken_back_soon(pair: Pair, until: Until, monkeypatch: pytest.MonkeyPatch) -> None:
    """What seems answered elsewhere is looked at again: it may be taken back at once."""
    message, hook, look = text(), Hook(), pair.a.store.look

    async def seen_and_undone(key: str) -> Claim:
        claim = await look(key)
        if claim.way is Way.WINDOW:
            await pair.b.store.decide(key, None, "b")
        return claim

    monkeypatch.setattr(pair.a.store, "look", seen_and_undone)
    pair.a.hang_up(await begun(pair.a, message, hook))
    await pair.b.store.decide(key_of(message), Way.WINDOW, "b")
    hook.end()
    await asyncio.sleep(3 * IDLE)
    await pair.settle_down(until)
    assert [state for state, _ in await pair.owed()] == ["parked"]
