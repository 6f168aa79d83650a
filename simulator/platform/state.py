"""What the platform keeps of the account: one value that everything else reaches it by."""

import asyncio
import itertools
import logging
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from simulator.changes import Change
from simulator.platform.faults import ApiFaults, Orders, ends_tokens, ordered
from simulator.platform.jobs import Jobs
from simulator.platform.limits import Limits
from simulator.platform.media import MediaStore
from simulator.platform.menu import Menu
from simulator.platform.qrcodes import QRCode, QRCodes
from simulator.platform.quotas import Quotas
from simulator.platform.shortkeys import ShortKeys
from simulator.platform.tokens import Token, Tokens

if TYPE_CHECKING:
    from simulator.world import World

log = logging.getLogger(__name__)


class Platform:
    """The platform of one World, by whose clock it goes.

    `limits` are the calls a day of each path, `quotas` the customer service messages to
    each user, `orders` the faults to order and how many calls they will still meet.
    """

    def __init__(self, world: "World") -> None:
        # The World is not whole yet: it is asked for its clock when that is needed.
        self._world = world
        self.orders = Orders()
        self.tokens = Tokens(self.now)
        self.limits = Limits(self.now)
        self.quotas = Quotas(self.now)
        self.menu = Menu(self._menu_changed)
        self.qrcodes = QRCodes(self.now, self._qrcode_created)
        self.media = MediaStore(self.now)
        self.jobs = Jobs(self.now)
        self.shortkeys = ShortKeys(self.now)
        self._calls = itertools.count(1)
        self._background: set[asyncio.Task[Any]] = set()

    def now(self) -> float:
        """Return the World's time, in Unix seconds."""
        return self._world.clock()

    @property
    def faults(self) -> ApiFaults:
        """The faults to order; set another value to change them."""
        return self.orders.faults

    @faults.setter
    def faults(self, faults: ApiFaults) -> None:
        if ends_tokens(self.orders.faults, faults):
            self.tokens.condemn()
        self.orders.faults = faults
        self._world.publish(Change.SETTINGS, self._world)

    def order(self, **values: Any) -> None:
        """Change single faults: each a Scope, the mapping of one, or None.

        Raises:
            ValueError: there is no such fault, or a value is wrong.

        """
        self.faults = ordered(self.faults, values)

    def token_of(self, text: str | None, path: str) -> Token:
        """Return the token that a call of `path` came with.

        Raises:
            ApiError: it is missing or wrong, or was made so to order.

        """
        token = self.tokens.check(text, self._world.account.app_id)
        if self.tokens.condemned(token):
            self.orders.refuse_token(path)
        return token

    def next_call(self) -> int:
        """Return the number of a new call."""
        return next(self._calls)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do `work` beside the answer; a failure is logged."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._done)

    async def settle(self) -> None:
        """Wait for what was spawned."""
        while self._background:
            await asyncio.wait(self._background)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("a push of the platform failed", exc_info=error)

    def _menu_changed(self) -> None:
        self._world.publish(Change.MENU, self._world)

    def _qrcode_created(self, code: QRCode) -> None:
        self._world.publish(Change.QRCODE, code)
