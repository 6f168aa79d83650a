"""Which attempt it is, when WeChat hangs up, and how often it may."""

from time import monotonic

import pytest

from delivery.observed import AGES, BUDGET_SECONDS, Observed
from delivery.times import Times


def observed(*ages: float, budget: int = 0) -> Observed:
    """Return what has seen messages of these ages."""
    made = Observed(budget, Times())
    for age in ages:
        made.note(age)
    return made


class TestNumber:
    """The number is as counted, or by age, where that is more."""

    @pytest.mark.parametrize(
        ("age", "counted", "number"),
        [
            (0, 1, 1),
            (4.4, 1, 1),
            (4.5, 1, 2),
            (9.4, 1, 2),
            (9.5, 1, 3),
            (14.5, 1, 4),
            (0, 3, 3),
            (5, 3, 3),
            (-3, 1, 1),
        ],
    )
    def test_count_and_age(self, age: float, counted: int, number: int) -> None:
        """Half a second is CreateTime's rounding."""
        assert observed(*[0] * 5).number(age, counted) == number

    @pytest.mark.parametrize("offset", [12.0, -12.0, 3600.0, -86_400.0])
    def test_wrong_clock(self, offset: float) -> None:
        """A clock that is wrong by any time cancels out."""
        made = observed(*(offset + n / 10 for n in range(5)))
        assert made.number(offset + 0.3, 1) == 1
        assert made.number(offset + 5.1, 1) == 2

    def test_few(self) -> None:
        """Fewer than five messages do not tell a clock from a delay: unless it is far off."""
        made = observed(10, 10, 10, 10)
        assert made.number(10, 1) == 3
        assert made.number(60, 1) == 1
        assert made.number(-3600, 1) == 1
        made.note(10)
        assert made.number(10, 1) == 1

    def test_least_of_the_last_fifty(self) -> None:
        """A clock that was put right is known to be, fifty messages later."""
        made = observed(-12, -12, *[0] * (AGES - 1))
        assert made.number(0, 1) == 3
        made.note(0)
        assert made.number(0, 1) == 1


class TestDeadline:
    """An early hang-up moves the deadline."""

    def test_wanted(self) -> None:
        """With fewer than three it is the wanted one."""
        made = observed()
        made.hung_up(4.2, 0)
        made.hung_up(4.2, 0)
        assert made.deadline(4.5) == 4.5
        made.hung_up(4.2, 0)
        assert made.deadline(4.5) == pytest.approx(3.7)

    def test_never_later(self) -> None:
        """Late hang-ups give no more time."""
        made = observed()
        for _ in range(5):
            made.hung_up(5.3, 0)
        assert made.deadline(4.5) == 4.5
        assert made.deadline(2.0) == 2.0

    @pytest.mark.parametrize("after", [0.1, 2.9, 5.5, 30])
    def test_other_ends(self, after: float) -> None:
        """Whoever ends a connection at another time was not out of patience."""
        made = observed()
        for _ in range(5):
            made.hung_up(after, 0)
        assert made.deadline(4.5) == 4.5

    def test_median_of_the_last_twenty(self) -> None:
        """One that differs does not move it; what was twenty hang-ups ago does not count."""
        made = observed()
        for after in [3.0] * 20 + [4.0] * 11 + [5.0] * 9:
            made.hung_up(after, 0)
        assert made.deadline(4.5) == pytest.approx(3.5)


class TestBudget:
    """Hang-ups are counted for five minutes."""

    def test_over(self) -> None:
        """As many as the budget are enough, however early they came."""
        made, now = observed(budget=3), monotonic()
        for count in range(3):
            assert not made.over_budget(), count
            made.hung_up(0.1, now)
        assert made.over_budget()

    def test_old_ones(self) -> None:
        """Those of before count no longer."""
        made, now = observed(budget=2), monotonic()
        made.hung_up(5, now - BUDGET_SECONDS - 1)
        made.hung_up(5, now)
        assert not made.over_budget()
        made.hung_up(5, now)
        assert made.over_budget()

    def test_none(self) -> None:
        """Zero is no budget."""
        made = observed()
        for _ in range(1000):
            made.hung_up(5, monotonic())
        assert not made.over_budget()
