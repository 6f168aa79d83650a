"""Two processes answer the same account, on one socket and with one store (?shared=1)."""

import os
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.account import AccountKind
from simulator.engine.conditions import Faults
from simulator.users import Sender
from tests.scenarios.served import Service, serving, until
from wechat.replies import TextReply

SHARED = "sqlite:///data/wechat.db?shared=1"
USERS = 12


@pytest.fixture
def kind() -> AccountKind:
    """Return the kind of the account."""
    return AccountKind.UNVERIFIED_SUBSCRIPTION


@pytest.fixture
def service(tmp_path: Path, kind: AccountKind) -> Iterator[Service]:
    """Return a service of two processes, between which the system divides the connections."""
    # A hook runs twice where the store is silent for long, as on a busy machine.
    settings = {"WECHAT_STORE": SHARED, "WECHAT_HANGUP_BUDGET": "0", "STORE_SILENT": "10"}
    with serving(tmp_path, kind, **settings) as service:
        service.start()
        time.sleep(1 - time.time() % 1)  # a push of the second of the start is not held
        yield service


def begun(service: Service) -> Counter[str]:
    """Return how often each hook began, in all processes."""
    found: Counter[str] = Counter()
    for process in service.processes:
        found.update(re.findall(r"hook begins: (\S+)", process.said))
    return found


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
    pushes = {
        f"m{n}": service.say(f"{(0, 2, 3, 7)[n % 4]} m{n}", f"oUser{n}") for n in range(USERS)
    }
    deliveries = {said: push.result(120) for said, push in pushes.items()}
    assert {said: d.reply for said, d in deliveries.items()} == {
        said: TextReply(said) for said in pushes
    }
    assert begun(service) == Counter(pushes.keys())
    assert all("hook begins" in process.said for process in service.processes)


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
