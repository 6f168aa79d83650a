"""What the simulator's record, the processes' logs and the journal prove of a chaos.

Each proof returns what contradicts it, in words for whoever has to find out why.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from simulator.changes import ApiCall
from simulator.engine.record import Attempt, Delivery, Outcome
from simulator.users import ChatItem, Sender
from simulator.world import MOST_KEPT, World
from tests.processes import Process
from tests.scenarios.chaos import SEND, End
from tests.scenarios.served import CUTOFF

NOTED = CUTOFF  # seconds in which the journal knows what a user has, on the slowest machine
SAID = re.compile(r"\bm\d+\b")  # the text of each message, and of its answer
HOOK = re.compile(r"hook (begins|ends): (m\d+)")


class Showing(NamedTuple):
    """An answer in a chat, from when on; the service could know of that by `known`."""

    said: str
    openid: str
    at: float
    known: float
    call: ApiCall | None  # by which it was pushed

    @property
    def unclear(self) -> bool:
        """Whether the platform's answer to the push was lost."""
        return self.call is not None and self.call.status == 0

    def was_noted(self, end: End) -> bool:
        """Return whether the journal knew of it, or had to, when a process ended."""
        if not self.at <= end.died or end.at > self.known + NOTED:
            return True
        return not any(self.said in SAID.findall(row) for row in end.owed)


