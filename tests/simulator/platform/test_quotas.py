"""How many customer service messages there may be, after what a user did, and how long."""

import pytest

from simulator.platform.errors import ApiError
from simulator.platform.quotas import Allowance, Quotas, Trigger
from simulator.users import User
from tests.simulator.platform.calling import START, Clock

TWO_DAYS = 48 * 3600
TABLE = [
    (Trigger.MESSAGE, 5, TWO_DAYS),
    (Trigger.MENU, 3, 60),
    (Trigger.SUBSCRIBE, 3, 60),
    (Trigger.SCAN, 3, 60),
]


@pytest.fixture
def quotas(clock: Clock) -> Quotas:
    """Return the quotas of an account to which nobody ever did anything."""
    return Quotas(clock)


@pytest.fixture
def user() -> User:
    """Return a follower."""
    return User(openid="o", nickname="o", following=True)


def refused(quotas: Quotas, user: User) -> int:
    """Return why a message may not be sent."""
    with pytest.raises(ApiError) as caught:
        quotas.take(user)
    return caught.value.errcode


@pytest.mark.parametrize(("trigger", "count", "seconds"), TABLE)
def test_count(trigger: Trigger, count: int, seconds: float, quotas: Quotas, user: User) -> None:
    """As many messages as the table says, then 45047."""
    quotas.trigger("o", trigger)
    for sent in range(count):
        assert quotas.left("o") == Allowance(count - sent, START + seconds)
        quotas.take(user)
    assert refused(quotas, user) == 45047
    assert quotas.left("o") == Allowance(0, START + seconds)


@pytest.mark.parametrize(("trigger", "seconds"), [(row[0], row[2]) for row in TABLE])
def test_time(trigger: Trigger, seconds: float, quotas: Quotas, user: User, clock: Clock) -> None:
    """As long as the table says, then 45015."""
    quotas.trigger("o", trigger)
    clock.now += seconds - 1
    quotas.take(user)
    clock.now += 1
    assert refused(quotas, user) == 45015
    assert quotas.left("o") is None


@pytest.mark.parametrize("row", TABLE)
def test_renewal(row: tuple[Trigger, int, float], quotas: Quotas, user: User, clock: Clock) -> None:
    """Each new act renews the count and the time."""
    trigger, count, seconds = row
    quotas.trigger("o", trigger)
    for _ in range(count):
        quotas.take(user)
    clock.now += seconds - 1
    quotas.trigger("o", trigger)
    clock.now += seconds - 1
    for _ in range(count):
        quotas.take(user)
    assert refused(quotas, user) == 45047


def test_payment(quotas: Quotas, user: User, clock: Clock) -> None:
    """Who paid may be written to without limit, for 48 hours, at no cost of other windows."""
    quotas.trigger("o", Trigger.PAYMENT)
    clock.now += 10
    quotas.trigger("o", Trigger.MESSAGE)
    for _ in range(100):
        quotas.take(user)
    assert quotas.left("o") == Allowance(None, START + 10 + TWO_DAYS)
    clock.now += TWO_DAYS - 10
    assert quotas.left("o") == Allowance(5, START + 10 + TWO_DAYS)
    clock.now += 10
    assert refused(quotas, user) == 45015


def test_windows_add_up(quotas: Quotas, user: User, clock: Clock) -> None:
    """Of several windows the one that closes first is used first."""
    quotas.trigger("o", Trigger.MESSAGE)
    quotas.trigger("o", Trigger.MENU)
    assert quotas.left("o") == Allowance(8, START + TWO_DAYS)
    for _ in range(3):
        quotas.take(user)
    clock.now += 60
    for _ in range(5):
        quotas.take(user)
    assert refused(quotas, user) == 45047


def test_nothing_was_done(quotas: Quotas, user: User) -> None:
    """Nobody who did nothing may be written to."""
    assert refused(quotas, user) == 45015


def test_never_followed(quotas: Quotas, user: User) -> None:
    """A stranger is told from somebody who left."""
    user.following = False
    assert refused(quotas, user) == 43004


def test_left(quotas: Quotas, user: User) -> None:
    """Who stops following takes the windows along."""
    quotas.trigger("o", Trigger.MESSAGE)
    quotas.close("o")
    assert quotas.left("o") is None
    user.following = False
    assert refused(quotas, user) == 45015
    user.following = True
    assert refused(quotas, user) == 45015


def test_people_apart(quotas: Quotas, user: User) -> None:
    """What one does says nothing of another."""
    quotas.trigger("somebody else", Trigger.MESSAGE)
    assert refused(quotas, user) == 45015


def test_idle(quotas: Quotas, clock: Clock) -> None:
    """The time since the last act is known, and endless where there was none."""
    assert quotas.idle("o") == float("inf")
    quotas.trigger("o", Trigger.SCAN)
    clock.now += 7
    assert quotas.idle("o") == 7
