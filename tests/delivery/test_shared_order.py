"""What comes behind an answer comes behind it, and whole, whichever process sees to either."""

import asyncio
import time
from dataclasses import replace
from typing import Any

import pytest

from delivery.codec import message_text, reply_text
from delivery.policy import Policy
from tests.delivery.bench import ACCOUNT, USER, FakeLine, Hook, text
from tests.delivery.conftest import Until
from tests.delivery.pair import (
    ANSWER,
    HELD,
    OTHER,
    SOON,
    Pair,
    Silence,
    begun,
    key_of,
    kill,
    stop,
    take_up,
)
from tests.delivery.running import talking
from wechat.replies import TextReply

FIRST, REST = "a" * 2000, "b" * 100
LONG = TextReply(FIRST + REST)


@pytest.mark.gen_test
@pytest.mark.parametrize("end", [stop, kill])
async def test_rest(end: Any, pair: Pair, until: Until) -> None:
    """What an answer leaves over is owed, though the process that ran the hook has ended."""
    message, hook = text(), Hook(LONG)
    pair.a.attempt(message, hook, HELD, FakeLine(works=False))
    await asyncio.sleep(0.1)
    await end(pair.a)
    line = await begun(pair.b, message, Hook(OTHER))
    assert line.answers == [TextReply(FIRST)]
    await take_up(pair.b, Hook(OTHER))
    await until(lambda: not pair.b.ledger._tasks)
    left = [(row.state.value, row.item.reply) for row in await pair.b.store.items()]
    assert left == [("parked", reply_text(TextReply(REST)))]


@pytest.mark.gen_test
@pytest.mark.parametrize("short", [{"silent": 0.05}])
async def test_rest_in_silence(pair: Pair, until: Until, silence: Silence) -> None:
    """It is kept by a process that cannot ask whether it belongs to the answer."""
    message = text()
    pair.a.attempt(message, Hook(LONG), HELD, FakeLine(works=False))
    await asyncio.sleep(0.1)
    await stop(pair.a)
    line = await begun(pair.b, message, Hook(OTHER))
    assert line.answers == [TextReply(FIRST)]
    looks = silence(pair.b, "look")
    await take_up(pair.b, Hook(OTHER))
    await until(lambda: not pair.b.ledger._tasks)
    looks.set()
    assert await pair.owed() == [("open", reply_text(TextReply(REST)))]


@pytest.mark.gen_test
async def test_rest_before_its_beginning(pair: Pair, until: Until) -> None:
    """It is owed, too, where the process that takes it up has not answered yet."""
    message, hook = text(), Hook(LONG)
    for bench in (pair.a, pair.b):
        bench.attempt(message, hook, HELD, FakeLine(works=False))
        await asyncio.sleep(0.1)
    await stop(pair.a)
    await take_up(pair.b, Hook(OTHER))
    line = await begun(pair.b, message, Hook(OTHER))
    assert line.answers == [TextReply(FIRST)]
    await pair.settle_down(until)
    assert await pair.owed() == [("parked", reply_text(TextReply(REST)))]


@pytest.mark.gen_test
@pytest.mark.parametrize("may_push", [True])
async def test_rest_under_way(pair: Pair, until: Until) -> None:
    """So it is where a stop cuts off the push of it."""
    message, hook = text(), Hook()
    hook.reply = LONG
    pair.a.hang_up(await begun(pair.a, message, hook))
    line = await begun(pair.b, message, hook)
    pair.a.platform.open.clear()  # it is slow to answer
    hook.end()
    await until(lambda: line.answers)
    assert line.answers == [TextReply(FIRST)]
    await asyncio.sleep(0.5)
    await stop(pair.a)
    await take_up(pair.b, Hook(OTHER))
    await until(lambda: not pair.b.ledger._tasks)
    assert (pair.b.platform.texts, await pair.owed()) == ([REST], [])


@pytest.mark.gen_test
async def test_stray_rest(pair: Pair, until: Until) -> None:
    """The rest of a text whose beginning nobody got is shown to nobody."""
    message = text()
    row = pair.a.ledger.item(f"{key_of(message)}+12345", ACCOUNT, USER, message_text(message))
    # Its process was killed after that was noted, and before the others had the beginning.
    await pair.a.store.defer(replace(row, reply=reply_text(TextReply("old rest"))), "dead", 0)
    await take_up(pair.a, Hook(OTHER))
    line = await begun(pair.b, message, Hook(ANSWER))
    assert line.answers == [ANSWER]
    pair.a.now = time.time() + 60
    await take_up(pair.a, Hook(OTHER))
    await pair.settle_down(until)
    assert await pair.owed() == []


@pytest.mark.gen_test
@pytest.mark.parametrize("may_push", [True])
async def test_pushed(pair: Pair, until: Until) -> None:
    """What a hook sends behind its answer comes second, though another process pushes that."""
    message, hook = text(), Hook()
    first = pair.a.attempt(message, talking(pair.a, hook), HELD)
    await asyncio.sleep(0.1)
    pair.a.hang_up(first)
    line = await begun(pair.b, message, hook, SOON)  # journals, and acknowledges
    await until(lambda: line.answers)
    await asyncio.sleep(1)
    hook.end()
    await until(lambda: len(pair.a.platform.sent) == 2)
    assert pair.a.platform.texts == ["answer", "more"]


@pytest.mark.gen_test
@pytest.mark.parametrize("may_push", [True])
@pytest.mark.parametrize("short", [{"approach": 0.5}])
@pytest.mark.parametrize("phase", [0.0, 0.015])
async def test_pushed_to_twins(phase: float, pair: Pair, until: Until) -> None:
    """So it does where both acknowledge, each in its time."""
    hook, policy = Hook(), Policy(deadline=1.0)
    for bench in (pair.a, pair.b):
        bench.attempt(text(user="other"), Hook(), policy)
        await asyncio.sleep(phase)  # the tickers of two processes are not in step
    message = text()
    twins = [bench.attempt(message, talking(bench, hook), policy) for bench in (pair.a, pair.b)]
    await until(lambda: all(line.answers for line in twins))
    hook.end()
    await until(lambda: len(pair.a.platform.sent) == 2)
    assert pair.a.platform.texts == ["answer", "more"]


@pytest.mark.gen_test
async def test_parked(pair: Pair, until: Until) -> None:
    """So it does where both are parked, and what comes behind was said first."""
    message, hook = text(), Hook()
    first = pair.a.attempt(message, talking(pair.a, hook), HELD)
    await asyncio.sleep(0.1)
    pair.a.hang_up(first)
    pair.b.now = time.time()
    line = await begun(pair.b, message, hook, SOON)
    await until(lambda: line.answers)
    hook.end()
    await asyncio.sleep(0.5)
    await pair.settle_down(until)
    assert await pair.b.ask(text(), "next") == TextReply("answer\n\nmore\n\nnext")
