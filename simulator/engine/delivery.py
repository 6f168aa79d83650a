"""The attempts of a push: what WeChat does until it has an answer, or gives up.

An attempt has until the cut-off; then its connection is closed and the same message sent
again on a new one, three times in all. What fails at once is repeated at once, with the
same query, up to four times. `conditions` has the sources, and what can be changed.
"""

import asyncio
import itertools
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from wechat.xml import Output, dump

from simulator.account import Account
from simulator.engine import wire
from simulator.engine.attempt import send
from simulator.engine.conditions import Faults, Rules
from simulator.engine.connection import place_of
from simulator.engine.failures import Failures
from simulator.engine.pushes import UNAWAITED
from simulator.engine.record import Attempt, Delivery, Outcome, Shown, Verdict
from simulator.engine.twins import differences
from simulator.engine.verdict import judge

_BROKEN = {Outcome.REFUSED, Outcome.BROKEN, Outcome.LOST}


class Pusher:
    """Pushes to one account, under rules and faults that may change between pushes.

    `clock` is this machine's, in Unix seconds. `on_change` is called at every step.
    """

    def __init__(
        self,
        account: Account,
        *,
        rules: Rules | None = None,
        faults: Faults | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.account = account
        self.rules = rules or Rules()
        self.faults = faults or Faults()
        self.failures = Failures()
        self.on_change: Callable[[Delivery], None] = lambda _: None
        self._clock = clock
        self._ids = itertools.count(1)
        self._turns = itertools.count()

    @property
    def now(self) -> float:
        """The time by WeChat's clock."""
        return self._clock() + self.faults.skew

    async def push(self, fields: Mapping[str, Output]) -> Delivery:
        """Push `fields`; return how it went."""
        return await self.run(self.begin(fields))

    def begin(self, fields: Mapping[str, Output], *, awaited: bool = True) -> Delivery:
        """Return the record of a push that has not been sent yet."""
        is_event = fields["MsgType"] == "event"
        kind = str(fields["Event"] if is_event else fields["MsgType"])
        return Delivery(
            id=next(self._ids),
            openid=str(fields["FromUserName"]),
            kind=kind,
            is_event=is_event,
            fields=fields,
            xml=dump(fields),
            mode=self.account.mode,
            begun=self._clock(),
            cutoff=self.rules.cutoff,
            awaited=awaited and not (is_event and kind in UNAWAITED),
        )

    async def run(self, delivery: Delivery) -> Delivery:
        """Send a push until it is answered or given up; fill and return its record."""
        if self.failures.paused_until > self._clock():
            reason = "too many failures in a row: WeChat pushes nothing for a minute (MarkFail)"
            delivery.verdict = Verdict(shown=Shown.FAULT, reason=reason)
        else:
            delivery.verdict = await _Run(self, delivery).verdict()
        self.on_change(delivery)
        return delivery

    def next_address(self) -> str:
        """Return which of the service's addresses is next, "" for that of its URL."""
        addresses = self.faults.addresses
        return addresses[next(self._turns) % len(addresses)] if addresses else ""

    def count(self, *, failed: bool, hung_up: bool = False) -> None:
        """Count how an attempt ended, as the platform does: what is no 回包 is a failure."""
        if failed:
            self.failures.failed(self._clock(), hung_up=hung_up, pause_after=self.rules.pause_after)
        else:
            self.failures.succeeded()


class _Run:
    """One push on its way, by the rules and faults of the moment it began."""

    def __init__(self, pusher: Pusher, delivery: Delivery) -> None:
        self.pusher, self.delivery = pusher, delivery
        self.account, self.rules, self.faults = pusher.account, pusher.rules, pusher.faults
        self.began = time.monotonic()

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.began

    async def verdict(self) -> Verdict:
        request, number = self._signed(), 0
        while True:
            number += 1
            tried = await self._try(number, request)
            if any(attempt.outcome is Outcome.ANSWERED for attempt in tried):
                return self._judge(tried)
            if self._gives_up(number):
                return Verdict(shown=Shown.FAULT, reason=self._reason(number, tried[0]))
            if self._hung_up(number) and self.rules.resign:
                request = self._signed()

    def _signed(self) -> wire.Request:
        return wire.push_request(self.account, self.delivery.fields, self.pusher.now)

    async def _try(self, number: int, request: wire.Request) -> list[Attempt]:
        """Make an attempt, of a twin both; return them, the one that ended first first."""
        copies = 2 if self.faults.twin else 1
        tried = [self._attempt(number, request) for _ in range(copies)]
        self.delivery.attempts += tried
        self.pusher.on_change(self.delivery)
        await asyncio.gather(*(self._send(attempt, request) for attempt in tried))
        return sorted(tried, key=lambda attempt: attempt.ended or 0.0)

    def _attempt(self, number: int, request: wire.Request) -> Attempt:
        return Attempt(
            number=number,
            address=str(place_of(self.account.url, self.pusher.next_address())),
            target=request.target,
            body=request.body or b"",
            started=self.elapsed,
            twin=self.faults.twin,
        )

    async def _send(self, attempt: Attempt, request: wire.Request) -> None:
        await send(
            attempt,
            place_of(self.account.url, attempt.address),
            request,
            cutoff=self.rules.cutoff,
            latency=self.faults.latency,
            lose=attempt.number in self.faults.lose,
        )
        if attempt.outcome is not Outcome.ANSWERED:  # an answer counts as it is judged
            self.pusher.count(failed=True, hung_up=attempt.outcome is Outcome.HUNG_UP)
        self.pusher.on_change(self.delivery)

    def _judge(self, tried: list[Attempt]) -> Verdict:
        """Return the verdict on the first answer; of twins, it says if they are not alike."""
        answered = [attempt for attempt in tried if attempt.outcome is Outcome.ANSWERED]
        verdicts = [judge(self.account, self.delivery, attempt) for attempt in answered]
        for verdict in verdicts:
            self.pusher.count(failed=verdict.shown is Shown.FAULT)
        warnings = (*verdicts[0].warnings, *differences(tried, verdicts))
        return replace(verdicts[0], warnings=warnings)

    def _gives_up(self, number: int) -> bool:
        hung_up = sum(map(self._hung_up, range(1, number + 1)))
        if (hung_up and number >= self.rules.attempts) or number - hung_up >= self.rules.repeats:
            return True
        broken = {attempt.outcome for attempt in self.delivery.attempts} & _BROKEN
        return bool(broken) and not self.rules.repeat_broken

    def _hung_up(self, number: int) -> bool:
        """Return whether WeChat waited for an attempt in vain; of twins, for either."""
        attempts = (attempt for attempt in self.delivery.attempts if attempt.number == number)
        return any(attempt.outcome is Outcome.HUNG_UP for attempt in attempts)

    def _reason(self, number: int, last: Attempt) -> str:
        times = f"{number} attempts failed, the last one: " if number > 1 else ""
        return times + last.problem
