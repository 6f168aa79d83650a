"""Whom WeChat knows: the account's followers and strangers, and the chat of each with it."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MOST_ITEMS = 500  # a chat forgets what is older


class Sender(StrEnum):
    """Whose side of the chat a line stands on."""

    USER = "user"
    ACCOUNT = "account"
    SYSTEM = "system"  # the grey line in the middle


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatItem:
    """One line of a chat.

    `kind` is a message type of either direction, or ``notice`` and ``fault`` for the
    system's; `content` is what that kind shows. `delivery` is the push that it belongs to,
    if any; `pushed` marks a customer service message.
    """

    id: int
    sender: Sender
    kind: str
    content: Mapping[str, Any]
    at: float
    delivery: int | None = None
    pushed: bool = False


@dataclass(slots=True, kw_only=True)
class User:
    """A person with WeChat on the phone, as this one account knows them.

    `qr_scene` and `qr_scene_str` are of the code by which they followed, `tagid_list` are
    the tags that the account gave them, the latest last. `typing_until` is when the line
    对方正在输入 goes.
    """

    openid: str
    nickname: str
    following: bool = False
    subscribe_time: int = 0
    subscribe_scene: str = "ADD_SCENE_OTHERS"
    qr_scene: int = 0
    qr_scene_str: str = ""
    remark: str = ""
    tagid_list: list[int] = field(default_factory=list)
    typing_until: float = 0.0
    chat: list[ChatItem] = field(default_factory=list)


class Users:
    """Everybody there is, by openid."""

    def __init__(self) -> None:
        self._users: dict[str, User] = {}
        self._ids = itertools.count(1)

    def __iter__(self) -> Iterator[User]:
        return iter(self._users.values())

    def get(self, openid: str) -> User | None:
        """Return the user of `openid`, None where there is none."""
        return self._users.get(openid)

    def add(self, openid: str, nickname: str = "", *, following: bool = False) -> User:
        """Return the user of `openid`, made if there was none."""
        if openid not in self._users:
            name = nickname or openid
            self._users[openid] = User(openid=openid, nickname=name, following=following)
        return self._users[openid]

    def say(
        self,
        user: User,
        sender: Sender,
        kind: str,
        content: Mapping[str, Any],
        *,
        at: float,
        delivery: int | None = None,
        pushed: bool = False,
    ) -> ChatItem:
        """Put a line into the chat of `user`."""
        item = ChatItem(
            id=next(self._ids),
            sender=sender,
            kind=kind,
            content=content,
            at=at,
            delivery=delivery,
            pushed=pushed,
        )
        user.chat.append(item)
        del user.chat[:-MOST_ITEMS]
        return item
