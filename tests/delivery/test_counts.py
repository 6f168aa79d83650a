"""How often what happened: told when it changed."""

import asyncio

import pytest

from delivery.counts import ASIDE, DROPPED, EARLY, LATE, NO_PLACE, PARKED, PUSHED, Counts
from delivery.parked import MOST_PARKED
from delivery.policy import Policy
from tests.delivery.bench import Bench, Hook, event, text
from tests.delivery.conftest import MakeBench, Until
from wechat.replies import ACK, TextReply

SOON = Policy(deadline=0.1, ack_attempt=1)


def test_told(caplog: pytest.LogCaptureFixture) -> None:
    """A count is told once, and all of them again when one has changed."""
    caplog.set_level("INFO")
    counts = Counts()
    counts.tell()
    assert not caplog.records
    counts[LATE] += 2
    counts.tell()
    counts.tell()
    counts[ASIDE] += 1
    counts.tell()
    assert [record.getMessage() for record in caplog.records] == [
        "messages since the start: 2 late",
        "messages since the start: 2 late, 1 set aside",
    ]


@pytest.mark.gen_test
@pytest.mark.parametrize(("may_push", "what"), [(True, PUSHED), (False, PARKED)])
async def test_late(*, may_push: bool, what: str, make_bench: MakeBench, until: Until) -> None:
    """What is late counts, and where it went."""
    bench, hook = make_bench(may_push=may_push), Hook()
    line = bench.attempt(text(), hook, SOON)
    await until(lambda: line.answers)
    hook.end()
    await until(lambda: not bench.places.running and not bench.ledger._tasks)
    assert bench.ledger.counts == {LATE: 1, what: 1}


@pytest.mark.gen_test
async def test_dropped(bench: Bench) -> None:
    """So does what there was no room for."""
    await bench.park(*(TextReply(str(n)) for n in range(MOST_PARKED + 1)))
    assert bench.ledger.counts == {PARKED: MOST_PARKED + 1, DROPPED: 1}


@pytest.mark.gen_test
async def test_early(make_bench: MakeBench, until: Until) -> None:
    """So does an acknowledgement that the journal was too slow for."""
    bench = make_bench(journal=0.01)
    stalled = bench.store.stalled["defer"] = asyncio.Event()
    line = bench.attempt(text(), Hook(), SOON)
    await until(lambda: line.answers)
    stalled.set()
    assert bench.ledger.counts == {LATE: 1, EARLY: 1}


@pytest.mark.gen_test
async def test_no_place(bench: Bench, until: Until) -> None:
    """So does what is late because too many hooks run."""
    bench.places.most = 1
    lines = [bench.attempt(text(), Hook(), SOON) for _ in range(2)]
    await until(lambda: all(line.answers for line in lines))
    assert bench.ledger.counts == {LATE: 2, NO_PLACE: 1}


@pytest.mark.gen_test
async def test_early_once(make_bench: MakeBench, until: Until) -> None:
    """Twins are one acknowledgement."""
    bench = make_bench(journal=0.05)
    stalled = bench.store.stalled["defer"] = asyncio.Event()
    message, hook = text(), Hook()
    lines = [bench.attempt(message, hook, SOON) for _ in range(2)]
    await until(lambda: all(line.answers for line in lines))
    stalled.set()
    assert bench.ledger.counts == {LATE: 1, EARLY: 1}


@pytest.mark.gen_test
async def test_not_early(make_bench: MakeBench, until: Until) -> None:
    """What is answered while the journal is waited for is none."""
    bench = make_bench(journal=0.5)
    stalled = bench.store.stalled["defer"] = asyncio.Event()
    hook = Hook()
    line = bench.attempt(text(), hook, Policy(deadline=0.1, ack_attempt=1))
    await until(lambda: "defer" in bench.store.calls)
    await asyncio.sleep(0.1)
    hook.end()
    await until(lambda: line.answers)
    await asyncio.sleep(0.5)
    stalled.set()
    assert bench.ledger.counts == {}


@pytest.mark.gen_test
async def test_unsubscribe(bench: Bench, until: Until) -> None:
    """An unsubscribe whose own hook is slow, and says nothing, drops nothing."""
    hook = Hook()
    hook.reply = ACK
    line = bench.attempt(event("unsubscribe"), hook, SOON)
    await until(lambda: line.answers)
    hook.end()
    await until(lambda: not bench.places.running and not bench.ledger._tasks)
    assert bench.ledger.counts == {LATE: 1}
