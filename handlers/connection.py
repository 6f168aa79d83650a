"""The connections of the service: how long one may take, and what is seen of its requests.

Tornado can bound the reading of a head and of a body, but sets up and takes down a timer
for each, a fifth of the time of a request. Here a deadline is a number in a table, and
one timer for all connections looks through it.

A query carries a signature, which anybody who reads it in a log could use again. It is
taken off the request line before Tornado sees it, so that no log line, traceback or repr
can show it. (Nor does Tornado parse and copy it, another tenth.)
"""

import logging
import time
from collections.abc import Awaitable
from typing import Any

from tornado.http1connection import HTTP1ServerConnection
from tornado.httpserver import HTTPServer
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerRequest,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.ioloop import PeriodicCallback
from tornado.iostream import IOStream
from tornado.web import Application
from wechat.xml import MAX_BYTES

log = logging.getLogger(__name__)

HEAD_BYTES = 16 * 1024  # of a request's line and headers; WeChat's are under 1 kB
HEAD_SECONDS = 75.0  # until the next request has come; nginx keeps a connection for 60
BODY_SECONDS = 10.0  # from its head to its end; WeChat waits 5 for the answer
CHUNK_BYTES = 16 * 1024  # of a read, for which memory is cleared; a whole push, nearly always
UNREAD_BYTES = 2 * MAX_BYTES  # a whole body, and what a client may send behind it
WRITE_SECONDS = 10.0  # until the client has taken an answer
SWEEP_SECONDS = 2.5
UNLIMITED = 1 << 62  # the handlers bound bodies themselves, and answer


class Target(str):
    """The path that was requested; `query` is the rest of the request line."""

    __slots__ = ("query",)
    query: str


def query_of(request: HTTPServerRequest) -> str:
    """Return the query of a request, wherever it stands."""
    return request.uri.query if isinstance(request.uri, Target) else request.query


class PromptStream(IOStream):
    """Sends at once whatever is written, and listens unless it is `answering`.

    Tornado has TCP hold back what may not be the end of an answer, and takes a connection
    out of the poll while a body waits in its buffer: four system calls, a tenth of a request.
    Our answers are written whole, and a body is short.
    """

    def __init__(self, accepted: IOStream) -> None:
        super().__init__(accepted.socket, max_buffer_size=UNREAD_BYTES, read_chunk_size=CHUNK_BYTES)
        super().set_nodelay(True)
        self.answering = False

    def set_nodelay(self, value: bool) -> None:  # noqa: FBT001
        """Leave it as it is. Tornado would unset it once an answer is out."""
        if not value:
            self.answering = False

    def reading(self) -> bool:
        """Return whether to listen: while there is enough, or an answer owed, the rest waits."""
        enough = self.answering or self._read_buffer_size >= CHUNK_BYTES
        return not enough or super().reading()


class CallbackServer(HTTPServer):
    """An HTTP server fit for a public port.

    `reading` maps the connections from which something is awaited to when it must have
    come, by the monotonic clock; `answering` holds those to which we owe an answer. Over
    `most` connections, a new one is ended at once: without a descriptor for it, accepting
    would fail for ever.
    """

    reading: dict[HTTP1ServerConnection, float]
    answering: set[HTTP1ServerConnection]

    def initialize(  # type: ignore[override]
        self, application: Application, most: int = 10_000
    ) -> None:
        super().initialize(application, max_header_size=HEAD_BYTES, max_body_size=UNLIMITED)
        self._most = most
        self._open = 0
        self._ended = 0
        self.conn_params.header_timeout = None
        self.reading = {}
        self.answering = set()
        self._writing: dict[HTTP1ServerConnection, float] = {}
        self.now = time.monotonic
        self._sweeper = PeriodicCallback(self.sweep, SWEEP_SECONDS * 1000)
        self._sweeper.start()

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        """Serve a new connection, if there is room for it."""
        if self._open >= self._most:
            self._ended += 1
            stream.close()
            return
        self._open += 1
        super().handle_stream(PromptStream(stream), address)

    def start_request(
        self, server_conn: object, request_conn: HTTPConnection
    ) -> HTTPMessageDelegate:
        """Await the next request; the one before, if any, is answered."""
        assert isinstance(server_conn, HTTP1ServerConnection)
        self.answering.discard(server_conn)
        stream = server_conn.stream
        assert isinstance(stream, PromptStream)
        self.reading[server_conn] = self.now() + HEAD_SECONDS
        delegate = super().start_request(server_conn, request_conn)
        return _Request(self, server_conn, stream, delegate)

    def on_close(self, server_conn: object) -> None:
        super().on_close(server_conn)
        self._open -= 1
        assert isinstance(server_conn, HTTP1ServerConnection)
        self.answering.discard(server_conn)
        self.reading.pop(server_conn, None)

    def sweep(self) -> None:
        """End the connections that took too long; tell of those that there was no room for."""
        now = self.now()
        late = [connection for connection, deadline in self.reading.items() if deadline < now]
        for connection in self._unread(now) + late:
            connection.stream.close()
        if self._ended:
            log.warning("%d connections were ended: there is room for %d", self._ended, self._most)
            self._ended = 0

    def _unread(self, now: float) -> list[HTTP1ServerConnection]:
        """Return the connections whose client does not take the answer."""
        stuck = [connection for connection in self.answering if connection.stream.writing()]
        self._writing = {c: self._writing.get(c, now + WRITE_SECONDS) for c in stuck}
        return [connection for connection, deadline in self._writing.items() if deadline < now]

    async def close_all_connections(self) -> None:
        self._sweeper.stop()
        await super().close_all_connections()


class _Request(HTTPMessageDelegate):
    """One request as it comes in, in the table of its server."""

    def __init__(
        self,
        server: CallbackServer,
        connection: HTTP1ServerConnection,
        stream: PromptStream,
        delegate: HTTPMessageDelegate,
    ) -> None:
        self._server = server
        self._connection = connection
        self._stream = stream
        self._delegate = delegate

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        assert isinstance(start_line, RequestStartLine)
        server = self._server
        server.reading[self._connection] = server.now() + BODY_SECONDS
        server.answering.add(self._connection)
        method, uri, version = start_line
        path, _, query = uri.partition("?")
        target = Target(path)
        target.query = query
        return self._delegate.headers_received(RequestStartLine(method, target, version), headers)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        return self._delegate.data_received(chunk)

    def finish(self) -> None:
        self._server.reading.pop(self._connection, None)
        self._stream.answering = True
        self._delegate.finish()
        if self._stream.closed():  # of which tornado tells from now on alone
            self._delegate.on_connection_close()

    def on_connection_close(self) -> None:
        self._delegate.on_connection_close()
