"""What all open pages share: the world they look at, and what they are told of it."""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from tornado.ioloop import PeriodicCallback

from simulator.changes import Change
from simulator.phone import views
from simulator.phone.views import JSON
from simulator.world import World

TICK_SECONDS = 1.0


class Page(Protocol):
    """One open page."""

    def tell(self, text: str) -> None:
        """Send it JSON, or give it up."""


class Stage:
    """One world, and every page that looks at it; each change is told to all of them.

    `burst` is the task of the burst that runs, if one does.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.burst: asyncio.Task[Any] | None = None
        self._pages: set[Page] = set()
        self._failures = views.failures_of(world)
        # Failures pass with the time, and nobody publishes that.
        self._tick: PeriodicCallback | None = None
        world.listen(self._changed)

    def enter(self, page: Page) -> None:
        """Tell `page` everything now, and from now on every change."""
        self._tell_failures()  # to those who are here: `page` is told with the rest
        page.tell(views.encode(views.state_of(self.world)))
        self._pages.add(page)
        if self._tick is None:
            self._tick = PeriodicCallback(self._tell_failures, TICK_SECONDS * 1000)
            self._tick.start()

    def leave(self, page: Page) -> None:
        """Tell `page` no more."""
        self._pages.discard(page)
        if self._tick and not self._pages:
            self._tick.stop()
            self._tick = None

    def tell(self, message: JSON) -> None:
        """Tell all pages."""
        if self._pages:
            text = views.encode(message)
            for page in list(self._pages):
                page.tell(text)

    def _changed(self, change: Change, value: Any) -> None:
        if self._pages:
            self.tell({"type": change.value, **_TOLD[change](self.world, value)})
            self._tell_failures()

    def _tell_failures(self) -> None:
        """Tell how often the service failed lately, if that is another number by now."""
        failures = views.failures_of(self.world)
        if failures != self._failures:
            self._failures = failures
            self.tell({"type": "settings", "settings": views.settings_of(self.world)})


_TOLD: dict[Change, Callable[[World, Any], JSON]] = {
    Change.SETTINGS: lambda world, _: {"settings": views.settings_of(world)},
    Change.USER: lambda world, user: {"user": views.user_of(world, user)},
    Change.CHAT: lambda _, said: {"user": said[0].openid, "item": views.item_of(said[1])},
    Change.DELIVERY: lambda _, delivery: {"delivery": views.delivery_of(delivery)},
    Change.CALL: lambda _, call: {"call": views.call_of(call)},
    Change.MENU: lambda world, _: {"menu": world.platform.menu.buttons},
    Change.QRCODE: lambda _, code: {"qrcode": views.qrcode_of(code)},
}
