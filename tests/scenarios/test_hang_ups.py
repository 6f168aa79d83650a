"""WeChat hangs up: too often, before our deadline, or where nobody tells us of it."""

import asyncio
import socket
import struct
from dataclasses import replace
from typing import Any

import pytest

from handlers.hooked import Answer
from handlers.service import Endpoint
from handlers.wechat import WeChatHandler
from settings import Account
from simulator.account import AccountKind
from simulator.engine.conditions import Faults
from simulator.engine.record import Delivery, Outcome
from simulator.user import WeChatUser
from simulator.world import World
from tests import pushes
from tests.handlers.sending import connection, one_response, request
from tests.scenarios.between import balanced
from tests.scenarios.conftest import CUTOFF, SCALE, Slow, Until
from tests.scenarios.test_slow_answer import NOTICE
from wechat.messages import TextMessage
from wechat.replies import TextReply

DISTANCE = 1.4 * SCALE  # of a server abroad: WeChat hangs up 3.6 s after arrival


async def at_once(world: World, number: int, text: str) -> list[Delivery]:
    """Return what becomes of the same text of so many users, sent at once."""
    return await asyncio.gather(*(world.user(f"oUser{n}").text(text) for n in range(number)))


def outcomes(delivery: Delivery) -> list[Outcome | None]:
    """Return how each attempt ended."""
    return [attempt.outcome for attempt in delivery.attempts]


class TestBudget:
    """Hang-ups count against the account: it risks so many, and no more."""

    @pytest.fixture
    def more_settings(self) -> dict[str, str]:
        """Return an account that risks two."""
        return {"hangup_budget": "2"}

    @pytest.mark.gen_test(timeout=60)
    async def test_spent(self, user: WeChatUser, world: World, endpoint: Endpoint) -> None:
        """Two users wait for their second attempt; the third is acknowledged at the first."""
        for delivery in await at_once(world, 2, "6 answer"):
            assert delivery.reply == TextReply("answer")
            assert outcomes(delivery) == [Outcome.HUNG_UP, Outcome.ANSWERED]
        delivery = await user.text("6 answer")
        assert delivery.reply == TextReply(NOTICE)
        assert outcomes(delivery) == [Outcome.ANSWERED]
        assert world.pusher.failures.hang_ups == 2


@pytest.mark.parametrize("kind", [AccountKind.VERIFIED_SERVICE])
@pytest.mark.gen_test(timeout=60)
async def test_distant_server(user: WeChatUser, world: World) -> None:
    """Where WeChat hangs up before our deadline, the next acknowledgement is sooner."""
    world.pusher.faults = Faults(latency=DISTANCE)
    for delivery in await at_once(world, 3, "30 answer"):
        assert outcomes(delivery) == [Outcome.HUNG_UP, Outcome.ANSWERED]


class TestHidden:
    """A balancer keeps the connection on which WeChat has hung up."""

    @pytest.mark.gen_test(timeout=60)
    async def test_next_attempt(self, user: WeChatUser, world: World, until: Until) -> None:
        """The next attempt gets the reply; the first is ended by us, with nothing on it."""
        async with balanced(world) as balancer:
            delivery = await user.text("6 answer")
            assert delivery.reply == TextReply("answer")
            assert outcomes(delivery) == [Outcome.HUNG_UP, Outcome.ANSWERED]
            first, second = balancer.passed
            await until(lambda: first.ended)
        assert first.answer == b""
        assert first.ended == pytest.approx(5.5 * SCALE, abs=0.5 * SCALE)
        assert second.answer

    @pytest.mark.gen_test(timeout=60)
    @pytest.mark.parametrize("more_settings", [{"ack_attempt": "2"}], ids=["second"])
    async def test_number(self, user: WeChatUser, world: World, endpoint: Endpoint) -> None:
        """One of five seconds before is no twin: the next attempt is the second, and the last."""
        async with balanced(world):
            delivery = await user.text("12 answer")
        assert delivery.reply == TextReply(NOTICE)
        assert outcomes(delivery) == [Outcome.HUNG_UP, Outcome.ANSWERED]

    @pytest.mark.gen_test(timeout=60)
    async def test_answered_too_late(
        self, user: WeChatUser, world: World, until: Until, endpoint: Endpoint
    ) -> None:
        """What nobody read is no answer: the reply waits for the next message."""
        world.pusher.rules = replace(world.pusher.rules, attempts=1)
        async with balanced(world) as balancer:
            # Ready when WeChat has hung up, and before we end what it has left.
            assert (await user.text("5.2 answer")).fault
            await until(lambda: endpoint.window.late.parked[user.openid])
            assert balancer.passed[0].answer == b""
            assert (await user.text("0 next")).reply == TextReply("answer\n\nnext")


