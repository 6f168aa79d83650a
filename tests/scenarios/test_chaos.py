"""Everything at once, for a while: what was acknowledged is not lost, and nothing comes twice.

Many users write to a service whose hooks are quick and slow, while attempts are lost, twins
are sent, the platform fails and the process is stopped or killed. What holds is read off
the simulator's own record.
"""

import random
import signal
import time
from collections import Counter
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from simulator.account import AccountKind
from simulator.engine.conditions import Faults
from simulator.engine.record import Delivery
from simulator.users import Sender
from tests.scenarios.served import SCALE, Service
from tests.scenarios.test_restart import kind, service

__all__ = ["kind", "service"]  # fixtures

USERS = 12
MESSAGES = 80
GAP = 0.12  # seconds between two messages
ROUNDS = 6  # of each user's last messages, which fetch what is parked
API_FAULTS: tuple[dict[str, Any], ...] = (
    {"busy": {"calls": 2}},
    {"bad_gateway": {"calls": 1, "path": "/cgi-bin/message/"}},
    {"revoked": {"calls": 1}},
    {"refused": {"errcode": 45015, "calls": 1, "path": "/cgi-bin/message/"}},
)


def faults(chance: random.Random) -> Faults:
    """Return what goes wrong with the next pushes."""
    lose = frozenset({1}) if chance.random() < 0.2 else frozenset()
    return Faults(lose=lose, twin=chance.random() < 0.15)


def shown(service: Service) -> Counter[str]:
    """Return how often each answer stands in a chat."""
    lines: Counter[str] = Counter()
    for user in service.wechat.users:
        for item in user.chat:
            if item.sender is Sender.ACCOUNT and item.kind == "text":
                lines.update(item.content["content"].split("\n"))
    return lines


def where(service: Service, said: str) -> list[str]:
    """Return each line in which an answer stands."""
    return [
        f"{user.openid} {item.at:.2f} pushed {item.pushed} delivery {item.delivery} {item.content}"
        for user in service.wechat.users
        for item in user.chat
        if item.sender is Sender.ACCOUNT and said in item.content["content"].split("\n")
    ]


def history(delivery: Delivery) -> list[str]:
    """Return what became of each attempt, for whoever reads why this failed."""
    return [
        f"{attempt.number} {attempt.started:.2f}-{attempt.ended:.2f} {attempt.outcome} "
        f"{attempt.answer.decode()[-120:]}"
        for attempt in delivery.attempts
    ] + [str(delivery.fields)]


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (None, AccountKind.VERIFIED_SERVICE),
        (signal.SIGTERM, AccountKind.UNVERIFIED_SUBSCRIPTION),
        (signal.SIGKILL, AccountKind.VERIFIED_SERVICE),
    ],
)
def test_chaos(number: int | None, kind: AccountKind, service: Service, tmp_path: Path) -> None:
    """Each message that was acknowledged is answered once, whatever happens."""
    chance = random.Random(f"{number} {kind}")
    pushes: dict[str, Future[Delivery]] = {}
    for count in range(MESSAGES):
        service.wechat.pusher.faults = faults(chance)
        if chance.random() < 0.1:
            service.wechat.platform.order(**chance.choice(API_FAULTS))
        seconds = chance.choice((0, 0, 0.5, 2, 4, 7, 12))
        said = f"m{count}"
        user = f"oUser{chance.randrange(USERS)}"
        pushes[said] = service.say(f"{seconds} {said}", user)
        time.sleep(GAP)
        if number and count in {30, 60}:
            service.process.signal(number)
            service.process.end()
            service.start()
    service.wechat.pusher.faults = Faults()
    service.wechat.platform.order(busy=None, bad_gateway=None, revoked=None, refused=None)
    deliveries = {said: push.result(120) for said, push in pushes.items()}
    acknowledged = {said for said, delivery in deliveries.items() if not delivery.fault}

    def missing() -> set[str]:
        return acknowledged - set(shown(service))

    for _ in range(ROUNDS):
        if not missing():
            break
        time.sleep(10 * SCALE)
        for n in range(USERS):
            service.say("0 ", f"oUser{n}").result(60)
    assert {said: history(deliveries[said]) for said in missing()} == {}
    twice = {said for said, times in shown(service).items() if said in pushes and times > 1}
    if number is not signal.SIGKILL:
        assert {said: where(service, said) for said in twice} == {}
        assert acknowledged == set(pushes)
    assert len(twice) <= 3
