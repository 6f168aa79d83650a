"""Replies that nobody fetches: kept for a day, ten a user, and then dropped with a line."""

import asyncio
import time

import pytest

from handlers.equipping import Equipment
from handlers.service import Endpoint
from simulator.user import WeChatUser
from stores.memory import MemoryStore
from tests.scenarios.conftest import Until
from wechat.replies import Reply, TextReply, TransferReply

MINUTE = 60.0
DAY = 86_400.0


class Clock:
    """The store's clock, which is ahead by what a test says."""

    ahead = 0.0

    def __call__(self) -> float:
        """Return Unix seconds."""
        return time.time() + self.ahead


@pytest.fixture
def clock() -> Clock:
    """Return a clock that is right."""
    return Clock()


@pytest.fixture
def store(clock: Clock) -> MemoryStore:
    """Return the journal."""
    return MemoryStore(clock)


async def park(user: WeChatUser, endpoint: Endpoint, until: Until, *replies: Reply) -> None:
    """Have replies parked for the user."""
    endpoint.state["later"] = list(replies)
    assert (await user.text("0 answer")).reply == TextReply("answer")
    await until(lambda: not endpoint.window.late.pending)
    endpoint.state["later"] = []


@pytest.mark.gen_test(timeout=60)
@pytest.mark.parametrize(
    ("reply", "kept"),
    [(TextReply("parked"), DAY), (TransferReply(), 10 * MINUTE)],
    ids=["text", "transfer"],
)
@pytest.mark.parametrize("is_late", [False, True], ids=["in-time", "too-late"])
async def test_age(  # noqa: PLR0913
    reply: Reply,
    kept: float,
    *,
    is_late: bool,
    user: WeChatUser,
    endpoint: Endpoint,
    clock: Clock,
    until: Until,
) -> None:
    """It is handed over until its time is over, and not after."""
    await park(user, endpoint, until, reply)
    clock.ahead = kept + (MINUTE if is_late else -MINUTE)
    given = (await user.text("0 ")).reply
    assert given == (None if is_late else reply)


@pytest.mark.gen_test(timeout=60)
async def test_dropped(  # noqa: PLR0913, PLR0917
    user: WeChatUser,
    endpoint: Endpoint,
    equipment: Equipment,
    store: MemoryStore,
    clock: Clock,
    until: Until,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What is too old is deleted, nothing of it stays, and the log says so."""
    await park(user, endpoint, until, TextReply("parked"))
    clock.ahead = DAY + MINUTE
    looking = asyncio.create_task(equipment.recovery.run_for_ever())
    await until(lambda: "dropped, for nobody fetched it in time" in caplog.text)
    looking.cancel()
    assert await store.items() == ()
    assert not endpoint.window.late.has(user.openid)


@pytest.mark.gen_test(timeout=60)
async def test_eleven(
    user: WeChatUser, endpoint: Endpoint, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    """Of more than ten the oldest is dropped, and the log names it."""
    replies = [TextReply(f"number {number}") for number in range(11)]
    await park(user, endpoint, until, *replies)
    assert "dropped, for 10 replies are parked for the user" in caplog.text
    given = (await user.text("0 next")).reply
    assert given == TextReply("\n\n".join([*(r.content for r in replies[1:]), "next"]))
