"""What the hooks of an account are, and what they find in `self`; how one of them is run."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from api.client import Api
from delivery.codec import KINDS
from delivery.exchange import Exchange
from delivery.policy import HookPolicy
from settings import Account
from wechat.push import Event, Message, Push
from wechat.replies import ACK, Reply, TextReply

from handlers.guard import GuardedHandler, in_hook
from handlers.hooks import catch_all, check_lifespan, check_policies, choose_hooks
from handlers.service import Endpoint

log = logging.getLogger(__name__)
Answer = Reply | str | None


class HookedHandler(GuardedHandler):
    """Runs hooks; `policies` are what single ones do otherwise than the account, by name.

    A hook is ``async def on_…(self, message)``: it reads `self.message`, `self.account`,
    `self.state`, `self.api` and `self.attempt`, may `await self.later(…)`, and returns a
    Reply, text, or None for no answer. It never writes to the response itself.
    """

    hooks: ClassVar[Mapping[type[Push], str]]
    policies: ClassVar[Mapping[str, HookPolicy]] = {}
    endpoint: Endpoint
    account: Account
    message: Message | Event
    exchange: Exchange

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.hooks = choose_hooks(cls)
        check_lifespan(cls)
        check_policies(cls)

    @classmethod
    async def startup(cls, account: Account) -> Any:
        """Make what `account` needs for its whole life; hooks find it as `self.state`."""

    @classmethod
    async def shutdown(cls, account: Account, state: Any) -> None:
        """Release what `startup` made, after the last request."""

    async def on_message(self, message: Message) -> Answer:
        """Answer a message that has no hook of its own."""
        return None

    async def on_event(self, message: Event) -> Answer:
        """Answer an event that has no hook of its own."""
        return None

    @property
    def state(self) -> Any:
        """What `startup` returned."""
        return self.endpoint.state

    @property
    def api(self) -> Api:
        """The account's client of the platform's API; RuntimeError without an AppSecret."""
        return self.endpoint.need_api()

    @property
    def attempt(self) -> int:
        """Which attempt of WeChat's brought the message; 0 where it comes from the journal."""
        first = self.exchange.first
        return self.endpoint.window.deadlines.number(first) if first else 0

    async def later(self, reply: Reply | str) -> None:
        """Send one more message after the answer; it is journaled when this returns."""
        await self.endpoint.window.outcome.add(self.exchange, as_reply(reply))

    async def dispatch(self, exchange: Exchange) -> Reply:
        """Let the hook of a message answer it; whatever it raises ends here."""
        self.exchange, self.message = exchange, exchange.message
        kind = type(self.message)
        name = self.hooks.get(kind) or catch_all(kind)
        task = asyncio.current_task(self.service.loop)
        assert task is not None
        self.service.running.add(task)
        entered = in_hook.set(True)
        try:
            return as_reply(await getattr(self, name)(self.message))
        except BaseException as error:
            # A hook may even exit (argparse does); but who ends its task means to end it.
            if task.cancelling() or isinstance(error, GeneratorExit):
                raise
            log.exception("%s.%s failed on %s", type(self).__name__, name, self.message_key)
        finally:
            in_hook.reset(entered)
            self.service.running.discard(task)
        return self.apology

    @property
    def apology(self) -> Reply:
        """What the user gets when a hook fails."""
        return TextReply(self.account.error_reply) if self.account.error_reply else ACK

    @property
    def message_key(self) -> str:
        """The account and the message's own key, as the log names it."""
        return f"{self.account.name}:{self.message.dedupe_key}"


def as_reply(answer: object) -> Reply:
    """Return what a hook returned as a Reply.

    Raises:
        TypeError: it is nothing that can be one.

    """
    if answer is None:
        return ACK
    if isinstance(answer, str):
        return TextReply(answer)
    if type(answer) in KINDS:
        return cast(Reply, answer)
    problem = f"a hook returns a Reply, str or None, not {type(answer).__name__}"
    if isinstance(answer, Reply):
        problem += ", which no journal can keep: return one of the classes of wechat.replies"
    raise TypeError(problem)
