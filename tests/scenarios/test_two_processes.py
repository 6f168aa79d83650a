"""Two processes answer the same account, on one socket and with one store (?shared=1)."""

import os
import random
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from simulator.account import AccountKind
from simulator.engine.conditions import Faults
from simulator.engine.record import Delivery, Outcome
from simulator.users import Sender
from tests.processes import Process, later_second
from tests.scenarios.chaos import Disk
from tests.scenarios.served import SCALE, Service, serving, until
from wechat.replies import TextReply

SHARED = "sqlite:///data/wechat.db?shared=1"
USERS = 12
MOST = 5  # rounds of a push by each
SEED = 1
MESSAGES = 60
GAP = 0.08  # seconds between two messages


@pytest.fixture
def kind() -> AccountKind:
    """Return the kind of the account."""
    return AccountKind.UNVERIFIED_SUBSCRIPTION


@pytest.fixture
def more_settings() -> dict[str, str]:
    """Return what else the account is set to; parametrize it."""
    return {}


@pytest.fixture
def service(tmp_path: Path, kind: AccountKind, more_settings: dict[str, str]) -> Iterator[Service]:
    """Return a service of two processes, between which the system divides the connections."""
    # A hook runs twice where the store is silent for long, as on a busy machine.
    settings = {"WECHAT_STORE": SHARED, "WECHAT_HANGUP_BUDGET": "0", "STORE_SILENT": "10"}
    with serving(tmp_path, kind, **settings | more_settings) as service:
        service.start()
        later_second()
        yield service


def begun(service: Service) -> Counter[str]:
    """Return how often each hook began, in all processes."""
    found: Counter[str] = Counter()
    for process in service.processes:
        found.update(hooks(process, "begins"))
    return found


def hooks(process: Process, act: str) -> list[str]:
    """Return of which messages a process began, or ended, the hook."""
    return re.findall(rf"hook {act}: (\S+)", process.said)


def shown(service: Service) -> Counter[str]:
    """Return how often each answer stands in a chat."""
    lines: Counter[str] = Counter()
    for user in service.wechat.users:
        for item in user.chat:
            if item.sender is Sender.ACCOUNT and item.kind == "text":
                lines.update(line for line in item.content["content"].split("\n") if line)
    return lines


def test_one_run(service: Service) -> None:
    """Whichever process an attempt reaches, a hook runs once and its reply is shown once."""
    service.wechat.pusher.faults = Faults(lose=frozenset({1}), twin=True)
    pushes: dict[str, Future[Delivery]] = {}
    # The system divides the connections by chance: seldom one process gets all of them.
    while not all("hook begins" in process.said for process in service.processes):
        assert len(pushes) < MOST * USERS
        numbers = range(len(pushes), len(pushes) + USERS)
        pushes |= {
            f"m{n}": service.say(f"{(0, 2, 3, 7)[n % 4]} m{n}", f"oUser{n}") for n in numbers
        }
        for push in pushes.values():
            push.result(120)
    replies = {said: push.result().reply for said, push in pushes.items()}
    assert replies == {said: TextReply(said) for said in pushes}
    assert begun(service) == Counter(pushes.keys())


@pytest.mark.parametrize("kind", [AccountKind.VERIFIED_SERVICE])
def test_one_is_killed(service: Service) -> None:
    """What one acknowledged, or ran, the other sees to at once when it is killed."""
    pushes = [service.say(f"9 m{n}", f"oUser{n}") for n in range(USERS)]
    assert not any(push.result(60).fault for push in pushes)
    os.kill(service.processes[0].popen.pid, signal.SIGKILL)
    service.processes[0].end()
    until(lambda: set(shown(service)) >= {f"m{n}" for n in range(USERS)})
    assert set(shown(service).values()) == {1}


def test_parked(service: Service) -> None:
    """What is late in one process, the word fetches from either; no hook runs for it."""
    users = [f"oUser{n}" for n in range(4)]
    for push in [service.say("17 answer", user) for user in users]:
        assert not push.result(60).fault
    picked = [service.say("查看", user).result(60).reply for user in users]
    assert picked == [TextReply("answer")] * 4
    assert begun(service) == {"answer": 4}


def end(service: Service, process: Process, number: int) -> None:
    """End a process by a signal, and start another."""
    process.signal(number)
    process.end()
    service.start()


@pytest.mark.parametrize("more_settings", [{"WECHAT_ACK_ATTEMPT": "2", "WECHAT_LATE_NOTICE": ""}])
def test_one_after_the_other_ends(service: Service) -> None:
    """Each message is answered or delivered once, though a process is killed and one stopped."""
    chance = random.Random(SEED)
    ends = {MESSAGES // 3: signal.SIGKILL, 2 * MESSAGES // 3: signal.SIGTERM}
    leaving, pushes, ending = iter(service.processes[:]), {}, []
    for count in range(MESSAGES):
        if number := ends.get(count):
            ending.append(service.threads.submit(end, service, next(leaving), number))
        lose = frozenset({1} if chance.random() < 0.2 else ())
        service.wechat.pusher.faults = Faults(lose=lose, twin=chance.random() < 0.2)
        said, user = f"m{count}", f"oUser{chance.randrange(USERS)}"
        pushes[said] = service.say(f"{chance.choice((0, 0, 0.5, 3, 5, 7, 10))} {said}", user)
        time.sleep(GAP)
    for each in ending:
        each.result()
    service.wechat.pusher.faults = Faults()
    outcomes = {a.outcome for push in pushes.values() for a in push.result(60).attempts}
    until(lambda: fetched(service))
    assert shown(service) == Counter(pushes.keys())
    assert {Outcome.LOST, Outcome.HUNG_UP} <= outcomes
    others = service.processes[1:]
    again = Counter(said for process in others for said in hooks(process, "ends"))
    assert max(again.values()) == 1


def fetched(service: Service) -> bool:
    """Let all users write, and return whether nothing more is owed to any."""
    time.sleep(2 * SCALE)
    for push in [service.say("0 ", f"oUser{n}") for n in range(USERS)]:
        push.result(60)
    return not Disk(service.folder).owed()
