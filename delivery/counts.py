"""How often something happened that who runs the service would like to know of."""

import logging
from collections import Counter

log = logging.getLogger(__name__)

LATE = "late"
NO_PLACE = "late for want of a place (WECHAT_MAX_RUNNING)"
EARLY = "acknowledged before the journal had it"
PUSHED = "pushed"
PARKED = "parked"
DROPPED = "dropped"
ASIDE = "set aside"


class Counts(Counter[str]):
    """What happened since the process started, by the words above."""

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[str, int] = {}

    def tell(self) -> None:
        """Log all counts, if one of them is another than it was the last time."""
        if self != self._told:
            self._told = dict(self)
            said = ", ".join(f"{count} {what}" for what, count in self.items())
            log.info("messages since the start: %s", said)
