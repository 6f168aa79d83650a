"""The journal as a process keeps it, whatever its store does."""

import asyncio

import pytest

from delivery.ledger import Ledger
from delivery.times import Times
from tests.delivery.bench import Bench, item
from tests.delivery.conftest import MakeBench, Until
from wechat.replies import TextReply

REPLY = TextReply("answer")


@pytest.mark.gen_test
async def test_defer_fails(bench: Bench, until: Until, caplog: pytest.LogCaptureFixture) -> None:
    """What cannot be journaled is tried until it can; meanwhile it is known to fail."""
    bench.store.failing.add("defer")
    noted = bench.ledger.spawn(bench.ledger.defer(item(REPLY)))
    await until(lambda: bench.store.calls.count("defer") > 2)
    assert bench.ledger.failing
    assert "could not be journaled: defer fails" in caplog.text
    bench.store.failing.clear()
    assert await noted
    assert not bench.ledger.failing
    assert len(await bench.rows()) == 1


@pytest.mark.gen_test
async def test_settled_before_it_was_journaled(bench: Bench, until: Until) -> None:
    """What the user has got meanwhile is not journaled any more."""
    bench.store.failing.add("defer")
    owed = item(REPLY)
    noted = bench.ledger.spawn(bench.ledger.defer(owed))
    await until(lambda: "defer" in bench.store.calls)
    bench.ledger.settle([owed.id])
    assert await noted
    bench.store.failing.clear()
    assert await bench.rows() == []


@pytest.mark.gen_test
async def test_another_process(bench: Bench) -> None:
    """What another holds is not ours to give, nor to renew."""
    other = Ledger(bench.store, bench.times)
    owed = item(REPLY)
    assert await other.defer(owed)
    assert not await bench.ledger.defer(owed)
    assert owed.id not in bench.ledger._held


@pytest.mark.gen_test
async def test_settle_fails(bench: Bench, until: Until) -> None:
    """What the user has is settled as soon as the store works, and known as settled before."""
    owed = item(REPLY)
    await bench.ledger.defer(owed)
    bench.store.failing.add("settle")
    bench.ledger.settle([owed.id])
    await until(lambda: bench.store.calls.count("settle") > 2)
    assert bench.ledger.is_settled(owed.id)
    bench.store.failing.clear()
    await until(lambda: not bench.ledger.is_settled(owed.id))
    assert await bench.rows() == []


@pytest.mark.gen_test
async def test_park_fails(bench: Bench, until: Until) -> None:
    """What cannot be parked stays held, and is parked as soon as that can be."""
    owed = item(REPLY)
    await bench.ledger.defer(owed)
    bench.store.failing.add("park")
    parking = bench.ledger.spawn(bench.ledger.park(owed.id, 10))
    await until(lambda: bench.store.calls.count("park") > 2)
    assert owed.id in bench.ledger._held
    bench.store.failing.clear()
    await parking
    assert [row.state.value for row in await bench.store.items()] == ["parked"]
    assert owed.id not in bench.ledger._held


@pytest.mark.gen_test
async def test_renewed(make_bench: MakeBench, until: Until) -> None:
    """What is held is renewed, through failures; what was let go is not."""
    bench = make_bench(renew=0.01)
    kept, gone = item(REPLY), item(REPLY)
    for owed in (kept, gone):
        await bench.ledger.defer(owed)
    bench.ledger.let_go([gone.id])
    for entry in bench.store._entries.values():
        entry.until = 0
    bench.store.failing.add("renew")
    renewing = asyncio.create_task(bench.ledger.renew_for_ever())
    await until(lambda: bench.store.calls.count("renew") > 2)
    bench.store.failing.clear()
    await until(lambda: bench.store._entries[kept.id].until > 0)
    renewing.cancel()
    [row] = await bench.store.recover("another")
    assert row.item.id == gone.id


@pytest.mark.gen_test
async def test_release(bench: Bench) -> None:
    """What was held is free at once, what runs is ended, and what the user has is settled."""
    kept, given = item(REPLY), item(REPLY)
    for owed in (kept, given):
        await bench.ledger.defer(owed)
    endless = bench.ledger.spawn(asyncio.sleep(3600))
    bench.ledger.settle([given.id])
    await bench.ledger.release()
    assert endless.cancelled()
    assert len(await bench.rows()) == 1
    assert [row.item.id for row in await bench.store.recover("another")] == [kept.id]


@pytest.mark.gen_test
async def test_release_of_a_store_that_fails(bench: Bench) -> None:
    """The end of the process is not held up."""
    bench.store.failing |= {"renew", "settle"}
    await bench.ledger.release()
    assert bench.ledger.failing


@pytest.mark.gen_test
async def test_note_is_not_waited_for(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """A store that is silent is done without, which is said; it has it later."""
    bench.store.stalled["defer"] = asyncio.Event()
    noted = await bench.ledger.note(item(REPLY), 0.01)
    assert not noted.done()
    assert "goes on before the journal has it" in caplog.text
    bench.store.stalled["defer"].set()
    assert await noted


@pytest.mark.gen_test
async def test_failing_work(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """What fails in the background is logged, and kept no longer."""

    async def fail() -> None:
        raise LookupError("a mistake")

    with pytest.raises(LookupError):
        await bench.ledger.spawn(fail())
    await asyncio.sleep(0)
    assert "a mistake" in caplog.text
    assert not bench.ledger._tasks


def test_item() -> None:
    """A row is kept for a day from now on."""
    made = Ledger(Bench(Times()).store, Times(), lambda: 100.0).item("k", "shop", "o", "{}")
    assert (made.created, made.expires) == (100.0, 100.0 + 86_400)
    assert made.reply is None
