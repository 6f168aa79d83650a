"""Who may use the page: what is on this machine, and no page of another site.

The simulator listens at loopback, but any web page could still reach it: by a name of its
own that it makes lead to 127.0.0.1 (DNS rebinding), which the Host header tells; or by
sending what an answer is not needed for, which the Origin header tells.
"""

import logging
import re
from http.client import responses
from types import TracebackType
from typing import Any

from tornado.web import HTTPError, RequestHandler

log = logging.getLogger(__name__)

_HOST = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?", re.IGNORECASE)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


class Refusal(HTTPError):
    """A request that is refused; `text` says why, in words for who sent it."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(status, "%s", text)
        self.text = text


class PlainHandler(RequestHandler):
    """Answers what is wrong in one line of text, and lets nothing be taken for a script."""

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = kwargs.get("exc_info", (None, None))[1]
        known = isinstance(error, Refusal)
        text = error.text if known else f"{status_code} {responses.get(status_code, 'Unknown')}"
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{text}\n")

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log without the query: a token may be in it."""
        where = f"{self.request.method} {self.request.path!r}"
        if isinstance(value, Refusal):
            log.warning("refused %s: %s", where, value.text)
        elif not isinstance(value, HTTPError):
            log.error("%s failed", where, exc_info=value)


class LocalHandler(PlainHandler):
    """Serves only who asks for this machine by a name that nobody else can have."""

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")

    def prepare(self) -> None:
        """Refuse another Host."""
        if not _HOST.fullmatch(self.request.headers.get("Host", "")):
            raise Refusal(403, "open the page at http://127.0.0.1, localhost or [::1]")

    def require_own_origin(self) -> None:
        """Refuse whatever this page has not sent itself."""
        own = f"http://{self.request.headers.get('Host', '')}"
        if self.request.headers.get("Origin", "").lower() != own.lower():
            raise Refusal(403, "only the simulator's own page may do this")
