"""What every push has in common, whether a message or an event, and how it is typed."""

import json
from collections.abc import Mapping
from dataclasses import field
from hashlib import sha256
from typing import Annotated, TypeVar

from wechat.errors import MalformedMessage
from wechat.fields import Names, Record, Tag, Untypable, build, typed
from wechat.xml import Value


@typed()
class Push(Record):
    """One message or event, as WeChat pushed it.

    `to_user` is the account's original id (gh_…), `from_user` the follower's openid (for
    a few events of the platform a system account), `create_time` Unix seconds by WeChat's
    clock. `raw` is everything as received, under WeChat's own names.
    """

    to_user: Annotated[str, Tag("ToUserName")]
    from_user: Annotated[str, Tag("FromUserName")]
    create_time: int
    raw: Mapping[str, Value] = field(repr=False, compare=False)

    @property
    def dedupe_key(self) -> str:
        """What a retry of this push shares with it, and no other push to the account does.

        WeChat's documentation names FromUserName and CreateTime for events; two events of
        one second would share those, so the rest of the fields belongs to the key.
        """
        return self.fields_key()

    def fields_key(self) -> str:
        """Return the key made of every field, which fits any push."""
        digest = sha256(json.dumps(self.raw, sort_keys=True).encode()).hexdigest()
        return f"{self.from_user}:{self.create_time}:{self.kind}:{digest}"


@typed()
class Event(Push):
    """Something that happened. `event` is its name as WeChat wrote it, in whatever case."""

    event: str


@typed()
class Message(Push):
    """A message of a follower.

    `msg_id` is exact and 64 bits wide. A message that comes from an article carries the
    article's `msg_data_id` and its 1-based place `idx` in it.
    """

    msg_id: Annotated[int | None, Tag("MsgId")]
    msg_data_id: str
    idx: int | None

    @property
    def dedupe_key(self) -> str:
        """FromUserName and MsgId; MsgId alone may be equal for two users."""
        if self.msg_id is None:
            return self.fields_key()
        return f"{self.from_user}:{self.msg_id}"


@typed()
class UnknownEvent(Event):
    """An event that has no class here: its name in `event`, its fields in `raw`."""


@typed()
class UnknownMessage(Message):
    """A message of a type that has no class here: `msg_type`, and its fields in `raw`."""

    msg_type: str


P = TypeVar("P", bound=Push)


def registry(namespace: Mapping[str, object], base: type[P]) -> dict[str, type[P]]:
    """Return each class below `base` in a module's `namespace` under each of its kinds."""
    return {
        kind: cls
        for cls in namespace.values()
        if isinstance(cls, type) and issubclass(cls, base)
        for kind in cls.kinds
    }


def make(known: Mapping[str, type[P]], unknown: type[P], kind: str, names: Names) -> P:
    """Return the push as its type in `known`, or as `unknown` where it cannot be typed.

    Raises:
        MalformedMessage: not even `unknown` can hold it.

    """
    try:
        return build(known.get(kind, unknown), names)
    except Untypable:
        pass
    try:
        return build(unknown, names)
    except Untypable as error:
        raise MalformedMessage(str(error)) from None
