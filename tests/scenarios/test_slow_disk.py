"""The store is slow, or fails: no user waits for it, and nobody sees a fault line."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from handlers.equipping import Equipment
from handlers.service import Endpoint
from simulator.engine.record import Outcome
from simulator.user import WeChatUser
from stores.memory import MemoryStore
from tests.scenarios.conftest import Until
from tests.scenarios.test_slow_answer import NOTICE
from wechat.replies import TextReply

STALLED = frozenset({"defer", "take", "settle"})


class Stalling(MemoryStore):
    """A store that does nothing while `works` is not set."""

    def __init__(self) -> None:
        super().__init__()
        self.works = asyncio.Event()
        self.works.set()

    def __getattribute__(self, name: str) -> Any:
        verb = super().__getattribute__(name)
        if name not in STALLED:
            return verb

        async def stalled(*given: Any, **named: Any) -> Any:
            await self.works.wait()
            return await verb(*given, **named)

        return stalled


@pytest.fixture
def store() -> Stalling:
    """Return the journal."""
    return Stalling()


@pytest.fixture(autouse=True)
def works_again(store: Stalling, equipment: Equipment) -> Iterator[None]:
    """Let the journal work in the end, for what waits for it still."""
    yield
    store.works.set()


@pytest.fixture
def more_settings() -> dict[str, str]:
    """Return an account that acknowledges the first attempt."""
    return {"ack_attempt": "1"}


@pytest.mark.gen_test(timeout=60)
async def test_acknowledged_all_the_same(
    user: WeChatUser,
    endpoint: Endpoint,
    store: Stalling,
    until: Until,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """At the deadline the journal is waited for a moment; then that is logged, and we go on."""
    store.works.clear()
    delivery = await user.text("6 answer")
    assert delivery.reply == TextReply(NOTICE)
    assert [attempt.outcome for attempt in delivery.attempts] == [Outcome.ANSWERED]
    assert "is acknowledged before the journal has it" in caplog.text
    store.works.set()
    await until(lambda: endpoint.window.late.parked[user.openid])
    assert (await user.text("0 next")).reply == TextReply("answer\n\nnext")


@pytest.mark.gen_test(timeout=60)
async def test_parked_is_not_read(
    user: WeChatUser, endpoint: Endpoint, store: Stalling, until: Until
) -> None:
    """What is parked and cannot be read in time waits for the message after this one."""
    endpoint.state["later"] = [TextReply("parked")]
    await user.text("0 answer")
    await until(lambda: endpoint.window.late.parked[user.openid])
    endpoint.state["later"] = []
    store.works.clear()
    assert (await user.text("0 next")).reply == TextReply("next")
    store.works.set()
    await until(lambda: endpoint.window.late.parked[user.openid])
    assert (await user.text("0 third")).reply == TextReply("parked\n\nthird")
