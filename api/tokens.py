"""Access tokens without conflicts: one for all who ask, renewed while the old one serves.

However many coroutines want a token, one of them asks the platform; of several processes
that share a store, one. A token that the platform refuses is replaced once, and only if
nobody has replaced it meanwhile. Sources: developers.weixin.qq.com, 获取稳定版接口调用凭据
and 获取 Access token.
"""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Awaitable
from typing import TypeVar

from stores.base import Store, StoredToken, StoreError

from api.credentials import Credentials
from api.errors import OK, ApiError, InvalidCredential, InvalidSecret, NoAnswer, SystemBusy
from api.issuing import STABLE, ask_for_token
from api.timing import Timing
from api.transport import Transport

log = logging.getLogger(__name__)

RENEW_BEFORE = 240.0  # seconds; in the last 300 the platform hands out another token
RENEW_AGAIN = 30.0  # after a renewal that came to nothing
STOP_SECONDS = 60.0
STORE_SECONDS = 0.2
LEASE = 15.0  # longer than an answer can take
POLL = 0.1
SECRET_WRONG = 40001  # what it means depends on what was asked
T = TypeVar("T")


class AccessTokens:
    """The access token of one account."""

    def __init__(
        self,
        credentials: Credentials,
        transport: Transport,
        store: Store,
        timing: Timing,
    ) -> None:
        self._credentials = credentials
        self._transport = transport
        self._store = store
        self._timing = timing
        api = "token" if credentials.classic else "stable_token"
        self._key = f"{api} {credentials.app_id} {credentials.base}"
        self._owner = uuid.uuid4().hex
        self._token: StoredToken | None = None
        self._renew_at = 0.0
        self._renewal: asyncio.Task[StoredToken] | None = None
        self._stopped: tuple[ApiError, float] | None = None

    async def get(self) -> str:
        """Return a token that serves now.

        Raises:
            ApiError: there is none to be had.

        """
        token, now = self._token, self._timing.clock()
        if token is None or now >= token.expires_at:
            return (await self._renewed("")).text
        if now >= self._renew_at and not self._renewal and not self._stopping():
            self._start("")
        return token.text

    async def replace(self, refused: str) -> str:
        """Return another token than `refused`, which the platform no longer takes.

        Raises:
            ApiError: there is none to be had.

        """
        if self._renewal:  # may bring what is wanted
            with contextlib.suppress(ApiError):
                await asyncio.shield(self._renewal)
        if not self._token or self._token.text == refused:
            await self._renewed(refused)
        assert self._token
        return self._token.text

    async def close(self) -> None:
        """Give up a renewal that is under way."""
        if self._renewal:
            self._renewal.cancel()
            await asyncio.wait({self._renewal})

    async def _renewed(self, refused: str) -> StoredToken:
        if not self._renewal:
            if stopped := self._stopping():
                raise stopped
            self._start(refused)
        assert self._renewal
        # One that waits may be given up; who else waits must not be.
        return await asyncio.shield(self._renewal)

    def _start(self, refused: str) -> None:
        self._renewal = asyncio.create_task(self._renew(refused))
        self._renewal.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[StoredToken]") -> None:
        self._renewal = None
        if task.cancelled():
            return
        if error := task.exception():
            self._renew_at = self._timing.clock() + RENEW_AGAIN
            serves = self._token and self._timing.clock() < self._token.expires_at
            then = "the old one serves" if serves else "calls of the API fail"
            log.error("%s: no new access token, %s: %s", self._credentials.name, then, error)
        elif token := self._token:
            left = token.expires_at - self._timing.clock()
            log.info("%s: access token for %.0f s", self._credentials.name, left)

    async def _renew(self, refused: str) -> StoredToken:
        known = await self._stored(refused) or await self._lease(refused)
        if known:
            return self._adopt(known)
        try:
            token = self._adopt(await self._ask(refused))
            await self._heard(self._store.save_token(self._key, token), otherwise=None)
        finally:
            await self._heard(self._store.release(self._key, self._owner), otherwise=None)
        return token

    async def _ask(self, refused: str) -> StoredToken:
        """Return a token from the platform; whatever it refuses stops the asking."""
        try:
            token = await self._issued(force=False)
            if token.text == refused:
                token = await self._issued(force=True)
            if token.text == refused:
                raise InvalidCredential(OK, "the refused token came again", STABLE)
        except (SystemBusy, NoAnswer):
            raise
        except ApiError as error:
            said = _about_secret(error)
            self._stopped = said, self._timing.timer() + STOP_SECONDS
            raise said from None
        return token

    async def _issued(self, *, force: bool) -> StoredToken:
        return await ask_for_token(self._credentials, self._transport, self._timing, force=force)

    def _adopt(self, token: StoredToken) -> StoredToken:
        self._token, self._stopped = token, None
        self._renew_at = max(token.expires_at - RENEW_BEFORE, self._timing.clock() + RENEW_AGAIN)
        return token

    def _stopping(self) -> ApiError | None:
        """Return why the platform is not asked for a while, None where it is."""
        if self._stopped and self._timing.timer() < self._stopped[1]:
            error = self._stopped[0]
            return type(error)(*error.args)
        return None

    async def _lease(self, refused: str) -> StoredToken | None:
        """Wait until nobody else asks; return the token that they got, if they did."""
        until = self._timing.timer() + LEASE
        while self._timing.timer() < until:
            if await self._heard(
                self._store.acquire(self._key, self._owner, LEASE), otherwise=True
            ):
                break
            await self._timing.sleep(POLL)
            if stored := await self._stored(refused):
                return stored
        return None

    async def _stored(self, refused: str) -> StoredToken | None:
        """Return the store's token, if it is another one and not due for renewal."""
        token = await self._heard(self._store.load_token(self._key), otherwise=None)
        if not token or token.text == refused:
            return None
        return token if self._timing.clock() < token.expires_at - RENEW_BEFORE else None

    async def _heard(self, answer: Awaitable[T], *, otherwise: T) -> T:
        """Return what the store says; go on without it if it says nothing."""
        try:
            async with asyncio.timeout(STORE_SECONDS):
                return await answer
        except (StoreError, TimeoutError) as error:
            why = str(error) or f"no answer in {STORE_SECONDS} s"
            log.warning("%s: the store is done without: %s", self._credentials.name, why)
            return otherwise


def _about_secret(error: ApiError) -> ApiError:
    """Return `error` as what it means where a token is asked for."""
    if error.errcode == SECRET_WRONG:
        return InvalidSecret(error.errcode, error.errmsg, error.path, error.rid)
    return error
