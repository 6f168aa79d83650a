"""The HTTP manners of every handler: short plain answers, no software named, no body unread.

Requests are streamed: a handler decides on the head alone, so a stranger's body is never
kept in memory, and a refused one is not read at all.
"""

import logging
import re
from asyncio import Future
from http import HTTPStatus
from http.client import responses
from types import TracebackType
from typing import Any

from tornado.web import HTTPError, RequestHandler, stream_request_body
from wechat.xml import MAX_BYTES

from handlers.refusals import client_address
from handlers.service import Service

log = logging.getLogger(__name__)
Chunk = str | bytes | dict[Any, Any]
MAX_LOGGED = 100  # characters


@stream_request_body
class PlainHandler(RequestHandler):
    """Refuses whatever its subclass does not serve."""

    service: Service
    whole = False  # whether the body has come, too

    def initialize(self, service: Service) -> None:
        self.service = service

    def set_default_headers(self) -> None:
        self.clear_header("Server")

    def finish_plain(self, text: str) -> None:
        """Send `text` and nothing else."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(text)

    def finish(self, chunk: Chunk | None = None) -> "Future[None]":
        # Tornado ends the connection of a refused request that it has not read, a draining
        # process all of them. Unless told so, nginx would send the next push into it.
        if self.service.draining or (
            not self.whole and self.get_status() >= HTTPStatus.BAD_REQUEST
        ):
            self.set_header("Connection", "close")
        return super().finish(chunk)

    def compute_etag(self) -> str | None:
        return None

    def prepare(self) -> None:
        """Refuse a body that is too long, or that the method has no use for, unread."""
        headers = self.request.headers
        length = headers.get("Content-Length", "0")
        if self.request.method != "POST" and (length != "0" or "Transfer-Encoding" in headers):
            raise HTTPError(HTTPStatus.BAD_REQUEST, "a body that nobody asked for")
        if not (length.isascii() and length.isdigit()):
            return  # tornado refuses it
        if len(length) > len(str(MAX_BYTES)) or int(length) > MAX_BYTES:
            raise HTTPError(413, f"the body is over {MAX_BYTES} bytes")

    def data_received(self, chunk: bytes) -> None:
        """Drop what was not asked for."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        if status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            self.set_header("Allow", ", ".join(self.SUPPORTED_METHODS))
        self.finish_plain(f"{status_code} {responses.get(status_code, 'Unknown')}\n")

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log without the query: it is a signature that could be used again."""
        if isinstance(value, HTTPError):
            cause = value.log_message or responses.get(value.status_code, "")
            self.log_refusal(value.status_code, cause)
        else:
            log.error("%s failed", self.summary(), exc_info=value)

    def log_refusal(self, kind: object, cause: str) -> None:
        """Write one line for an operator, unless too many of its kind were written."""
        self.service.refusals.write((type(self), kind), f"refused {self.summary()}: {cause}")

    def summary(self) -> str:
        """Return the method, the path and the client, all safe to log."""
        peer = self.request.remote_ip or ""
        forwarded = self.request.headers.get("X-Forwarded-For", "")
        client = client_address(peer, forwarded, self.service.trusted_proxies)
        # A query whose question mark was encoded is a part of the path.
        path = re.split("%3[fF]|[=&;]", self.request.path, maxsplit=1)[0]
        return f"{loggable(self.request.method or '')} {loggable(path)} from {client}"


class NotFoundHandler(PlainHandler):
    """Answers every path at which nothing is served."""

    def prepare(self) -> None:
        raise HTTPError(HTTPStatus.NOT_FOUND)

    def log_refusal(self, kind: object, cause: str) -> None:
        super().log_refusal(HTTPStatus.NOT_FOUND, "nothing is served at this path")

    def send_error(self, status_code: int = 404, **kwargs: Any) -> None:
        super().send_error(HTTPStatus.NOT_FOUND)  # for a strange method too


def loggable(received: str) -> str:
    """Return the beginning of what a stranger sent, with nothing that could forge a line."""
    return ascii(received[:MAX_LOGGED])[1:-1]


def log_request(handler: RequestHandler) -> None:
    """Write the access log: every request at debug level, failures of ours as errors."""
    status = handler.get_status()
    level = logging.ERROR if status == HTTPStatus.INTERNAL_SERVER_ERROR else logging.DEBUG
    if log.isEnabledFor(level) and isinstance(handler, PlainHandler):
        elapsed = 1000 * handler.request.request_time()
        log.log(level, "%d %s %.1f ms", status, handler.summary(), elapsed)
