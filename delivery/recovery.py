"""What an earlier process, or one that died, still owes: taken up, and seen to its end.

A reply that is known is delivered; else the hook runs again, as an exchange that a retry of
WeChat's joins. A message whose hook ended the process every time is set aside for a person.
"""

import asyncio
import contextlib
import logging
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from time import monotonic

from stores.base import Owed as Row
from stores.base import State, StoreError, Way
from wechat.errors import MalformedMessage
from wechat.replies import Reply, TextReply

from delivery.codec import read_message, read_reply, reply_text
from delivery.counts import DROPPED
from delivery.exchange import Exchange
from delivery.ledger import Ledger
from delivery.owing import LATER
from delivery.parked import Owed
from delivery.policy import Policy
from delivery.times import Times
from delivery.window import Content, Hook, Window

log = logging.getLogger(__name__)
MOST_RUNS = 3
BEHIND = re.compile(r"(.+)\+(?:later)?\d+")  # the id of what comes behind an answer
EXPIRE_EVERY = 120  # looks at the journal
LIMIT = 100  # rows at once


class Recovered:
    """What is needed to run an account's hooks again: its window, and their `replay`."""

    def __init__(
        self,
        window: Window,
        replay: Callable[[Exchange], Awaitable[Reply]],
        policy: Callable[[Content], Policy],
        error_reply: str,
    ) -> None:
        self.window = window
        self.replay = replay
        self.policy = policy
        self.error_reply = error_reply


