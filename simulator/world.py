"""All of WeChat that one account deals with: its users, its pushes, its platform.

The faces act on a World and listen to it; each change is published to whoever listens, as
a `Change` and the value that changed.
"""

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from wechat.xml import Output

from simulator.account import Account
from simulator.changes import ApiCall, Change
from simulator.engine.conditions import Faults, Rules
from simulator.engine.delivery import Pusher
from simulator.engine.record import FAULT_LINE, Delivery, Shown
from simulator.platform.state import Platform
from simulator.showing import content_of
from simulator.user import WeChatUser
from simulator.users import ChatItem, Sender, User, Users

__all__ = ["ApiCall", "Change", "World"]

MOST_KEPT = 500  # pushes and API calls; older ones are forgotten


Listener = Callable[[Change, Any], None]


class World:
    """One account, everybody who talks to it, and the platform between them.

    `clock` is Unix seconds; `base_url` is where this simulator serves the platform's API
    and the pictures that users send.
    """

    def __init__(
        self,
        account: Account,
        *,
        rules: Rules | None = None,
        faults: Faults | None = None,
        base_url: str = "http://127.0.0.1:8080",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.clock = clock
        self.base_url = base_url
        self.users = Users()
        self.pusher = Pusher(account, rules=rules, faults=faults, clock=clock)
        self.pusher.on_change = lambda delivery: self.publish(Change.DELIVERY, delivery)
        self.deliveries: deque[Delivery] = deque(maxlen=MOST_KEPT)
        self.calls: deque[ApiCall] = deque(maxlen=MOST_KEPT)
        self.platform = Platform(self)
        self._listeners: list[Listener] = []

    @property
    def account(self) -> Account:
        """The account as it is set up now."""
        return self.pusher.account

    def configure(
        self,
        *,
        account: Mapping[str, Any] | None = None,
        rules: Mapping[str, Any] | None = None,
        faults: Mapping[str, Any] | None = None,
    ) -> None:
        """Change single values; those of one dataclass take effect together or not at all.

        Raises:
            ValueError: a value is wrong, or TypeError: there is no such value.

        """
        changed = replace(self.account, **account or {})
        ruled = replace(self.pusher.rules, **rules or {})
        faulty = replace(self.pusher.faults, **faults or {})
        self.pusher.account, self.pusher.rules, self.pusher.faults = changed, ruled, faulty
        self.publish(Change.SETTINGS, self)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` for every change; return what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def publish(self, change: Change, value: Any) -> None:
        """Tell everybody who listens."""
        for listener in list(self._listeners):
            listener(change, value)

    def say(
        self,
        user: User,
        sender: Sender,
        kind: str,
        content: Mapping[str, Any],
        *,
        delivery: Delivery | None = None,
        pushed: bool = False,
    ) -> ChatItem:
        """Put a line into the chat of `user`, and publish it."""
        item = self.users.say(
            user,
            sender,
            kind,
            content,
            at=self.clock(),
            delivery=delivery.id if delivery else None,
            pushed=pushed,
        )
        self.publish(Change.CHAT, (user, item))
        return item

    async def push(
        self,
        fields: Mapping[str, Output],
        *,
        awaited: bool = True,
        user: User | None = None,
        shows: tuple[str, Mapping[str, Any]] | None = None,
    ) -> Delivery:
        """Push `fields` to the service as WeChat does; return how it went.

        `shows` is the line that it is in the chat of `user`, and what comes back is shown
        there too.
        """
        delivery = self.pusher.begin(fields, awaited=awaited)
        self.deliveries.append(delivery)
        self.publish(Change.DELIVERY, delivery)
        if user and shows:
            self.say(user, Sender.USER, shows[0], shows[1], delivery=delivery)
        await self.pusher.run(delivery)
        if user:
            self._show(user, delivery)
        return delivery

    def user(self, openid: str, nickname: str = "") -> WeChatUser:
        """Return whoever has `openid`, to act for them; a follower, if there was nobody."""
        user = self.users.get(openid)
        if user is None:
            user = self.users.add(openid, nickname, following=True)
            user.subscribe_time = int(self.clock())
            self.publish(Change.USER, user)
        return WeChatUser(self, user)

    def media_url(self, media_id: str) -> str:
        """Return where the bytes of `media_id` are, "" if this platform has them not."""
        known = self.platform.media.get(media_id)
        return f"{self.base_url}/media/{media_id}" if known else ""

    def _show(self, user: User, delivery: Delivery) -> None:
        """Put what came of a push into the chat."""
        verdict = delivery.verdict
        if verdict is None or not delivery.awaited or not user.following:
            return
        if verdict.reply and (shown := content_of(verdict.reply, self)):
            self.say(user, Sender.ACCOUNT, *shown, delivery=delivery)
        if verdict.shown is Shown.FAULT:
            self.say(user, Sender.SYSTEM, "fault", {"content": FAULT_LINE}, delivery=delivery)
