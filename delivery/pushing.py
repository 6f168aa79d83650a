"""Late replies as customer service messages: whether the account may, and what is left over.

By its rights, and by our count of the user's quota, before the platform refuses.
"""

import asyncio
import logging
from time import monotonic

from api.client import Api
from api.errors import (
    ApiError,
    NoAnswer,
    NoRight,
    ReplyWindowClosed,
    SystemBusy,
    TooManyMessages,
)
from api.messages import NoCustomerServiceForm, form_of
from wechat.replies import Reply

from delivery.parts import joined, pieces_of
from delivery.quotas import Quotas
from delivery.times import Times

log = logging.getLogger(__name__)
NO_RIGHT_SECONDS = 86_400.0


class Pushing:
    """Pushes for one account; without `api` it never may."""

    def __init__(self, account: str, api: Api | None, times: Times) -> None:
        self.quotas = Quotas()
        self.account = account
        self._api = api
        self._times = times
        self._no_right_until = 0.0

    def may_push(self, user: str) -> bool:
        """Return whether a customer service message to the user has a chance."""
        if self._api is None:
            return False
        now = monotonic()
        return now >= self._no_right_until and self.quotas.left(user, now) > 0

    async def push(self, user: str, reply: Reply) -> Reply | None:
        """Push a reply in as many messages as it needs; return what could not be.

        That is `reply` itself where nothing of it could be, None where nothing is left.
        """
        pieces = pieces_of(reply)
        for number, piece in enumerate(pieces):
            if not await self._pushed(user, piece):
                return joined(pieces[number:]) if number else reply
        return None

    async def _pushed(self, user: str, piece: Reply) -> bool:
        """Return whether the user has it, as far as can be known."""
        try:
            form_of(piece)
        except (NoCustomerServiceForm, ValueError, TypeError) as error:
            log.info("%s: a late reply is parked: %s", self.account, error)
            return False
        for pause in (0.0, *self._times.push_again):
            await asyncio.sleep(pause)
            if not self.may_push(user):
                return False
            try:
                await self._send(user, piece)
            except (NoAnswer, SystemBusy) as error:
                log.warning("%s: a late reply is pushed again later: %s", self.account, error)
            except ApiError as error:
                self._refused(user, error)
                return False
            except Exception:
                log.exception("%s: a late reply is parked", self.account)
                return False
            else:
                return True
        return False

    async def _send(self, user: str, piece: Reply) -> None:
        """Send a message, which counts unless the platform surely did not take it."""
        assert self._api
        self.quotas.use(user)
        try:
            await self._api.send(user, piece)
        except NoAnswer as error:
            if not error.sent:
                self.quotas.give_back(user)
            raise
        except SystemBusy:
            self.quotas.give_back(user)
            raise

    def _refused(self, user: str, error: ApiError) -> None:
        log.warning("%s: a late reply is parked: %s", self.account, error)
        if isinstance(error, NoRight):
            self._no_right_until = monotonic() + NO_RIGHT_SECONDS
        if isinstance(error, ReplyWindowClosed | TooManyMessages):
            self.quotas.exhaust(user, monotonic())
