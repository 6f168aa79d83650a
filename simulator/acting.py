"""What all acts of a person have in common: who acts, on which account, and the push of it."""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.changes import Change
from simulator.engine import pushes
from simulator.engine.record import Delivery
from simulator.platform.quotas import Trigger
from simulator.users import User

if TYPE_CHECKING:
    from simulator.world import World

LONGEST_SCENE = 64  # characters of a scene_str


class Code(NamedTuple):
    """A QR code that was scanned."""

    scene: str
    ticket: str
    is_number: bool


class NotFollowing(ValueError):
    """Who does not follow the account cannot write to it."""


class AlreadyFollowing(ValueError):
    """Who follows the account cannot follow it again."""


class Actor:
    """One person, and the account that they deal with."""

    def __init__(self, world: "World", user: User) -> None:
        self.world, self.user = world, user

    @property
    def openid(self) -> str:
        """Who this is to the account."""
        return self.user.openid

    def require_following(self) -> None:
        """Raise NotFollowing for a stranger."""
        if not self.user.following:
            raise NotFollowing(f"{self.user.nickname} does not follow the account: follow first")

    def trigger(self, trigger: Trigger | None) -> None:
        """Open the window in which the account may write by itself."""
        if trigger:
            self.world.platform.quotas.trigger(self.openid, trigger)
            self.changed()

    async def push_message(
        self,
        kind: str,
        shows: Mapping[str, Any],
        fields: pushes.Fields,
        *,
        trigger: Trigger = Trigger.MESSAGE,
    ) -> Delivery:
        """Send a message of `kind` with `fields`, which `shows` itself so in the chat."""
        self.require_following()
        self.trigger(trigger)
        receiver, now = self.account_now()
        made = pushes.message(kind, self.openid, receiver, now, **fields)
        return await self.world.push(made, user=self.user, shows=(kind, shows))

    async def push_event(
        self,
        name: str,
        fields: pushes.Fields,
        *,
        trigger: Trigger | None = None,
        note: tuple[str, str] | None = None,
    ) -> Delivery:
        """Cause the event `name`; `note` is what the chat says that the user did, to what."""
        self.require_following()
        self.trigger(trigger)
        shows = ("event", {"name": note[0], "detail": note[1]}) if note else None
        receiver, now = self.account_now()
        made = pushes.event(name, self.openid, receiver, now, **fields)
        return await self.world.push(made, user=self.user, shows=shows)

    def account_now(self) -> tuple[str, float]:
        """Return whom a push is for, and the time by WeChat's clock."""
        return self.world.account.original_id, self.world.pusher.now

    def scanned(self, scene: str) -> Code:
        """Return the code of a scene, or of a ticket; one that is not ours is made up.

        Raises:
            ValueError: no code could be made of it.

        """
        if code := self.world.platform.qrcodes.find(scene):
            return Code(code.scene, code.ticket, is_number=code.is_number)
        if not 0 < len(scene) <= LONGEST_SCENE:
            raise ValueError(
                f"a scene has 1 to {LONGEST_SCENE} characters, and no code is this one"
            )
        digest = hashlib.sha256(scene.encode()).hexdigest()
        return Code(scene, f"gQ{digest[:60]}", is_number=_is_number(scene))

    def media_url(self, media_id: str) -> str:
        """Return where the bytes of a medium are, "" if they are not known."""
        return self.world.media_url(media_id)

    def changed(self) -> None:
        """Publish that something about this person changed."""
        self.world.publish(Change.USER, self.user)


def _is_number(scene: str) -> bool:
    """Return whether a scene is a scene_id: 32 bits, written as a number is."""
    return (
        scene.isascii() and scene.isdecimal() and str(int(scene)) == scene and int(scene) < 1 << 32
    )
