"""More slow hooks at once than a service is used to: the quick ones are quick all the same."""

import asyncio
import tracemalloc

import pytest

from delivery.policy import Policy
from delivery.times import Times
from delivery.window import Content
from handlers.service import Endpoint
from simulator.user import WeChatUser
from simulator.world import World
from tests.delivery.bench import FakeLine, Hook, text
from tests.scenarios.conftest import Until
from wechat.replies import ACK, TextReply

MANY = 10_000
WINDOW = 5.0  # not scaled: it is the machine that is measured
POLICY = Policy(deadline=2.5, ack_attempt=1)
BYTES_EACH = 6_000  # of an attempt whose hook runs; its connection costs more


@pytest.fixture
def scaled() -> Times:
    """Scale nothing."""
    return Times()


@pytest.fixture
def max_running() -> int:
    """Return what a service has unless it is set."""
    return 16_384


@pytest.fixture
def messages() -> list[Content]:
    """Return as many messages, of as many users."""
    return [text(user=f"oSlow{number}") for number in range(MANY)]


class Crowd:
    """Ten thousand users who wait, each for a hook of their own that runs."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.hook = Hook()
        self.hook.reply = ACK
        self.lines: list[FakeLine] = []
        self._endpoint = endpoint
        self._tasks: set[asyncio.Task[None]] = set()

    def come(self, message: Content) -> None:
        """Let one more come, on a line that costs less than a socket."""
        line = FakeLine()
        self.lines.append(line)
        attending = self._endpoint.window.attend(message, line, self.hook, POLICY)
        task = asyncio.get_running_loop().create_task(attending)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def is_waiting(self) -> bool:
        """Whether any of them was neither told anything nor cut off yet."""
        return any(not line.answers and not line.dropped for line in self.lines)

    async def leave(self, until: Until) -> None:
        """End what runs."""
        self.hook.end()
        await until(lambda: not self._tasks and not self._endpoint.window.late.pending)


@pytest.mark.gen_test(timeout=60)
async def test_ten_thousand(
    user: WeChatUser, world: World, endpoint: Endpoint, messages: list[Content], until: Until
) -> None:
    """All of them are acknowledged in time, and who writes meanwhile is answered at once."""
    world.configure(rules={"cutoff": WINDOW})
    crowd = Crowd(endpoint)
    for number, message in enumerate(messages):
        crowd.come(message)
        if number % 100 == 0:
            await asyncio.sleep(0)
    quick = 0
    while crowd.is_waiting:
        delivery = await world.user(f"oQuick{quick}").text("0 answer")
        assert delivery.reply == TextReply("answer")
        assert len(delivery.attempts) == 1
        quick += 1
    assert quick > 10
    assert all(line.answers for line in crowd.lines)
    assert crowd.hook.runs == MANY
    await crowd.leave(until)


@pytest.mark.gen_test(timeout=60)
async def test_memory(
    user: WeChatUser, endpoint: Endpoint, messages: list[Content], until: Until
) -> None:
    """Each costs less than its connection does."""
    some = messages[:1000]
    crowd = Crowd(endpoint)
    tracemalloc.start()
    for message in some:
        crowd.come(message)
    await until(lambda: crowd.hook.runs == len(some))
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used < BYTES_EACH * len(some)
    await crowd.leave(until)
