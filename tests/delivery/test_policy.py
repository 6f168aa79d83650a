"""How long a push may wait: the account's word, and a hook's own."""

from dataclasses import dataclass

import pytest

from delivery.policy import AUTO, HookPolicy, Policy, is_awaited, policy_of
from tests.delivery.bench import event, text


@dataclass
class Configured:
    """What the settings say."""

    reply_deadline: float = 4.0
    ack_attempt: int = 2
    late_notice: str = "wait"


def test_account() -> None:
    """The settings' values are the policy's."""
    assert policy_of(Configured()) == Policy(deadline=4.0, ack_attempt=2, notice="wait")


def test_over() -> None:
    """What a hook says goes, falsy values too; the rest is the account's."""
    account = Policy(deadline=4.0, ack_attempt=2, notice="wait")
    assert HookPolicy().over(account) == account
    own = HookPolicy(deadline=1.5).over(account)
    assert own == Policy(deadline=1.5, ack_attempt=2, notice="wait")
    own = HookPolicy(ack_attempt=AUTO, notice="").over(account)
    assert own == Policy(deadline=4.0, ack_attempt=AUTO, notice="")


@pytest.mark.parametrize("deadline", [0, -1, 4.6, 60, float("nan")])
def test_bad_deadline(deadline: float) -> None:
    """One that WeChat does not wait for is refused where it is written."""
    with pytest.raises(ValueError, match=r"at most 4\.5"):
        HookPolicy(deadline=deadline)


@pytest.mark.parametrize("attempt", [-1, 4])
def test_bad_attempt(attempt: int) -> None:
    """So is an attempt that never comes."""
    with pytest.raises(ValueError, match="ack_attempt is 1 to 3"):
        HookPolicy(ack_attempt=attempt)


@pytest.mark.parametrize("name", ["subscribe", "SCAN", "CLICK", "scancode_waitmsg"])
def test_awaited(name: str) -> None:
    """The user waits for an answer to a message, and to these events."""
    assert is_awaited(event(name))
    assert is_awaited(text())


@pytest.mark.parametrize("name", ["VIEW", "LOCATION", "unsubscribe", "scancode_push", "new"])
def test_not_awaited(name: str) -> None:
    """To any other event, WeChat shows none."""
    assert not is_awaited(event(name))
