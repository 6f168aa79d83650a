"""One call of the platform, from its path to its answer: token, repetition, errors."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from api.codec import Json, dumps
from api.credentials import Credentials
from api.errors import InvalidCredential
from api.reading import read_json
from api.repeating import pause, repeated
from api.timing import Timing
from api.tokens import AccessTokens
from api.transport import REQUEST_SECONDS, Request, Response, Transport

RENEWING = frozenset({40001, 40014, 42001})  # what a newer access token may mend
T = TypeVar("T")


class Caller:
    """Calls the platform as one account."""

    def __init__(
        self,
        credentials: Credentials,
        transport: Transport,
        tokens: AccessTokens,
        timing: Timing,
    ) -> None:
        self.credentials = credentials
        self.transport = transport
        self.tokens = tokens
        self._timing = timing

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        """Return the answer to a GET.

        Raises:
            ApiError: the platform refuses, or does not answer.

        """
        return await self.send(self.request(path, query), read_json)

    async def post(
        self,
        path: str,
        fields: Json,
        *,
        once: bool = False,
        query: Mapping[str, str] | None = None,
        seconds: float = REQUEST_SECONDS,
    ) -> dict[str, Any]:
        """Return the answer to a POST of JSON; `once` where doing it twice would do harm.

        Raises:
            ApiError: the platform refuses, or does not answer.
            TypeError, ValueError: `fields` cannot be JSON.

        """
        body = dumps(fields)
        request = self.request(path, query or {}, body, once=once, seconds=seconds)
        return await self.send(request, read_json)

    async def pause(self) -> None:
        """Wait a moment, as before any call that is made again."""
        await self._timing.sleep(pause(0))

    def request(
        self, path: str, query: Mapping[str, str], body: Any = None, **options: Any
    ) -> Request:
        """Return a request of `path`, without its access token.

        Raises:
            ValueError: it is no path.

        """
        if not path.startswith("/") or not path.isascii() or set(path) & set("?#&% \r\n"):
            raise ValueError(f"{path!r} is not a path as in /cgi-bin/user/info")
        url = self.credentials.base + path
        return Request(url=url, path=path, query=query, body=body, **options)

    async def send(self, request: Request, read: Callable[[Response, str], T]) -> T:
        """Return what `read` makes of the answer to `request`, which gets an access token.

        Raises:
            ApiError: the platform refuses, or does not answer.

        """

        async def attempt(token: str) -> T:
            query = {**request.query, "access_token": token}
            response = await self.transport.fetch(replace(request, query=query))
            return read(response, request.path)

        return await self.with_token(attempt, once=request.once)

    async def with_token(self, attempt: Callable[[str], Awaitable[T]], *, once: bool = False) -> T:
        """Return what `attempt` returns, given a token; once more where that was too old."""
        token = await self.tokens.get()
        try:
            return await repeated(lambda: attempt(token), self._timing, once=once)
        except InvalidCredential as error:
            if error.errcode not in RENEWING:
                raise
        newer = await self.tokens.replace(token)
        return await repeated(lambda: attempt(newer), self._timing, once=once)