class Evidence:
    """The record of `pushes`, by what they said, to `processes`, of which `ends` is told."""

    def __init__(
        self,
        world: World,
        pushes: Mapping[str, Delivery],
        processes: Sequence[Process],
        ends: Sequence[End],
    ) -> None:
        assert max(len(world.deliveries), len(world.calls)) < MOST_KEPT, "some are forgotten"
        self.pushes = pushes
        self.calls = [call for call in world.calls if call.path == SEND]
        self._deliveries = {delivery.id: delivery for delivery in world.deliveries}
        self._crashes = [end for end in ends if end.killed]
        self._ends = ends
        self._logs = [HOOK.findall(process.said) for process in processes]
        self._showings: dict[str, list[Showing]] = defaultdict(list)
        for user in world.users:
            for item in user.chat:
                for showing in self._shown(user.openid, item):
                    self._showings[showing.said].append(showing)

    @property
    def outcomes(self) -> set[Outcome | None]:
        """How attempts ended."""
        return {a.outcome for delivery in self.pushes.values() for a in delivery.attempts}

    def contradictions(self) -> list[str]:
        """Return whatever no proof allows."""
        proofs = {
            "lost": self.lost,
            "in another chat": self.astray,
            "shown again": self.doubled,
            "a fault line": self.faults,
            "run again": self.reruns,
        }
        return [f"{what}: {said}" for what, proof in proofs.items() for said in proof()]

    def lost(self) -> list[str]:
        """Return what was acknowledged or answered, and is not in its user's chat."""
        return [
            self._history(said)
            for said, delivery in self.pushes.items()
            if any(attempt.outcome is Outcome.ANSWERED for attempt in delivery.attempts)
            and delivery.openid not in {showing.openid for showing in self._showings[said]}
        ]

    def astray(self) -> list[str]:
        """Return what is in the chat of somebody else."""
        return [
            self._history(showing.said)
            for showings in self._showings.values()
            for showing in showings
            if showing.openid != self.pushes[showing.said].openid
        ]

    def doubled(self) -> list[str]:
        """Return what is shown again though the service could know that it was shown.

        It could not where the platform's answer to the push was lost, or where the process
        was killed before the journal had noted the first showing.
        """
        return [
            self._history(said)
            for said, showings in self._showings.items()
            for before, _ in pairwise(sorted(showings, key=lambda showing: showing.at))
            if not before.unclear and all(before.was_noted(crash) for crash in self._crashes)
        ]

    def faults(self) -> list[str]:
        """Return each push with a fault line, unless a kill met its last attempt."""
        return [
            self._history(said)
            for said, delivery in self.pushes.items()
            if delivery.fault
            and not any(all(met(delivery, a, end) for a in last(delivery)) for end in self._crashes)
        ]

    def reruns(self) -> list[str]:
        """Return what ran twice in a process, or again after one that was done with it."""
        return [
            f"process {number} ran it again: {self._history(said)}"
            for number, log in enumerate(self._logs)
            for said, times in begun(log).items()
            if times > 1 or any(self._was_done(said, n) for n in range(number))
        ]

    def _was_done(self, said: str, number: int) -> bool:
        """Return whether a process ran the hook to its end, and left nothing of it to another.

        It did where it was killed while it owed the answer. WeChat asks the next one, too, where
        the process did not live to answer, or its answer was lost.
        """
        if not {("begins", said), ("ends", said)} <= set(self._logs[number]):
            return False
        end, delivery = self._ends[number], self.pushes[said]
        asked = any(end.over <= ended(delivery, attempt) for attempt in delivery.attempts)
        lost = any(attempt.outcome is Outcome.LOST for attempt in delivery.attempts)
        owed = any(said in SAID.findall(row) for row in end.owed)
        return not (end.killed and owed) and not (asked and (end.killed or lost))

    def _shown(self, openid: str, item: ChatItem) -> Iterator[Showing]:
        if item.sender is not Sender.ACCOUNT:
            return
        text = item.content["content"]
        call = self._call(openid, item) if item.pushed else None
        known = call.at + call.seconds if call else self._answered(item)
        for said in SAID.findall(text):
            yield Showing(said, openid, min(item.at, known), known, call)

    def _call(self, openid: str, item: ChatItem) -> ApiCall:
        """Return the call by which a line came into the chat: at once, however slow the answer."""
        sent = (openid, item.content["content"])
        calls = (c for c in self.calls if c.errcode == 0 and c.at <= item.at and _sent(c) == sent)
        return max(calls, key=lambda call: call.at)

    def _answered(self, item: ChatItem) -> float:
        """Return when a line was the answer to an attempt; the chat has it after its twin."""
        assert item.delivery is not None
        delivery = self._deliveries[item.delivery]
        return min(
            ended(delivery, attempt)
            for attempt in delivery.attempts
            if attempt.outcome is Outcome.ANSWERED
        )

    def _history(self, said: str) -> str:
        delivery = self.pushes[said]
        lines = [f"{said} of {delivery.openid} at {delivery.begun:.2f}: {delivery.fields}"]
        lines += [
            f"{a.number} {delivery.begun + a.started:.2f}-{ended(delivery, a):.2f} {a.outcome} "
            f"{a.answer.decode()[-120:]}"
            for a in delivery.attempts
        ]
        lines += map(str, self._showings[said])
        lines += [f"{n} {mark}" for n, log in enumerate(self._logs) for mark in log if said in mark]
        return "\n".join([*lines, *(f"{end._replace(owed=())}" for end in self._ends)])


def last(delivery: Delivery) -> list[Attempt]:
    """Return the last attempt of a push, of a twin both."""
    number = delivery.attempts[-1].number
    return [attempt for attempt in delivery.attempts if attempt.number == number]


def ended(delivery: Delivery, attempt: Attempt) -> float:
    """Return when an attempt ended, in Unix seconds."""
    assert attempt.ended is not None
    return delivery.begun + attempt.ended


def met(delivery: Delivery, attempt: Attempt, end: End) -> bool:
    """Return whether an attempt ended with a process, or began before the next one served."""
    reached_nobody = attempt.outcome is not Outcome.ANSWERED
    waited = delivery.begun + attempt.started <= end.back and end.over <= ended(delivery, attempt)
    return reached_nobody and waited


def begun(log: Sequence[tuple[str, str]]) -> Counter[str]:
    """Return how often each hook was begun."""
    return Counter(said for act, said in log if act == "begins")


def _sent(call: ApiCall) -> tuple[str, str]:
    body = json.loads(call.request)
    return body["touser"], body["text"]["content"]
