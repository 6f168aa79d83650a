"""Hooks that say more than one thing, and what runs a hook again."""

from collections.abc import Awaitable, Callable

from delivery.exchange import Exchange
from delivery.policy import Policy
from delivery.recovery import Recovered, Recovery
from tests.delivery.bench import ACCOUNT, Bench
from wechat.replies import Reply, TextReply

Run = Callable[[Exchange], Awaitable[Reply]]
MORE = TextReply("more")


def recovery(bench: Bench, hook: Run, error_reply: str = "sorry") -> Recovery:
    """Return what takes up the journal of a process."""
    account = Recovered(bench.window, hook, lambda _: Policy(), error_reply)
    return Recovery(bench.ledger, {ACCOUNT: account}, bench.times)


def talking(bench: Bench, hook: Run, more: Reply = MORE) -> Run:
    """Return a hook that sends one more message, before it says what it says."""

    async def talks(exchange: Exchange) -> Reply:
        await bench.window.outcome.add(exchange, more)
        return await hook(exchange)

    return talks
