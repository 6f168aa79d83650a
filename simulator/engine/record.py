"""What happened: every attempt of one push, and what the user saw in the end.

The engine fills these while it works; the faces only read them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from wechat.crypto import EncryptionMode
from wechat.replies import Reply
from wechat.xml import Output

FAULT_LINE = "该公众号提供的服务出现故障，请稍后再试"


class Outcome(StrEnum):
    """How one attempt ended."""

    ANSWERED = "answered"  # status 200 and a whole body, in time
    STATUS = "status"  # another status
    HUNG_UP = "hung-up"  # not answered at the cut-off: WeChat closed the connection
    REFUSED = "refused"  # there was no connection
    BROKEN = "broken"  # the connection ended, or what came is not HTTP
    LOST = "lost"  # to order: the connection was lost while the answer was on its way


@dataclass(slots=True, kw_only=True)
class Attempt:
    """One request of WeChat, and what came back. Times are seconds since the push began.

    `number` counts from 1; of a twin, the same request sent twice at once, both have the
    same. `outcome` is None as long as the attempt runs. `answer` is the body that came, at
    most a MiB and a byte of it; `problem` says in words why the attempt failed.
    """

    number: int
    address: str
    target: str
    body: bytes
    started: float
    twin: bool = False
    ended: float | None = None
    outcome: Outcome | None = None
    status: int | None = None
    head: str = ""
    answer: bytes = b""
    problem: str = ""

    @property
    def seconds(self) -> float | None:
        """How long it took, None while it runs."""
        return None if self.ended is None else self.ended - self.started


class Shown(StrEnum):
    """What a push led to on the user's screen."""

    REPLY = "reply"
    SILENCE = "silence"
    FAULT = "fault"  # FAULT_LINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the user sees, and for the developer why.

    `reply` is what was read, also where a fault is shown beside it; `xml` the decrypted
    answer. `reason` says why there is a fault, or why WeChat shows nothing; `warnings` are
    about a reply that is shown, but not as it was meant, and about a twin not answered alike.
    """

    shown: Shown
    reply: Reply | None = None
    xml: str = ""
    reason: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Delivery:
    """One push: a message or event of `openid`, its attempts, its verdict.

    `kind` is the MsgType, of an event its Event; `begun` is Unix seconds. `awaited` is
    false where no user looks at the chat for an answer: WeChat then shows no fault line.
    `verdict` is None as long as the push runs.
    """

    id: int
    openid: str
    kind: str
    is_event: bool
    fields: Mapping[str, Output]
    xml: str
    mode: EncryptionMode
    begun: float
    cutoff: float
    awaited: bool = True
    attempts: list[Attempt] = field(default_factory=list)
    verdict: Verdict | None = None

    @property
    def fault(self) -> bool:
        """Whether it failed: the user, if there is one, sees the fault line."""
        return self.verdict is not None and self.verdict.shown is Shown.FAULT

    @property
    def reply(self) -> Reply | None:
        """What the user is shown in answer; None for silence, and for a fault."""
        shown = self.verdict is not None and self.verdict.shown is Shown.REPLY
        return self.verdict.reply if self.verdict and shown else None