class Recovery:
    """Looks after the journal, for the accounts of this process, by name."""

    def __init__(self, ledger: Ledger, accounts: Mapping[str, Recovered], times: Times) -> None:
        self._ledger = ledger
        self._accounts = accounts
        self._times = times

    async def begin(self) -> None:
        """Know what is parked, before the first push is answered."""
        strangers: Counter[str] = Counter()
        for row in await self._ledger.store.items():
            account = self._accounts.get(row.item.account)
            if account is None:
                strangers[row.item.account] += 1
            elif row.state is State.PARKED:
                account.window.late.remember(row.item)
                self._parked_again(account, row)
        for name, count in strangers.items():
            log.warning("%d replies wait for account %s, which is not configured", count, name)

    async def run_for_ever(self) -> None:
        """Take up what nobody holds, every few seconds."""
        looks = 0
        while True:
            await asyncio.sleep(self._times.recover)
            await self.look(expire=looks % EXPIRE_EVERY == 0)
            looks += 1

    async def look(self, *, expire: bool = False) -> None:
        """Take up what nobody holds, whatever the store says; delete what has expired, too."""
        try:
            await self.take_up()
            if expire:
                await self._expire()
        except StoreError as error:
            log.error("the journal cannot be read: %s", error)  # noqa: TRY400
        except Exception:
            log.exception("the journal cannot be looked after this time")

    async def take_up(self) -> None:
        """Take up what nobody holds."""
        rows = await self._ledger.store.recover(
            self._ledger.owner, self._times.lease, LIMIT, accounts=self._accounts
        )
        # Where its lease ran out while the store was silent, it is ours again.
        new = [row for row in rows if not self._ledger.holds(row.item.id)]
        for account in self._accounts.values():
            new += account.window.outcome.waiting.values()
            account.window.outcome.waiting.clear()
        for row in new:
            self._ledger.hold([row.item.id])
            try:
                await self._take_up(row)
            except Exception:
                log.exception("%s is taken up again later", row.item.id)
                self._ledger.let_go([row.item.id])  # until its lease has run out

    async def _take_up(self, row: Row) -> None:
        account = self._accounts[row.item.account]
        if self._ledger.is_settled(row.item.id) or account.window.was_answered(row.item.id):
            self._ledger.settle([row.item.id])  # a retry came first, and the user has the reply
        elif row.item.reply is not None:
            await self._deliver(account, row)
        elif row.runs >= MOST_RUNS and not account.window.find(row.item.id):
            await self._set_aside(account, row, "its hook ended the process each time")
        else:
            await self._run_again(account, row)

    async def _deliver(self, account: Recovered, row: Row) -> None:
        assert row.item.reply is not None
        try:
            reply = read_reply(row.item.reply)
        except ValueError as error:
            await self._set_aside(account, row, str(error))
            return
        owed, message, window = Owed(row.item, reply), _message(row), account.window
        if found := window.find(owed.key):
            self._joined(window, found)
        elif answer := comes_behind(row):
            await self._deliver_behind(window, answer, row, owed)
        elif message and window.may_come_again(row.item, message):

            async def known(_: Exchange) -> Reply:
                return reply

            self._begin_again(account, row, message, known)
        else:
            self._deliver_alone(window, owed, message)

    @staticmethod
    def _deliver_alone(window: Window, owed: Owed, message: Content | None) -> None:
        """Deliver what no attempt will come for."""
        if message:
            window.late.quotas.triggered(message, monotonic() - window.age(message))
        window.late.take_on(owed)

    async def _deliver_behind(self, window: Window, answer: str, row: Row, owed: Owed) -> None:
        """Deliver what comes behind an answer, unless that is still to be given."""
        message, is_rest = _message(row), LATER not in owed.key
        left = await window.left_over(answer) if is_rest else None
        found, answered = window.find(answer), window.was_answered(answer)
        is_to_come = found is not None and not found.is_gone
        left_again = is_rest and (is_to_come or answered)  # by the hook, which ran again
        is_void = left_again if left is None else owed.key not in left
        if is_void:
            self._ledger.settle([owed.key])
        elif found and is_to_come:
            found.after.append((owed.key, owed.reply))
        elif found or answered or not (message and window.may_come_again(row.item, message)):
            self._deliver_alone(window, owed, message)
        else:  # WeChat may bring the message again: look anew
            window.outcome.waiting[owed.key] = row

    async def _run_again(self, account: Recovered, row: Row) -> None:
        try:
            message = read_message(row.item.message)
        except (MalformedMessage, ValueError) as error:
            await self._set_aside(account, row, str(error))
            return
        if found := account.window.find(row.item.id):
            self._joined(account.window, found)
            return
        log.info("%s: its hook runs again, for the process ended (%d)", row.item.id, row.runs)
        self._begin_again(account, row, message, account.replay)

    def _begin_again(self, account: Recovered, row: Row, message: Content, hook: Hook) -> None:
        """Have an exchange that retries join say what it says."""
        exchange = account.window.begin_again(row.item, message, account.policy(message))
        self._ledger.spawn(account.window.run_again(exchange, hook))

    def _parked_again(self, account: Recovered, row: Row) -> None:
        """Know of a parked reply for which a retry may still come."""
        window, message = account.window, _message(row)
        if not message or comes_behind(row) or not window.may_come_again(row.item, message):
            return
        with contextlib.suppress(ValueError):  # that is seen when it is taken
            reply = read_reply(row.item.reply or "")
            exchange = window.begin_again(row.item, message, account.policy(message))
            window.parked_again(exchange, reply)

    def _joined(self, window: Window, found: Exchange) -> None:
        """Leave a row to an exchange, which a retry began before: its reply settles that."""
        if found.way is Way.WINDOW:
            self._ledger.settle([found.key])
        found.jot = self._ledger.held()
        if found.way is Way.LATE and found.reply is not None:
            window.outcome.deliver(found)  # another process was to, which died

    async def _set_aside(self, account: Recovered, row: Row, why: str) -> None:
        """Keep a message for a person, and let its user know that something went wrong."""
        log.error("%s is set aside (python -m delivery show): %s", row.item.id, why)
        await self._ledger.set_aside(row.item.id)
        if account.error_reply:
            reply = TextReply(account.error_reply)
            item = replace(row.item, id=f"{row.item.id}+error", reply=reply_text(reply))
            await self._ledger.defer(item)
            account.window.late.take_on(Owed(item, reply))

    async def _expire(self) -> None:
        for row in await self._ledger.store.expire():
            log.warning("%s: dropped, for nobody fetched it in time", row.item.id)
            self._ledger.counts[DROPPED] += 1
            account = self._accounts.get(row.item.account)
            if account and row.state is State.PARKED:
                account.window.late.gone(row.item)


def comes_behind(row: Row) -> str | None:
    """Return the id of the answer behind which a row is to be delivered, None if there is none."""
    found = BEHIND.fullmatch(row.item.id)
    return found and found[1]


def _message(row: Row) -> Content | None:
    """Return what a row is owed for; None where this version cannot read that."""
    try:
        return read_message(row.item.message)
    except (MalformedMessage, ValueError):
        return None