@pytest.mark.gen_test(timeout=60)
@pytest.mark.parametrize("seconds", ["0", "1"])
async def test_at_once(
    seconds: str, user: WeChatUser, http_port: int, until: Until, endpoint: Endpoint
) -> None:
    """A kept connection ends with its request: nobody reads the answer, so it is handed over."""
    body = pushes.body(pushes.message(Content=f"{seconds} answer"))
    async with connection(http_port) as (reader, writer):
        writer.write(request("/healthz", method="GET"))
        await one_response(reader)
        writer.write(request(pushes.url("/wechat", pushes.query()), body))
    await until(lambda: endpoint.window.late.parked[user.openid])
    assert (await user.text("0 next")).reply == TextReply("answer\n\nnext")
    assert endpoint.state["runs"] == ["answer", "next"]
    assert endpoint.window.hung_up_at > 0


class Leaving(Slow):
    """Has its client go, and ends so many rounds of the loop later."""

    @classmethod
    async def startup(cls, account: Account) -> dict[str, Any]:
        """Begin without a client."""
        return await super().startup(account) | {"client": None}

    async def on_text(self, message: TextMessage) -> Answer:
        """Close the client's socket."""
        rounds, _, said = message.content.partition(" ")
        if self.state["client"]:
            self.state["client"].close()
        for _ in range(int(rounds)):
            await asyncio.sleep(0)
        return said


class TestLeaving:
    """Where the system knows that nobody is there, what is written is no answer."""

    @pytest.fixture
    def handler(self) -> type[WeChatHandler]:
        """Return the handler that sees its client go."""
        return Leaving

    @pytest.mark.gen_test(timeout=60)
    @pytest.mark.parametrize(
        "leaving", [(0, True, "1.1"), (1, True, "1.0"), (2, False, "1.1")], ids=str
    )
    async def test_as_it_is_answered(
        self,
        leaving: tuple[int, bool, str],
        user: WeChatUser,
        http_port: int,
        until: Until,
        endpoint: Endpoint,
    ) -> None:
        """It is handed over with the next message."""
        rounds, resets, version = leaving
        endpoint.state["client"] = sock = socket.create_connection(("127.0.0.1", http_port))
        if resets:  # else it ends in peace, of which the handler is told later than the stream
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        body = pushes.body(pushes.message(Content=f"{rounds} answer"))
        target = pushes.url("/wechat", pushes.query())
        sock.sendall(request(target, body, version=version))
        await until(lambda: endpoint.window.late.parked[user.openid])
        endpoint.state["client"] = None
        assert (await user.text("0 next")).reply == TextReply("answer\n\nnext")
        assert endpoint.window.hung_up_at > 0


@pytest.mark.gen_test(timeout=60)
async def test_held(user: WeChatUser, world: World, endpoint: Endpoint) -> None:
    """Past its deadline an attempt is held, and answered if the reply comes before WeChat goes."""
    world.configure(rules={"cutoff": 3 * CUTOFF})  # so that it is not a race
    endpoint._policy = replace(endpoint._policy, deadline=SCALE)
    delivery = await user.text("3 answer")
    assert delivery.reply == TextReply("answer")
    assert outcomes(delivery) == [Outcome.ANSWERED]
