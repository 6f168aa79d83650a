"""The process ends while replies are owed: by `kill -9`, or as a person stops it."""

import os
import re
import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from simulator.account import AccountKind
from tests.processes import answer, text
from tests.scenarios.served import SCALE, Service, serving, until
from wechat.replies import TextReply


def states(service: Service) -> list[str]:
    """Return the states of what is owed."""
    path = service.folder / "data" / "wechat.db"
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return [state for (state,) in connection.execute("SELECT state FROM late")]


@pytest.fixture
def kind() -> AccountKind:
    """Return the kind of the account."""
    return AccountKind.UNVERIFIED_SUBSCRIPTION


@pytest.fixture
def service(tmp_path: Path, kind: AccountKind) -> Iterator[Service]:
    """Return a running service."""
    with serving(tmp_path, kind, WECHAT_ACK_ATTEMPT="1") as service:
        yield service


@pytest.mark.parametrize("kind", [AccountKind.VERIFIED_SERVICE])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_acknowledged(number: int, service: Service) -> None:
    """What was acknowledged and not ready is run again, and pushed by the next process."""
    delivery = service.say("9 answer").result(60)
    assert not delivery.fault
    os.kill(service.process.popen.pid, number)
    service.process.end()
    service.start()
    service.process.wait_for("hook begins: answer 0")
    until(lambda: service.pushed() == ["answer"])


def test_parked(service: Service) -> None:
    """What was parked is handed over by the next process."""
    service.say("6 answer").result(60)
    until(lambda: "parked" in states(service))
    os.kill(service.process.popen.pid, signal.SIGKILL)
    service.process.end()
    service.start()
    assert service.say("0 next").result(60).reply == TextReply("answer\n\nnext")


def test_stopped_under_load(service: Service) -> None:
    """A restart shows nobody a fault line, whatever runs and comes meanwhile."""
    pushes = [service.say(f"{n} answer", f"oUser{n}") for n in range(6)]
    time.sleep(0.5 * SCALE)
    service.process.signal()
    assert service.process.end() == 0
    assert re.search(r"messages since the start: \d late", service.process.said)
    service.start()
    assert [push.result(60).fault for push in pushes] == [False] * 6
    until(lambda: service.say("0 ", "oUser5").result(60).reply == TextReply("answer"))


def test_retry_that_waits_for_the_process(service: Service) -> None:
    """A reply that was ready when the process stopped is given to a retry that waits already."""
    said = text("0.5 answer", token=service.wechat.account.token)
    with service.process.connect() as lost:
        lost.sendall(said)
        service.process.wait_for("hook begins")
    service.process.wait_for("hook ends")
    service.process.signal()
    assert service.process.end() == 0
    with socket.create_connection(service.address) as retry:
        retry.sendall(said)
        service.start()
        assert b"answer" in answer(retry)
    assert "hook begins" not in service.process.said


def test_message_that_ends_the_process(service: Service) -> None:
    """A message that ended the process three times is set aside, and its user told."""
    assert not service.say("5 crash").result(60).fault
    for _ in range(3):
        assert service.process.end() == 9
        service.start()
    service.process.wait_for("is set aside .*its hook ended the process each time")
    until(lambda: service.say("0 ").result(60).reply == TextReply("sorry"))
