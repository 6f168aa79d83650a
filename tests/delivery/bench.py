"""What a window stands on, in the hands of a test: lines, a platform, a store that can fail."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Collection
from typing import cast

from api.client import Api
from delivery.codec import message_text, reply_text
from delivery.exchange import Attempt, Exchange
from delivery.late import Late
from delivery.ledger import Ledger
from delivery.parked import Owed as LateOwed
from delivery.peers import Peers
from delivery.places import Places
from delivery.policy import Policy
from delivery.times import Times
from delivery.window import Content, Window
from stores.base import Item, Owed, StoreError
from stores.memory import MemoryStore
from tests import pushes
from wechat.messages import parse_message
from wechat.replies import Reply, TextReply
from wechat.xml import load

NOW = 1_700_000_000
ACCOUNT = "shop"
USER = pushes.USER
_ids = itertools.count(1)


def text(content: str = "hello", user: str = USER, created: int = NOW) -> Content:
    """Return a text message."""
    fields = pushes.message(Content=content, FromUserName=user, CreateTime=created)
    return parse_message(load(pushes.body(fields)))


def event(name: str, user: str = USER, created: int = NOW) -> Content:
    """Return an event, which is another one each time."""
    key = str(next(_ids))
    fields = pushes.event(name, EventKey=key, FromUserName=user, CreateTime=created)
    return parse_message(load(pushes.body(fields)))


class FakeLine:
    """A connection: whether it `works`, and what came over it."""

    def __init__(self, *, works: bool = True) -> None:
        self.works = works
        self.answers: list[Reply] = []
        self.dropped = False
        self.attempt: Attempt | None = None

    def answer(self, reply: Reply) -> bool:
        """Take an answer, if there is somebody."""
        if self.works:
            self.answers.append(reply)
        return self.works

    def drop(self) -> None:
        """Note the end."""
        self.dropped = True

    def opened(self, attempt: Attempt) -> None:
        """Note whose it is."""
        self.attempt = attempt


class FakePlatform:
    """Takes customer service messages, or raises what a test has put into `errors`."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Reply]] = []
        self.errors: list[Exception] = []
        self.open = asyncio.Event()
        self.open.set()

    async def send(self, openid: str, message: Reply) -> None:
        """Take a message, as Api.send does."""
        await self.open.wait()
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append((openid, message))

    @property
    def texts(self) -> list[str]:
        """What was sent, of which all is text."""
        return [reply.content for _, reply in self.sent if isinstance(reply, TextReply)]


class FlakyStore(MemoryStore):
    """A store whose verbs in `failing` fail, and those in `stalled` wait for their event."""

    def __init__(self) -> None:
        super().__init__()
        self.failing: set[str] = set()
        self.stalled: dict[str, asyncio.Event] = {}
        self.calls: list[str] = []
        self.shared = False

    async def _before(self, verb: str) -> None:
        self.calls.append(verb)
        await asyncio.sleep(0)  # as any store on a disk: others run meanwhile
        if stalled := self.stalled.get(verb):
            await stalled.wait()
        if verb in self.failing:
            raise StoreError(f"{verb} fails")

    async def defer(self, item: Item, owner: str, lease: float = 30) -> bool:
        await self._before("defer")
        return await super().defer(item, owner, lease)

    async def park(self, id: str, most: int = 10) -> tuple[str, ...]:  # noqa: A002
        await self._before("park")
        return await super().park(id, most)

    async def take(self, account: str, user: str, by: str, lease: float = 20) -> tuple[Item, ...]:
        await self._before("take")
        return await super().take(account, user, by, lease)

    async def recover(
        self,
        owner: str,
        lease: float = 30,
        limit: int = 100,
        *,
        accounts: Collection[str] | None = None,
    ) -> tuple[Owed, ...]:
        await self._before("recover")
        return await super().recover(owner, lease, limit, accounts=accounts)

    async def renew(self, owner: str, ids: Collection[str], lease: float) -> None:
        await self._before("renew")
        await super().renew(owner, ids, lease)

    async def settle(self, ids: Collection[str]) -> None:
        await self._before("settle")
        await super().settle(ids)

    async def owed_to(self, account: str, user: str) -> tuple[Owed, ...]:
        self.calls.append("owed_to")
        return await super().owed_to(account, user)

    async def drop_user(self, account: str, user: str) -> int:
        await self._before("drop_user")
        return await super().drop_user(account, user)


