"""Days and months as the platform counts them: in Beijing, which has no summer time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], float]  # Unix seconds

_BEIJING = timedelta(hours=8)


def day(now: float) -> str:
    """Return the date of `now` as in 2026-11-24."""
    return (datetime.fromtimestamp(now, UTC) + _BEIJING).date().isoformat()


def month(now: float) -> str:
    """Return the month of `now` as in 2026-11."""
    return day(now)[:7]
