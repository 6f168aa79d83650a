"""Liveness and readiness, for whatever watches the process; not for the internet."""

from tornado.web import HTTPError

from handlers.plain import PlainHandler


class HealthHandler(PlainHandler):
    """Says ok, or 503 while the process drains, or cannot journal what it owes."""

    SUPPORTED_METHODS = ("GET", "HEAD")

    async def get(self) -> None:
        """Answer that requests are served."""
        self.whole = True
        if self.service.draining:
            raise HTTPError(503, "draining")
        if self.service.ledger and self.service.ledger.failing:
            raise HTTPError(503, "the journal cannot be written")
        self.finish_plain("ok\n")

    head = get