class Hook:
    """A hook that ends when it is told to, and counts its runs."""

    def __init__(self, reply: Reply | None = None) -> None:
        self.runs = 0
        self.reply = reply or TextReply("answer")
        self._may_end = asyncio.Event()
        if reply:
            self._may_end.set()

    def end(self) -> None:
        """Let it answer."""
        self._may_end.set()

    async def __call__(self, exchange: Exchange) -> Reply:
        """Run."""
        self.runs += 1
        await self._may_end.wait()
        return self.reply


class Bench:
    """A window, and all that it stands on.

    Its durations are WeChat's own: a test has those be short that are to pass, and no other.
    """

    def __init__(
        self,
        times: Times,
        *,
        may_push: bool = False,
        budget: int = 0,
        pickup: str = "查看",
        store: FlakyStore | None = None,
    ) -> None:
        self.times = times
        self.now = NOW - 1.0  # the process is older than its messages
        self.store = store or FlakyStore()
        self.platform = FakePlatform()
        self.ledger = Ledger(self.store, times)
        self.peers = Peers(self.ledger, times) if self.store.shared else None
        self.places = Places(100)
        api = cast(Api, self.platform) if may_push else None
        self.late = Late(ACCOUNT, api, self.ledger, times)
        self.window = Window(
            self.late,
            self.ledger,
            self.places,
            times,
            hangup_budget=budget,
            pickup=pickup,
            peers=self.peers,
            clock=lambda: self.now,
        )
        self.now = float(NOW)
        self.tasks: set[asyncio.Task[None]] = set()

    def attempt(
        self,
        message: Content,
        hook: Callable[[Exchange], Awaitable[Reply]],
        policy: Policy | None = None,
        line: FakeLine | None = None,
    ) -> FakeLine:
        """Begin an attempt of WeChat's; return its line."""
        line = line or FakeLine()
        attending = self.window.attend(message, line, hook, policy or Policy())
        self.tasks.add(asyncio.get_running_loop().create_task(attending))
        return line

    async def ask(self, message: Content, answer: str = "answer") -> Reply:
        """Return what an attempt gets at once."""
        line = FakeLine()
        await self.window.attend(message, line, Hook(TextReply(answer)), Policy())
        [reply] = line.answers
        return reply

    def hang_up(self, line: FakeLine) -> None:
        """End an attempt as WeChat does."""
        line.works = False
        assert line.attempt
        self.window.hung_up(line.attempt)

    async def park(self, *replies: Reply, user: str = USER) -> list[Item]:
        """Park replies for a user."""
        items = [item(reply, user) for reply in replies]
        for made, reply in zip(items, replies, strict=True):
            await self.ledger.defer(made)
            await self.late.park(LateOwed(made, reply))
        return items

    async def rows(self) -> list[tuple[str, str | None]]:
        """Return what is in the journal: whether open, and the reply."""
        return [(row.state.value, row.item.reply) for row in await self.store.items()]

    async def close(self) -> None:
        """End what runs."""
        if self.peers:
            await self.peers.release()
        await self.ledger.release()
        for task in self.tasks:
            task.cancel()
        if self.tasks:
            await asyncio.wait(self.tasks)


def item(reply: Reply | None = None, user: str = USER, key: str = "") -> Item:
    """Return a row of the journal, younger than the last."""
    number = next(_ids)
    return Item(
        id=key or f"{ACCOUNT}:{number}",
        account=ACCOUNT,
        user=user,
        created=number,
        expires=2e10,
        message=message_text(text(user=user)),
        reply=reply_text(reply) if reply else None,
    )
