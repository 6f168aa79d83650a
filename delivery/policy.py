"""How long an account's pushes may wait, and what the user is told meanwhile."""

from dataclasses import dataclass, replace
from typing import Protocol

from wechat.events import ClickEvent, ScanCodeWaitMsgEvent, ScanEvent, SubscribeEvent
from wechat.push import Event, Message

ATTEMPTS = 3
DEADLINE = 4.5
LATE_NOTICE = "正在处理，请稍后回复“查看”获取结果"
AUTO = 0
# The events to which WeChat shows an answer; nobody waits for one to any other.
_AWAITED = (SubscribeEvent, ScanEvent, ClickEvent, ScanCodeWaitMsgEvent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What is done with a reply that is slow.

    `deadline` is seconds from the arrival of an attempt; `ack_attempt` which one is
    acknowledged when the reply is not ready then (1 to 3, or AUTO: the first where the
    account may push, else the third); `notice` is what the user is told when the reply
    will be parked, "" for nothing.
    """

    deadline: float = DEADLINE
    ack_attempt: int = AUTO
    notice: str = LATE_NOTICE


@dataclass(frozen=True, slots=True, kw_only=True)
class HookPolicy:
    """What one hook does otherwise than the account; None: as the account does."""

    deadline: float | None = None
    ack_attempt: int | None = None
    notice: str | None = None

    def __post_init__(self) -> None:
        if self.deadline is not None and not 0 < self.deadline <= DEADLINE:
            raise ValueError(f"a deadline is more than 0 and at most {DEADLINE} seconds")
        if self.ack_attempt is not None and self.ack_attempt not in range(ATTEMPTS + 1):
            raise ValueError(f"ack_attempt is 1 to {ATTEMPTS}, or AUTO")

    def over(self, policy: Policy) -> Policy:
        """Return `policy` with what this hook does otherwise."""
        own = {
            name: value
            for name in ("deadline", "ack_attempt", "notice")
            if (value := getattr(self, name)) is not None
        }
        return replace(policy, **own)


class Configured(Protocol):
    """What the settings say of an account."""

    @property
    def reply_deadline(self) -> float:
        """Seconds from the arrival of an attempt."""

    @property
    def ack_attempt(self) -> int:
        """Which attempt is acknowledged, or AUTO."""

    @property
    def late_notice(self) -> str:
        """What the user is told when the reply will be parked."""


def policy_of(account: Configured) -> Policy:
    """Return the policy that the settings give an account."""
    return Policy(
        deadline=account.reply_deadline,
        ack_attempt=account.ack_attempt,
        notice=account.late_notice,
    )


def is_awaited(message: Message | Event) -> bool:
    """Return whether the user waits for an answer, and WeChat shows it."""
    return not isinstance(message, Event) or isinstance(message, _AWAITED)
