"""Two processes with one SQLite file, of which one ends, or fails, or learns what the other did."""

import asyncio
from typing import Any

import pytest

from delivery.exchange import Exchange
from stores.base import Way
from tests.delivery.bench import USER, FakeLine, Hook, text
from tests.delivery.conftest import Until
from tests.delivery.pair import ANSWER, HELD, IDLE, OTHER, SOON, Pair, begun, key_of
from tests.delivery.running import talking
from wechat.replies import Reply, TextReply


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
    first = pair.a.attempt(message, talking(pair.a, hook), HELD)
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


@pytest.mark.gen_test
async def test_another_versions_reply(pair: Pair, until: Until, caplog: Any) -> None:
    """What cannot be read is no reply: the hook runs here, too."""
    message = text()
    await pair.b.store.finish(key_of(message), '{"kind": "hologram"}')
    line = await begun(pair.a, message, Hook(ANSWER))
    await until(lambda: line.answers)
    assert line.answers == [ANSWER]
    assert "its reply cannot be read" in caplog.text
