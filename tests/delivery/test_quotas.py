"""How many messages a user may get, by our own count."""

import pytest

from delivery.quotas import TIDY, Quotas
from tests.delivery.bench import USER, event, text

HOURS = 3600.0


def left_after(quotas: Quotas, now: float, used: int) -> int:
    """Return what is left after some were sent."""
    for _ in range(used):
        quotas.use(USER)
    return quotas.left(USER, now)


def test_message() -> None:
    """A message allows five in 48 hours; the next begins anew."""
    quotas = Quotas()
    quotas.triggered(text(), 0)
    assert left_after(quotas, 1, 4) == 1
    assert left_after(quotas, 1, 3) == 0
    quotas.triggered(text(), 10)
    assert quotas.left(USER, 10 + 48 * HOURS - 1) == 5
    assert quotas.left(USER, 10 + 48 * HOURS) == 0


@pytest.mark.parametrize(
    "name", ["CLICK", "scancode_push", "scancode_waitmsg", "SCAN", "subscribe"]
)
def test_event(name: str) -> None:
    """What a user does beside writing allows three in a minute."""
    quotas = Quotas()
    quotas.triggered(event(name), 0)
    assert quotas.left(USER, 59) == 3
    assert quotas.left(USER, 60) == 0


@pytest.mark.parametrize("name", ["VIEW", "LOCATION", "unsubscribe", "TEMPLATESENDJOBFINISH"])
def test_other_events(name: str) -> None:
    """Any other event allows nothing, and takes nothing away."""
    quotas = Quotas()
    quotas.exhaust(USER, 0)
    quotas.triggered(event(name), 1)
    assert quotas.left(USER, 2) == 0
    quotas.triggered(text(), 3)
    quotas.triggered(event(name), 4)
    assert quotas.left(USER, 5) == 5


def test_tap_after_a_message() -> None:
    """A tap does not close the wider window of a message; of an empty one it makes three."""
    quotas = Quotas()
    quotas.triggered(text(), 0)
    quotas.triggered(event("CLICK"), 1)
    assert quotas.left(USER, 2 * HOURS) == 5
    for _ in range(5):
        quotas.use(USER)
    quotas.triggered(event("CLICK"), 2)
    assert quotas.left(USER, 3) == 3


def test_unknown_user() -> None:
    """Of whom nothing is known, the platform knows better; until it has refused."""
    quotas = Quotas()
    assert left_after(quotas, 0, 9) == 5
    quotas.exhaust(USER, 0)
    assert quotas.left(USER, 1) == 0


def test_tidied() -> None:
    """Users whose time is over are forgotten, and no others."""
    quotas = Quotas()
    for number in range(TIDY):
        quotas.triggered(event("CLICK", user=f"o{number}"), 0)
    quotas.triggered(text(), 61)
    assert list(quotas._windows) == [USER]


def test_what_was_done_before() -> None:
    """What comes from the journal counts from its own time, and never over what came since."""
    quotas = Quotas()
    quotas.triggered(text(), 100)
    quotas.use(USER)
    quotas.triggered(text(), 50)
    assert quotas.left(USER, 101) == 4
    quotas = Quotas()
    quotas.triggered(event("SCAN"), 100 - 60)
    assert quotas.left(USER, 100) == 0


def test_not_taken() -> None:
    """A message that the platform did not take is counted off."""
    quotas = Quotas()
    quotas.give_back(USER)
    quotas.triggered(text(), 0)
    quotas.use(USER)
    quotas.give_back(USER)
    assert quotas.left(USER, 1) == 5
