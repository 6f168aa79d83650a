"""More hooks than may run, a stop of the process, and a hook that blocks."""

import asyncio
import time
from collections.abc import Callable

import pytest

from delivery.watchdog import Watchdog
from handlers.hooks import NAMES
from handlers.service import Endpoint
from simulator.user import WeChatUser
from simulator.world import World
from tests.scenarios.conftest import CUTOFF, SCALE
from wechat.replies import TextReply


class TestFewPlaces:
    """Hooks are bounded; what waits does so in its window, first come first served."""

    @pytest.fixture
    def max_running(self) -> int:
        """Return one place."""
        return 1

    @pytest.mark.gen_test(timeout=60)
    async def test_in_turn(
        self, user: WeChatUser, world: World, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
    ) -> None:
        """One after another is answered, in the order of their coming."""
        pushes = []
        for number in range(4):
            other = world.user(f"oUser{number}")
            pushes.append(asyncio.create_task(other.text(f"2 answer {number}")))
            await asyncio.sleep(0.1 * SCALE)
        deliveries = await asyncio.gather(*pushes)
        assert [d.reply for d in deliveries] == [TextReply(f"answer {n}") for n in range(4)]
        assert endpoint.state["runs"] == [f"answer {number}" for number in range(4)]
        assert "as many as may (WECHAT_MAX_RUNNING)" in caplog.text


@pytest.mark.gen_test(timeout=60)
async def test_drain(user: WeChatUser, endpoint: Endpoint) -> None:
    """Once the process is to stop, each attempt is the last, and has its end before that."""
    push = asyncio.create_task(user.text("30 answer"))
    await asyncio.sleep(SCALE)
    began = time.monotonic()
    endpoint.window.drain(began + 2 * SCALE)
    delivery = await push
    assert len(delivery.attempts) == 1
    assert delivery.reply is not None
    assert time.monotonic() - began < CUTOFF


@pytest.mark.gen_test
async def test_blocking_hook(
    until: Callable[..., asyncio.Future[None]], caplog: pytest.LogCaptureFixture
) -> None:
    """A hook that blocks is named with its stack, and for how long it did."""

    class Blocking:
        async def on_text(self) -> None:
            time.sleep(0.6)  # noqa: ASYNC251

    watchdog = Watchdog(0.1, NAMES)
    watchdog.start()
    await asyncio.sleep(0)
    await Blocking().on_text()
    await until(lambda: "blocked the loop for" in caplog.text)
    watchdog.stop()
    assert "Blocking.on_text blocks every user" in caplog.text
    assert "time.sleep(0.6)" in caplog.text
