"""A hook that blocks the loop is named."""

import re
import time

import pytest

from delivery.watchdog import Watchdog
from tests.delivery.conftest import Until


class Handler:
    """What has a hook that blocks."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self._caplog = caplog

    async def on_text(self) -> None:
        """Block until that was noticed."""
        self.compute()

    def compute(self) -> None:
        """Be what takes the time."""
        end = time.monotonic() + 20
        while "blocks every user" not in self._caplog.text and time.monotonic() < end:
            time.sleep(0.01)


@pytest.mark.gen_test
@pytest.mark.parametrize("names", [{"on_text"}, set()])
async def test_blocked(names: set[str], until: Until, caplog: pytest.LogCaptureFixture) -> None:
    """It is named with its stack while it blocks, and how long it did after."""
    watchdog = Watchdog(0.2, names)
    watchdog.start()
    await Handler(caplog).on_text()
    await until(lambda: "blocked the loop for" in caplog.text)
    watchdog.stop()
    watchdog._thread.join(10)
    culprit = "Handler.on_text" if names else "something that is no hook"
    assert f"{culprit} blocks every user" in caplog.text
    assert "in compute" in caplog.text
    assert "asyncio.to_thread" in caplog.text
    assert re.search(rf"{culprit} blocked the loop for \d+\.\d s", caplog.text)
    assert not watchdog._thread.is_alive()
