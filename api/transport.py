"""HTTP to the platform: connections kept and reused, few at once, a time limit on everything.

libcurl does it. What it is not left to do: to send a call again by itself when a kept
connection breaks, which would show a user the same message twice; and to log the URL, in
which the access token is.
"""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode

import certifi
import pycurl
from tornado.curl_httpclient import CurlAsyncHTTPClient, CurlError
from tornado.httpclient import HTTPRequest, HTTPResponse
from tornado.httputil import HTTPHeaders

from api.errors import NoAnswer, one_line

MOST_AT_ONCE = 64  # calls; the others wait their turn
MOST_BYTES = 32 << 20  # of an answer: no media is larger
CONNECT_SECONDS = 4.0
REQUEST_SECONDS = 10.0
TURN_SECONDS = 10.0
USER_AGENT = "wechat-callback"
JSON_TYPE = "application/json"
SUCCESS = 200


class Body(Protocol):
    """What is sent piece by piece: `size` bytes in all."""

    size: int

    def begin(self, curl: "pycurl.Curl") -> Callable[[int], bytes | int]:
        """Return what libcurl calls for the next bytes; it may pause and resume `curl`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request: `once` forbids libcurl to send it a second time of its own accord.

    `sink` is called with each part of the body of the answer, which is then empty.
    """

    url: str = field(repr=False)
    path: str
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | Body | None = field(default=None, repr=False)
    content_type: str = JSON_TYPE
    once: bool = False
    seconds: float = REQUEST_SECONDS
    sink: Callable[[bytes], None] | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """An answer with status 200."""

    headers: HTTPHeaders
    body: bytes = field(repr=False)


class Transport:
    """The connections of one process, for all its accounts; made on a running loop."""

    def __init__(self, *, most: int = MOST_AT_ONCE, turn_seconds: float = TURN_SECONDS) -> None:
        self._client = CurlAsyncHTTPClient(
            force_instance=True, max_clients=most, max_body_size=MOST_BYTES
        )
        self._turns = asyncio.Semaphore(most)
        self._turn_seconds = turn_seconds

    async def fetch(self, request: Request) -> Response:
        """Return the answer to `request`.

        Raises:
            NoAnswer: there is none, or another status than 200.

        """
        sent = Sent(request)
        await self._turn(request)
        try:
            fetching = self._client.fetch(_http(request, sent), raise_error=False)
        except BaseException:
            self._turns.release()
            raise
        fetching.add_done_callback(self._fetched)
        try:
            # Who gives up does not end it: libcurl goes on, and so does its turn.
            answer = await asyncio.shield(fetching)
        except CurlError as error:
            why = one_line(error.message or "no answer")
            raise NoAnswer(why, request.path, sent=sent.anything) from None
        if answer.code != SUCCESS:
            raise NoAnswer(f"HTTP status {answer.code}", request.path, sent=True)
        return Response(answer.headers, answer.body)

    def close(self) -> None:
        """End every connection."""
        self._client.close()

    def _fetched(self, fetching: "asyncio.Future[HTTPResponse]") -> None:
        self._turns.release()
        if not fetching.cancelled():
            fetching.exception()  # nobody may be left to hear of it

    async def _turn(self, request: Request) -> None:
        """Wait for a free place, and take it."""
        try:
            async with asyncio.timeout(self._turn_seconds):
                await self._turns.acquire()
        except TimeoutError:
            why = f"too many calls at once: no turn in {self._turn_seconds:g} s"
            raise NoAnswer(why, request.path, sent=False) from None


class Sent:
    """Whether anything of a request has left; and all that it asks of libcurl."""

    def __init__(self, request: Request) -> None:
        self.anything = False
        self._request = request

    def prepare(self, curl: "pycurl.Curl") -> None:
        """Set what tornado does not, and undo what it must not."""
        request = self._request
        # Only now: tornado logs the URL that it knows.
        query = f"?{urlencode(request.query)}" if request.query else ""
        curl.setopt(pycurl.URL, request.url + query)
        curl.setopt(pycurl.VERBOSE, 0)
        curl.setopt(pycurl.NOSIGNAL, 1)  # there are threads: the store has one
        curl.setopt(pycurl.PREREQFUNCTION, self._begins)
        if CA_FOLDER:
            curl.setopt(pycurl.CAPATH, CA_FOLDER)
        if request.once:
            curl.setopt(pycurl.SEEKFUNCTION, _refuse_to_rewind)
        if request.body is not None and not isinstance(request.body, bytes):
            curl.setopt(pycurl.POSTFIELDSIZE, request.body.size)
            curl.setopt(pycurl.READFUNCTION, request.body.begin(curl))

    def _begins(self, *_: object) -> int:
        self.anything = True
        return pycurl.PREREQFUNC_OK


def _refuse_to_rewind(_offset: int, _origin: int) -> int:
    """Keep libcurl from sending a body again on a new connection."""
    return pycurl.SEEKFUNC_FAIL


def _authorities() -> tuple[str, str]:
    """Return the file and the folder ("": none) of the certificates that are trusted.

    The system's own, as SSL_CERT_FILE and SSL_CERT_DIR may name them; libcurl's wheel knows
    neither.
    """
    system = ssl.get_default_verify_paths()
    return system.cafile or certifi.where(), system.capath or ""


CA_FILE, CA_FOLDER = _authorities()


def _http(request: Request, sent: Sent) -> HTTPRequest:
    body = request.body
    return HTTPRequest(
        request.url.partition("?")[0],  # a video's has its key in its query
        method="GET" if body is None else "POST",
        headers=None if body is None else {"Content-Type": request.content_type},
        body=body if isinstance(body, bytes | None) else b"",
        connect_timeout=min(CONNECT_SECONDS, request.seconds),
        request_timeout=request.seconds,
        follow_redirects=False,
        user_agent=USER_AGENT,
        ca_certs=CA_FILE,
        streaming_callback=request.sink,
        prepare_curl_callback=sent.prepare,
    )
