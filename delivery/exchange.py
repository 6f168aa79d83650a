"""One push, its attempts and its one reply: what is known, and nothing that waits."""

import asyncio
from typing import Protocol

from stores.base import Way
from wechat.push import Event, Message
from wechat.replies import Reply

from delivery.handover import Handover
from delivery.policy import Policy


class Line(Protocol):
    """The connection that one attempt came on."""

    def answer(self, reply: Reply) -> bool:
        """Write `reply` as WeChat reads it; return whether there was somebody to read it."""

    def drop(self) -> None:
        """End the connection without an answer."""

    def opened(self, attempt: "Attempt") -> None:
        """Know whom to tell when the other side hangs up."""


class _Nobody:
    """The line of an attempt that is over: who kept it would keep all that stands behind it."""

    __slots__ = ()

    def answer(self, _: Reply) -> bool:
        """Reach nobody."""
        return False

    def drop(self) -> None:
        """End nothing."""

    def opened(self, _: "Attempt") -> None:
        """Tell nobody."""


NOBODY = _Nobody()


class Attempt:
    """One request of a push, the `count`-th so far.

    `arrived` is by the monotonic clock, `clock` the same in Unix seconds.
    """

    __slots__ = (
        "arrived",
        "clock",
        "closed",
        "count",
        "due",
        "exchange",
        "line",
        "over",
        "twin",
        "waiting",
    )

    def __init__(self, exchange: "Exchange", line: Line, arrived: float, clock: float) -> None:
        self.exchange = exchange
        self.line: Line = line
        self.arrived = arrived
        self.clock = clock
        self.count = 0
        self.twin = False  # it came while another was young, and is not counted
        self.closed = False  # answered, dropped or hung up
        self.due = 0.0  # when its deadline is near
        self.waiting: asyncio.Future[None] | None = None
        self.over: asyncio.Future[None] | None = None

    def close(self) -> None:
        """Be over: nothing more can be written."""
        self.closed = True
        self.line = NOBODY
        self.exchange.open.remove(self)
        if self.over and not self.over.done():
            self.over.set_result(None)
        self.wake()

    def wake(self) -> None:
        """Look again at how long it may wait."""
        if self.waiting and not self.waiting.done():
            self.waiting.set_result(None)


class Exchange:
    """One push; `count` are its attempts, `seen` when the last of them came or ended.

    `first` is the attempt that began it, None where it comes from the journal.
    """

    __slots__ = (
        "acknowledged",
        "acknowledgement",
        "added",
        "after",
        "answered",
        "count",
        "created",
        "first",
        "given",
        "handover",
        "idle",
        "jot",
        "key",
        "message",
        "open",
        "owed",
        "policy",
        "preparing",
        "reply",
        "seen",
        "sent",
        "shared",
        "unwanted",
        "used",
        "waits",
        "way",
    )

    def __init__(self, key: str, message: Message | Event, policy: Policy, now: float) -> None:
        self.key = key
        self.message = message
        self.policy = policy
        self.seen = now
        self.first: Attempt | None = None
        self.created = 0.0  # Unix seconds, when it first came to any process
        self.count = 0
        self.open: list[Attempt] = []
        self.reply: Reply | None = None  # the hook's own, once it has ended
        self.given: Reply | None = None  # what the attempts get: it, or more, or less
        self.handover: Handover | None = None  # where it is more or less
        self.preparing: asyncio.Task[None] | None = None  # what makes the two, once
        self.way: Way | None = None
        self.acknowledgement: Reply | None = None
        self.acknowledged = False  # and somebody read it
        self.answered = False  # some attempt got the reply from this process
        self.shared = False  # other processes may give what its hook said here, too
        self.used: tuple[str, ...] = ()  # what of it was parked, by journal id
        self.owed = False  # the user is, and knows a word that waits for it
        self.waits = False  # its hook does, for a place
        self.unwanted = False  # its user left
        self.jot: asyncio.Task[bool] | None = None  # the journal's note of it
        self.idle: asyncio.TimerHandle | asyncio.Task[None] | None = None  # no attempt is open
        self.added = 0  # messages that the hook sent behind the answer
        self.after: list[tuple[str, Reply]] = []  # what else the user gets, by journal id
        self.sent: tuple[tuple[str, Reply], ...] = ()  # of it, what is on its way

    @property
    def is_gone(self) -> bool:
        """Whether the reply was given, or is on its way: what comes behind it may go."""
        return self.way is Way.WINDOW or (self.way is Way.LATE and self.reply is not None)
