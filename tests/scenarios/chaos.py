"""What goes wrong on purpose: by chance, but by the same chance for the same seed."""

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing, nullcontext
from itertools import cycle
from pathlib import Path
from signal import SIGKILL
from typing import Any, NamedTuple

from simulator.engine.conditions import Faults
from tests.processes import PATIENCE
from tests.scenarios.served import SCALE, Service

SECONDS = (0, 0, 0.5, 4, 5, 7, 12, 17)  # of WeChat's, that a hook takes
LOST = ((1,), (2,), (1, 2))  # attempts
STALL = (1.0, 3.0)  # of WeChat's seconds, at least and at most
WRITTEN = 0.5  # seconds in which is written what waited for a stalled disk
SEND = "/cgi-bin/message/custom/send"
API_FAULTS: tuple[Mapping[str, Any], ...] = (
    {"busy": {"calls": 2}},
    {"bad_gateway": {"calls": 1, "path": SEND}},
    {"dropped": {"calls": 1, "path": SEND}},
    {"lost": {"calls": 1, "path": SEND}},
    {"lost": {"calls": 2, "path": SEND}},
    {"slow": {"calls": 3, "path": SEND, "seconds": SCALE}},
    {"revoked": {"calls": 1}},
    {"refused": {"errcode": 45015, "calls": 1, "path": SEND}},
)
NO_API_FAULTS = {name: None for fault in API_FAULTS for name in fault}


class End(NamedTuple):
    """The end of a process by signal `number`, in Unix seconds.

    It was asked for `at` that time and over at `died`; the next process served from `back`
    on. `owed` is the text of each row that the journal had in between.
    """

    number: int
    at: float
    died: float
    back: float
    owed: tuple[str, ...]

    @property
    def killed(self) -> bool:
        """Whether the process had no time for anything."""
        return self.number == SIGKILL

    @property
    def over(self) -> float:
        """From when on the process answered nothing."""
        return self.at if self.killed else self.died


class Disk:
    """The file of the service's store, on which another program may keep its writes waiting.

    It does not while `steady` is held. A service does without a store that is silent too
    long: what it acknowledges then is in its memory alone, and nothing saves that from a kill.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "data" / "wechat.db"
        self.steady = threading.Lock()

    def stall(self, seconds: float) -> None:
        """Let nobody write for a while: SQLite's own lock is held, so every commit waits.

        Nothing is done while it stalls already, nor until what waited then is written.
        """
        if not self.steady.acquire(blocking=False):
            return
        try:
            with self._opened("rw") as connection:
                connection.execute("BEGIN IMMEDIATE")
                time.sleep(seconds)
                connection.execute("ROLLBACK")
            time.sleep(WRITTEN)
        finally:
            self.steady.release()

    def owed(self) -> tuple[str, ...]:
        """Return what is in the journal, each row as one text."""
        with self._opened("ro") as connection:
            rows = connection.execute("SELECT message, coalesce(reply, '') FROM late")
            return tuple(" ".join(row) for row in rows)

    def _opened(self, mode: str) -> "closing[sqlite3.Connection]":
        url = f"{self._path.as_uri()}?mode={mode}"
        return closing(sqlite3.connect(url, uri=True, timeout=PATIENCE, isolation_level=None))


class Chaos:
    """Disturbs `service` by chance; `ends` are those of its processes, `stalls` are counted."""

    def __init__(self, service: Service, seed: str) -> None:
        self.chance = random.Random(seed)
        self.disk = Disk(service.folder)
        self.ends: list[End] = []
        self.stalls = 0
        self._service = service
        self._api_faults = cycle(self.chance.sample(API_FAULTS, len(API_FAULTS)))
        self._begun: list[Callable[[], object]] = []
        self._restarting = threading.Lock()

    def disturb(self) -> None:
        """Choose what goes wrong with the next push, and with what is under way."""
        chance, wechat = self.chance, self._service.wechat
        lose = frozenset(chance.choice(LOST)) if chance.random() < 0.2 else frozenset()
        wechat.pusher.faults = Faults(lose=lose, twin=chance.random() < 0.15)
        if chance.random() < 0.15:
            wechat.platform.order(**next(self._api_faults))
        if chance.random() < 0.05:
            self.stalls += 1
            self._begin(self.disk.stall, chance.uniform(*STALL) * SCALE)

    def seconds(self) -> float:
        """Return how long a hook takes."""
        return self.chance.choice(SECONDS)

    def restart(self, number: int) -> None:
        """End the process by a signal and start the next one, while everything goes on."""
        self._begin(self._restart, number)

    def over(self) -> None:
        """Wait for what was begun, and let nothing go wrong any more."""
        for result in self._begun:
            result()
        self._service.wechat.pusher.faults = Faults()
        self._service.wechat.platform.order(**NO_API_FAULTS)

    def _begin(self, act: Callable[[Any], None], value: Any) -> None:
        self._begun.append(self._service.threads.submit(act, value).result)

    def _restart(self, number: int) -> None:
        with self._restarting:
            process = self._service.process
            with self.disk.steady if number == SIGKILL else nullcontext():
                at = time.time()
                process.signal(number)
                process.end()
                died, owed = time.time(), self.disk.owed()
            self._service.start()
            self.ends.append(End(number, at, died, time.time(), owed))
