"""How failures are counted, and what many of them lead to."""

import pytest

from simulator.engine.conditions import Faults, Rules
from simulator.engine.delivery import Pusher
from simulator.engine.failures import ALARM, PAUSE, WINDOW, Failures
from simulator.engine.record import Shown
from tests.simulator.engine.scripts import HANGS, Script, answers, resets
from tests.simulator.engine.services import account, push, reply_xml, serving, text

FAILS = answers("", "500 x")
ONCE = Rules(repeats=1, attempts=1, cutoff=0.1)


class Clock:
    """A clock that is set by hand, in Unix seconds."""

    def __init__(self) -> None:
        self.now = 1_750_000_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def test_numbers() -> None:
    """The alarm is at 30 in five minutes; a pause lasts a minute."""
    assert (ALARM, WINDOW, PAUSE) == (30, 300.0, 60.0)


def test_window() -> None:
    """Five minutes later a failure is not recent any more, and not kept."""
    failures = Failures()
    for now in (1000.0, 1100.0, 1100.0):
        failures.failed(now, hung_up=False, pause_after=0)
    assert [failures.recent(now) for now in (1100.0, 1299.9, 1300.0, 1399.9)] == [3, 3, 2, 2]
    assert failures.recent(1400.0) == 0
    assert failures.total == 3


def test_alarm() -> None:
    """Thirty within five minutes are as many as the alarm wants; the hang-ups count."""
    failures = Failures()
    for number in range(ALARM):
        assert failures.recent(1000.0 + number) < ALARM
        failures.failed(1000.0 + number, hung_up=bool(number % 2), pause_after=0)
    assert failures.recent(1030.0) == ALARM
    assert (failures.hang_ups, failures.in_a_row) == (15, 30)


def test_old_ones_are_not_kept() -> None:
    """Memory does not grow with failures that are not recent."""
    failures = Failures()
    for number in range(1000):
        failures.failed(number * 100.0, hung_up=False, pause_after=0)
    assert len(failures._times) == 3


def test_pause() -> None:
    """So many in a row stop all pushes for a minute; then the row begins anew."""
    failures = Failures()
    for _ in range(2):
        failures.failed(1000.0, hung_up=True, pause_after=3)
    assert (failures.paused_until, failures.in_a_row) == (0.0, 2)
    failures.failed(1001.0, hung_up=True, pause_after=3)
    assert (failures.paused_until, failures.in_a_row) == (1061.0, 0)


def test_success_ends_the_row() -> None:
    """Only failures without an answer between them are in a row."""
    failures = Failures()
    failures.failed(1000.0, hung_up=False, pause_after=2)
    failures.succeeded()
    failures.failed(1000.0, hung_up=False, pause_after=2)
    assert (failures.paused_until, failures.in_a_row, failures.total) == (0.0, 1, 2)


KINDS = {
    "a status": (FAILS, 1, 0),
    "a broken connection": (resets, 1, 0),
    "a hang-up": (HANGS, 1, 1),
    "an answer that is no reply": (answers("{}"), 1, 0),
    "success": (answers(), 0, 0),
    "a reply": (answers(reply_xml()), 0, 0),
}


@pytest.mark.parametrize(("script", "failed", "hung_up"), KINDS.values(), ids=KINDS)
@pytest.mark.gen_test
async def test_what_counts(script: Script, failed: int, hung_up: int) -> None:
    """Everything but a reply or silence is a failure; the five-second time-outs are, too."""
    async with serving(script) as service:
        # What is answered is given its time: a busy machine is not what fails here.
        rules = ONCE if script is HANGS else Rules(repeats=1)
        pusher = Pusher(account(service.url), rules=rules)
        await pusher.push(text())
    failures = pusher.failures
    assert (failures.total, failures.hang_ups, failures.in_a_row) == (failed, hung_up, failed)


@pytest.mark.gen_test
async def test_each_attempt_counts() -> None:
    """Each attempt is a failure of its own, in a row until one is answered."""
    async with serving(FAILS, FAILS, FAILS, FAILS, FAILS, answers()) as service:
        pusher = Pusher(account(service.url))
        await pusher.push(text())
        assert (pusher.failures.total, pusher.failures.in_a_row) == (4, 4)
        await pusher.push(text())
        assert (pusher.failures.total, pusher.failures.in_a_row) == (5, 0)


@pytest.mark.parametrize("script", [FAILS, answers("{}")], ids=["a status", "no reply"])
@pytest.mark.gen_test
async def test_paused(script: Script) -> None:
    """Paused, nothing is pushed for a minute, and the verdict says so; then it goes on."""
    clock = Clock()
    async with serving(script) as service:
        rules = Rules(repeats=1, pause_after=2)
        pusher = Pusher(account(service.url), rules=rules, clock=clock)
        for _ in range(2):
            assert (await pusher.push(text())).attempts
        clock.now += 59.0
        told: list[object] = []
        pusher.on_change = told.append
        paused = await pusher.push(text())
        assert (paused.attempts, told) == ([], [paused])
        assert paused.verdict
        assert paused.verdict.shown is Shown.FAULT
        assert "MarkFail" in paused.verdict.reason
        clock.now += 1.0
        assert (await pusher.push(text())).attempts
    assert len(service.received) == 3


@pytest.mark.gen_test
async def test_never_paused() -> None:
    """The number is not published: unless it is set, there is no pause."""
    async with serving(FAILS) as service:
        pusher = Pusher(account(service.url))
        for _ in range(10):
            assert (await pusher.push(text())).attempts
    assert (pusher.failures.total, pusher.failures.paused_until) == (40, 0.0)


@pytest.mark.gen_test
async def test_twins_count_each() -> None:
    """Of a twin, each request is counted."""
    async with serving(FAILS) as service:
        pusher = Pusher(account(service.url), rules=ONCE, faults=Faults(twin=True))
        await pusher.push(text())
    assert pusher.failures.total == 2


@pytest.mark.gen_test
async def test_paused_for_one_account() -> None:
    """Each account is counted by itself."""
    async with serving(FAILS, answers()) as service:
        rules = Rules(repeats=1, pause_after=1)
        assert (await push(service, rules=rules)).fault
        assert not (await push(service, rules=rules)).fault
