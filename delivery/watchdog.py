"""A hook that blocks the loop is caught in the act: named, with its stack.

A thread of its own looks whether the loop still goes round; while it does not, every user of
every account waits.
"""

import asyncio
import logging
import sys
import threading
import time
import traceback
from collections.abc import Collection
from types import FrameType

log = logging.getLogger(__name__)
ADVICE = "blocking work belongs into 'await asyncio.to_thread(function, …)'"


class Watchdog:
    """Warns where the loop stands still for `seconds`; `names` are those of hooks."""

    def __init__(self, seconds: float, names: Collection[str]) -> None:
        self._seconds = seconds
        self._names = names
        self._beat = time.monotonic()
        self._loop_thread = threading.get_ident()
        self._stop = threading.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin; to be called on the loop's thread."""
        self._tick()
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stop.set()
        if self._timer:
            self._timer.cancel()

    def _tick(self) -> None:
        self._beat = time.monotonic()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._seconds / 4, self._tick)

    def _watch(self) -> None:
        while not self._stop.wait(self._seconds / 4):
            beat = self._beat
            if time.monotonic() - beat < self._seconds:
                continue
            culprit, stack = self._caught()
            log.error("%s blocks every user: %s\n%s", culprit, ADVICE, stack)
            while self._beat == beat and not self._stop.wait(self._seconds / 20):
                pass
            log.error("%s blocked the loop for %.1f s", culprit, time.monotonic() - beat)

    def _caught(self) -> tuple[str, str]:
        """Return the hook that runs on the loop's thread, and where it is."""
        frame = sys._current_frames().get(self._loop_thread)  # noqa: SLF001  # there is no other way
        stack = "".join(traceback.format_stack(frame)) if frame else ""
        return self._hook(frame), stack

    def _hook(self, frame: FrameType | None) -> str:
        while frame:
            if frame.f_code.co_name in self._names:
                return frame.f_code.co_qualname
            frame = frame.f_back
        return "something that is no hook"
