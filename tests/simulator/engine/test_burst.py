"""Many users at once: the rate that is kept, and what is counted."""

import asyncio
from typing import Any

import pytest

from simulator.engine.burst import Report, burst, percentile
from simulator.engine.conditions import Rules
from simulator.engine.delivery import Pusher
from tests.pushes import ORIGINAL_ID
from tests.simulator.engine.scripts import HANGS, Received, answers, resets
from tests.simulator.engine.services import account, reply_xml, serving


async def replies(
    received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Reply to whoever sent it."""
    sender = str(received.fields["FromUserName"])
    await answers(reply_xml(ToUserName=sender))(received, reader, writer)


@pytest.mark.gen_test
async def test_messages() -> None:
    """Users send by turns, each a text of their own that WeChat would send."""
    async with serving(replies) as service:
        pusher = Pusher(account(service.url))
        report = await burst(pusher, users=3, rate=50, seconds=0.2, content="hi")
    assert (report.sent, report.replies, report.faults, report.silent) == (10, 10, 0, 0)
    assert (report.running, report.done, report.hang_ups, report.reasons) == (0, True, 0, {})
    bodies = [got.fields for got in service.received]
    by_user = [sum(b["FromUserName"] == f"oBurst{user:06}" for b in bodies) for user in range(3)]
    assert by_user == [4, 3, 3]
    assert {b["Content"] for b in bodies} == {"hi"}
    assert {b["ToUserName"] for b in bodies} == {ORIGINAL_ID}
    assert len({b["MsgId"] for b in bodies}) == 10


@pytest.mark.gen_test
async def test_rate() -> None:
    """Messages are not sent faster than the rate, and nobody who waits holds up the others."""
    waiting = asyncio.Event()

    async def script(
        received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if len(service.received) == 20:
            waiting.set()
        await waiting.wait()
        await answers()(received, reader, writer)

    async with serving(script) as service:
        pusher = Pusher(account(service.url), rules=Rules(cutoff=60))
        report = await burst(pusher, users=20, rate=100, seconds=0.2)
    assert report.sent == report.silent == 20
    assert report.seconds >= 0.19


@pytest.mark.gen_test
async def test_at_least_one() -> None:
    """However slow the rate, there is one message."""
    async with serving(answers()) as service:
        report = await burst(Pusher(account(service.url)), users=1, rate=0.1, seconds=0.1)
    assert report.sent == report.silent == len(service.received) == 1


@pytest.mark.gen_test
async def test_what_is_counted() -> None:
    """Replies, silence and faults are counted, with the reasons of these and the hang-ups."""
    async with serving(answers("{}"), HANGS) as service:
        pusher = Pusher(account(service.url))
        json = await burst(pusher, users=1, rate=10, seconds=0.1)
        pusher.rules = Rules(cutoff=0.1)
        hung = await burst(pusher, users=1, rate=10, seconds=0.1)
    assert (json.faults, json.hang_ups) == (1, 0)
    assert json.reasons == {"the answer is JSON, but the account is set to XML": 1}
    assert (hung.faults, hung.hang_ups) == (1, 3)
    assert list(hung.reasons.values()) == [1]
    assert hung.times[0] >= 0.3
    assert hung.percentile(50) == hung.times[0]


@pytest.mark.gen_test
async def test_reasons() -> None:
    """Equal reasons are counted together; of many, not all are kept."""
    async with serving(answers("{}")) as service:
        report = await burst(Pusher(account(service.url)), users=1, rate=100, seconds=0.05)
    assert report.reasons == {"the answer is JSON, but the account is set to XML": 5}

    bad = [answers(reply_xml(ToUserName="o", MsgType=f"t{number}")) for number in range(30)]
    async with serving(*bad) as service:
        pusher = Pusher(account(service.url))
        report = await burst(pusher, users=30, rate=300, seconds=0.1)
    assert report.faults == 30
    assert len(report.reasons) <= 20


@pytest.mark.gen_test
async def test_progress() -> None:
    """What is so far is told while it runs."""
    told: list[tuple[int, bool]] = []
    async with serving(HANGS) as service:
        pusher = Pusher(account(service.url), rules=Rules(cutoff=0.3, attempts=2))
        await burst(
            pusher,
            users=1,
            rate=50,
            seconds=0.1,
            on_progress=lambda report: told.append((report.running, report.done)),
        )
    assert told[0] == (1, False)
    assert told[-1] == (0, False)
    assert len(told) > 2


@pytest.mark.gen_test
async def test_cancelled() -> None:
    """Who ends the task of a burst ends all its connections."""
    async with serving(HANGS) as service:
        before = asyncio.all_tasks()
        pusher = Pusher(account(service.url), rules=Rules(cutoff=60))
        task = asyncio.create_task(burst(pusher, users=5, rate=100, seconds=60))
        await asyncio.sleep(0.2)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert asyncio.all_tasks() - before == service.tasks
        await service.hung_up()


BOUNDS: list[tuple[dict[str, Any], str]] = [
    ({"users": 0}, "users must be more than 0, and at most 1e"),
    ({"users": 1_000_001}, "users must be"),
    ({"rate": 0}, "rate must be more than 0, and at most 10000"),
    ({"rate": 10_001}, "rate must be"),
    ({"rate": float("nan")}, "rate must be"),
    ({"seconds": -1}, "seconds must be more than 0, and at most 3600"),
    ({"seconds": 3601}, "seconds must be"),
]


@pytest.mark.parametrize(("values", "words"), BOUNDS)
@pytest.mark.gen_test
async def test_bounds(values: dict[str, Any], words: str) -> None:
    """A number out of bounds is refused before anything is sent."""
    async with serving(resets) as service:
        given = {"users": 1, "rate": 1.0, "seconds": 1.0} | values
        with pytest.raises(ValueError, match=words):
            await burst(Pusher(account(service.url)), **given)
    assert service.received == []


@pytest.mark.parametrize(
    ("count", "percent", "expected"),
    [
        *[(0, 50, 0), (1, 0, 1), (1, 50, 1), (1, 100, 1), (2, 50, 1), (2, 51, 2)],
        *[(10, 95, 10), (20, 95, 19), (100, 50, 50), (100, 95, 95), (100, 99, 99)],
        (100, 100, 100),
    ],
)
def test_percentile(count: int, percent: float, expected: float) -> None:
    """A percentile is one of the times: so many of a hundred took no longer."""
    times = [float(number) for number in range(1, count + 1)]
    assert percentile(times, percent) == expected
    assert Report(times=times[::-1]).percentile(percent) == expected
