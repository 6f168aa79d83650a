"""More slow hooks at once than a service is used to: the quick ones are quick all the same."""

import asyncio
import tracemalloc

import pytest

from delivery import times
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
AT_ONCE, A_SECOND = 50, 5_000
WINDOW = 5.0  # of those who are quick, not scaled
POLICY = Policy(deadline=2.0, ack_attempt=1)  # when all of them have come
BYTES_EACH = 6_000  # of an attempt whose hook runs; its connection costs more


@pytest.fixture
def scaled(monkeypatch: pytest.MonkeyPatch) -> Times:
    """Let the crowd be patient, whatever the machine."""
    patient = Times(window=30.0, drop=33.0)
    monkeypatch.setattr(times, "TIMES", patient)
    return patient


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

    async def come_all(self, messages: list[Content]) -> None:
        """Let all come as fast as a server would take them in."""
        for start in range(0, len(messages), AT_ONCE):
            for message in messages[start : start + AT_ONCE]:
                self.come(message)
            await asyncio.sleep(AT_ONCE / A_SECOND)

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
    """Each of them is acknowledged, and who writes meanwhile is answered by one attempt."""
    world.configure(rules={"cutoff": WINDOW})
    crowd = Crowd(endpoint)
    coming = asyncio.create_task(crowd.come_all(messages))
    quick = 0
    while not coming.done() or crowd.is_waiting:
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
