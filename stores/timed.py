"""What the parts of a store in memory have in common."""

from collections.abc import Callable


class Timed:
    """Knows the time; `clock` is Unix seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def _now(self) -> float:
        """Return the time; every verb begins with this."""
        return self._clock()
