"""The window of one account: every attempt of every push, and what it gets.

The hook runs once, in the task of the first attempt; whatever comes meanwhile joins it.
How an attempt waits whose reply is slow is told in `Patience`.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from functools import partial
from time import monotonic

from stores.base import Item, Way
from wechat.events import SubscribeEvent, UnsubscribeEvent
from wechat.push import Event, Message
from wechat.replies import Acknowledgement, Reply

from delivery.exchange import Attempt, Exchange, Line
from delivery.late import Late
from delivery.ledger import Ledger
from delivery.patience import Patience
from delivery.peers import Peers
from delivery.pickup import Pickup
from delivery.places import Places
from delivery.policy import ATTEMPTS, Policy
from delivery.times import Times

Hook = Callable[[Exchange], Awaitable[Reply]]
Content = Message | Event


class Window(Patience):
    """Answers the pushes of one account.

    `places` bounds the hooks of the whole process; `peers` are the other processes that get
    its pushes, None if there are none; `clock` is Unix seconds.
    """

    def __init__(
        self,
        late: Late,
        ledger: Ledger,
        places: Places,
        times: Times,
        *,
        hangup_budget: int,
        pickup: str,
        peers: Peers | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(late, ledger, times, hangup_budget=hangup_budget, peers=peers, clock=clock)
        self.account = late.account
        self._places = places
        self._pickup = Pickup(pickup, late, times, shared=peers is not None)
        self._clock = clock

    async def attend(self, message: Content, line: Line, hook: Hook, policy: Policy) -> None:
        """Answer one attempt on `line`; return when it is over, and the hook that it began.

        `hook` is run for the first attempt of a push alone.
        """
        now = monotonic()
        key = f"{self.account}:{message.dedupe_key}"
        if (exchange := self._exchanges.get(key)) is None:
            if (answered := self._answers.get(key, now)) is not None:
                line.answer(answered)
                return
            exchange = self._begin(key, message, policy, now)
            exchange.first = attempt = self._join(exchange, line, now)
            exchange.created = attempt.clock
            if isinstance(message, Event):
                self._see(message)
            elif self.late.left:
                self.late.is_back(message.from_user)
            await self.run(exchange, hook)
        else:
            attempt = self._join(exchange, line, now)
            if self._joining and not attempt.twin:
                await self._joining.count(attempt)
            if exchange.way is not None or exchange.reply is not None:
                await self.give(exchange)
            elif not attempt.twin:
                self.outcome.jot(exchange)
        if not attempt.closed:
            attempt.over = asyncio.get_running_loop().create_future()
            await attempt.over

    def _begin(
        self, key: str, message: Content, policy: Policy, now: float, age: float = 0.0
    ) -> Exchange:
        """Return a new exchange, whose hook is to be run; `age` is seconds, of its message."""
        if self._late:
            self._forget(now)
        exchange = self._exchanges[key] = Exchange(key, message, policy, now)
        self.late.quotas.triggered(message, now - age)
        return exchange

    def _see(self, event: Event) -> None:
        """Drop what a user is owed who leaves; know of one who is back."""
        user, leaves = event.from_user, isinstance(event, UnsubscribeEvent)
        if leaves or isinstance(event, SubscribeEvent):
            for exchange in self._exchanges.values():
                asked = exchange.message
                if asked.from_user == user and asked.create_time <= event.create_time:
                    exchange.unwanted = leaves
        if leaves:
            self.late.leaves(user)
            self.outcome.drop_waiting(user)
        else:
            self.late.is_back(user)

    def begin_again(self, item: Item, message: Content, policy: Policy) -> Exchange:
        """Return an exchange that the journal knows, whose retries may still come."""
        age = self.age(message)
        exchange = self._begin(item.id, message, policy, monotonic(), age)
        exchange.created = item.created
        exchange.count = 1 + int(age // self._times.window)
        exchange.jot = self._ledger.held()
        return exchange

    async def run_again(self, exchange: Exchange, hook: Hook) -> None:
        """Run the hook of such an exchange, which the user may fetch already."""
        self.outcome.owe(exchange)
        self._ended(exchange)
        await self.run(exchange, hook)

    def parked_again(self, exchange: Exchange, reply: Reply) -> None:
        """Know of such an exchange whose reply is parked: it is given to a retry."""
        exchange.reply, exchange.way = reply, Way.LATE
        self._late.append((monotonic(), exchange))

    def may_come_again(self, item: Item, message: Content) -> bool:
        """Return whether WeChat may bring a message of the journal again.

        By its clock or ours, for one of them may be fast.
        """
        age = min(self.age(message), self._clock() - item.created)
        return age < ATTEMPTS * self._times.window + self._times.idle

    def age(self, message: Content) -> float:
        """Return how many seconds ago the user did it."""
        return max(self._clock() - message.create_time, 0.0)

    async def left_over(self, key: str) -> Collection[str] | None:
        """Return what an answer leaves over, by journal id.

        None where it has no reply yet, or this process is alone.

        Raises:
            StoreError: the store that the processes share is silent.

        """
        return await self._joining.left_over(key) if self._joining else None

    def find(self, key: str) -> Exchange | None:
        """Return an exchange that is remembered."""
        return self._exchanges.get(key)

    def was_answered(self, key: str) -> bool:
        """Return whether a push was answered lately."""
        return self._answers.get(key, monotonic()) is not None

    async def run(self, exchange: Exchange, hook: Hook) -> None:
        """Run the hook in its turn, or pick up what is late; see the reply on the way."""
        run: Hook = partial(self._placed, hook=hook)
        word = self._pickup.is_word(exchange.message) and await self._pickup.fetches(exchange)
        if word:
            run = self._pickup.wait
            exchange.jot = exchange.jot or self._ledger.held()  # nothing is owed for it
        if self._joining is None:
            exchange.reply = await run(exchange)
        else:
            exchange.reply = await self._joining.reply(exchange, run)
            if exchange.reply is None:
                self._leave(exchange)
                return
            if word and not isinstance(exchange.reply, Acknowledgement):
                exchange.jot = None  # what was fetched is owed, by whoever journals it first
        if exchange.way is Way.LATE:
            self.outcome.deliver(exchange)
        elif exchange.open:
            await self.give(exchange)
        elif exchange.way is Way.WINDOW:  # another process gave it
            self.outcome.answered_elsewhere(exchange)
            self._ended(exchange)

    async def _placed(self, exchange: Exchange, hook: Hook) -> Reply:
        """Return what the hook says, run when there is a place for it."""
        if not self._places.is_free():
            exchange.waits = not self._places.closed
            await self._places.wait(exchange.key)
            exchange.waits = False
        try:
            return await hook(exchange)
        finally:
            self._places.leave()

    def _leave(self, exchange: Exchange) -> None:
        """Forget an exchange that another process sees to."""
        self.outcome.owe_no_more(exchange)
        self._exchanges.pop(exchange.key, None)

    def open(self) -> None:
        """Know that pushes come from now on."""
        self.deadlines.begin()

    def drain(self, by: float) -> None:
        """Answer everything by then, on the loop's clock: each attempt is the last now."""
        self.deadlines.drain(by, self._exchanges.values())

    def close(self) -> None:
        """Begin no more hooks; journal what nobody got, so that another process sees to it."""
        self._places.close()
        if self._joining:
            return  # the others know of it, and may have given it
        for exchange in self._exchanges.values():
            if exchange.idle:
                exchange.idle.cancel()
            if exchange.way is None:
                self.outcome.keep(exchange)

    def _join(self, exchange: Exchange, line: Line, now: float) -> Attempt:
        attempt = Attempt(exchange, line, now, self._clock())
        attempt.twin = bool(exchange.open) and any(
            now - other.arrived < self._times.twin for other in exchange.open
        )
        exchange.count += not attempt.twin
        attempt.count = exchange.count
        if attempt.count == 1:
            self.observed.note(attempt.clock - exchange.message.create_time)
        exchange.seen = now
        exchange.open.append(attempt)
        if exchange.idle:
            exchange.idle.cancel()
            exchange.idle = None
        if exchange.way is Way.LATE and self._joining is None:  # others may have acknowledged it
            self.outcome.reopen(exchange)
        self.deadlines.watch(attempt)
        line.opened(attempt)
        return attempt
