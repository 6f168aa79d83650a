"""What no attempt got in any of several processes is owed once."""

import asyncio

import pytest

from stores.base import Way
from tests.delivery.bench import FakeLine, Hook, text
from tests.delivery.conftest import Until
from tests.delivery.pair import ANSWER, HELD, IDLE, OTHER, Pair, begun, key_of, stop, take_up
from wechat.replies import TextReply


@pytest.mark.gen_test
async def test_stopped(pair: Pair, until: Until) -> None:
    """It is journaled at a stop that comes before it is called late."""
    message, hook = text(), Hook(ANSWER)
    for _ in range(3):
        pair.a.attempt(message, hook, HELD, FakeLine(works=False))
        await asyncio.sleep(0.05)
    await stop(pair.a)
    await take_up(pair.b, hook)
    await asyncio.sleep(3 * IDLE)
    await until(lambda: not pair.b.ledger._tasks)
    assert [state for state, _ in await pair.owed()] == ["parked"]
    assert hook.runs == 1


@pytest.mark.gen_test
@pytest.mark.parametrize("may_push", [True])
async def test_fetched(pair: Pair, until: Until) -> None:
    """What the word fetched is pushed by one of them."""
    word = text("查看")
    await pair.a.park(TextReply("parked"))
    for bench in (pair.a, pair.b):
        bench.attempt(word, Hook(OTHER), HELD, FakeLine(works=False))
        await asyncio.sleep(0.1)
    await asyncio.sleep(4 * IDLE)
    await pair.settle_down(until)
    assert pair.a.platform.texts == ["parked"]


@pytest.mark.gen_test
@pytest.mark.parametrize("phase", [0.02, 0.06])
@pytest.mark.parametrize("short", [{"look": 0.1, "silent": 0.2, "idle": 1.0}])
async def test_answered_meanwhile(
    pair: Pair, until: Until, monkeypatch: pytest.MonkeyPatch, phase: float
) -> None:
    """What one process answers while another takes its own answer back is not given again."""
    decide = pair.b.store.decide

    async def slow(key: str, way: Way | None, owner: str) -> Way | None:
        if way is None:
            await asyncio.sleep(0.17)  # a disk that is slow, and not silent
        return await decide(key, way, owner)

    monkeypatch.setattr(pair.b.store, "decide", slow)
    message, hook = text(), Hook()
    pair.a.hang_up(await begun(pair.a, message, hook))
    await asyncio.sleep(phase)
    pair.b.attempt(message, hook, HELD, FakeLine(works=False))  # broken off, and sent again
    await asyncio.sleep(0.1)
    hook.end()
    exchange = pair.b.window.find(key_of(message))
    assert exchange
    await until(lambda: exchange.given)
    await asyncio.sleep(0.3)
    again = await begun(pair.a, message, hook)
    assert again.answers == [ANSWER]
    await asyncio.sleep(2.5)
    await pair.settle_down(until)
    assert await pair.owed() == []
