"""Everything at once, for a while: what was acknowledged is not lost, and nothing comes twice.

Many users write to a service whose hooks are quick and slow, while attempts are lost, twins
are sent, the disk stalls, the platform fails and the process is stopped or killed. What
holds is read off the simulator's own record. Another SEED is another chaos.
"""

import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from signal import SIGKILL, SIGTERM

import pytest

from simulator.account import AccountKind
from simulator.engine.record import Delivery, Outcome
from tests.scenarios.chaos import Chaos
from tests.scenarios.evidence import Evidence
from tests.scenarios.served import SCALE, Service, serving

SEED = 1
USERS = 12
MESSAGES = 110
GAP = 0.1  # seconds between two messages
IDLE = 7 * SCALE  # after which a service awaits no more attempts of a push
ROUNDS = 10
VERIFIED, UNVERIFIED = AccountKind.VERIFIED_SERVICE, AccountKind.UNVERIFIED_SUBSCRIPTION


@pytest.fixture
def service(tmp_path: Path, kind: AccountKind, ack_attempt: str) -> Iterator[Service]:
    """Return a running service."""
    with serving(tmp_path, kind, WECHAT_ACK_ATTEMPT=ack_attempt) as service:
        yield service


def write(service: Service, chaos: Chaos, signals: tuple[int, ...]) -> dict[str, Delivery]:
    """Let the users write, and return what became of it, by what they said."""
    every = MESSAGES // (len(signals) + 1)
    restarts = {every * (n + 1): number for n, number in enumerate(signals)}
    pushes: dict[str, Future[Delivery]] = {}
    for count in range(MESSAGES):
        if count in restarts:
            chaos.restart(restarts[count])
        chaos.disturb()
        said, user = f"m{count}", f"oUser{chaos.chance.randrange(USERS)}"
        pushes[said] = service.say(f"{chaos.seconds()} {said}", user)
        time.sleep(GAP)
    chaos.over()
    return {said: push.result(60) for said, push in pushes.items()}


def fetch(service: Service, chaos: Chaos) -> None:
    """Let the users write now and then until nobody is owed anything."""
    for _ in range(ROUNDS):
        time.sleep(IDLE)
        if not chaos.disk.owed():
            return
        for push in [service.say("0 ", f"oUser{n}") for n in range(USERS)]:
            push.result(60)


@pytest.mark.parametrize(
    ("signals", "kind", "ack_attempt"),
    [
        ((), VERIFIED, "2"),
        ((SIGTERM, SIGTERM), UNVERIFIED, "auto"),
        ((SIGKILL, SIGKILL), VERIFIED, "auto"),
        ((SIGKILL, SIGTERM), UNVERIFIED, "auto"),
    ],
)
def test_chaos(
    signals: tuple[int, ...], kind: AccountKind, ack_attempt: str, service: Service
) -> None:
    """Each message that was acknowledged is answered once, whatever happens."""
    chaos = Chaos(service, f"{SEED} {signals} {kind}")
    pushes = write(service, chaos, signals)
    fetch(service, chaos)
    assert chaos.disk.owed() == ()
    evidence = Evidence(service.wechat, pushes, service.processes, chaos.ends)
    if contradictions := evidence.contradictions():
        pytest.fail("\n\n".join(contradictions))
    assert chaos.stalls
    assert Outcome.LOST in evidence.outcomes
    if kind is VERIFIED:
        assert any(call.status == 0 for call in evidence.calls)  # it was never answered
    if ack_attempt != "auto" or kind is UNVERIFIED:
        assert Outcome.HUNG_UP in evidence.outcomes
