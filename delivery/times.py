"""Every duration of the window, in seconds; all of them scaled alike in tests.

What WeChat does is 5 s an attempt; the rest is ours, and follows from it.
"""

from dataclasses import dataclass, fields, replace
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The durations, and how they hang together."""

    window: float = 5.0  # after which WeChat has hung up on an attempt
    drop: float = 5.5  # after which we end a held one that was not seen to
    twin: float = 4.0  # younger than this, an open attempt makes the next one its twin
    approach: float = 0.5  # before its deadline, a last attempt is journaled
    journal: float = 0.3  # for which the journal is waited for at a deadline
    silent: float = 0.2  # for which a store is waited for before an answer
    idle: float = 6.0  # without an open attempt, after which no other will come
    remembered: float = 60.0  # after its last attempt
    lease: float = 30.0  # of a journal's row
    renew: float = 10.0
    recover: float = 5.0
    claimed: float = 6.0  # the lease of an exchange whose hook runs
    renew_claimed: float = 2.0
    look: float = 0.1  # between two looks at what another process runs
    look_owed: float = 0.5  # and at what a user is owed by all of them
    push_again: tuple[float, ...] = (5.0, 30.0)
    kept: float = 86_400.0  # a late reply
    kept_transfer: float = 600.0

    def scaled(self, by: float) -> Self:
        """Return the same, each `by` times as long; what is kept stays kept."""
        durations = {
            field.name: getattr(self, field.name) * by
            for field in fields(self)
            if isinstance(getattr(self, field.name), float)
        }
        again = tuple(each * by for each in self.push_again)
        kept = {"kept": self.kept, "kept_transfer": self.kept_transfer}
        return replace(self, **(durations | kept), push_again=again)


TIMES = Times()
