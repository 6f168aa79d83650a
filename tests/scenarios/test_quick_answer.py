"""A reply in the first window: nothing is written down, and nothing is waited for."""

from typing import Any

import pytest

from handlers.service import Endpoint
from simulator.user import WeChatUser
from simulator.world import World
from stores.base import Store
from stores.memory import MemoryStore
from tests.scenarios.conftest import Until
from wechat.replies import TextReply

VERBS = frozenset(name for name in dir(Store) if not name.startswith("_")) - {"shared"}


class Noting(MemoryStore):
    """A store that notes which of its verbs is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def __getattribute__(self, name: str) -> Any:
        if name in VERBS:
            self.asked.append(name)
        return super().__getattribute__(name)


@pytest.fixture
def store() -> Noting:
    """Return the journal."""
    return Noting()


@pytest.mark.gen_test(timeout=60)
@pytest.mark.parametrize(
    "answer", [TextReply("answer"), TextReply("长" * 666)], ids=["short", "full"]
)
async def test_no_disk(
    answer: TextReply, user: WeChatUser, world: World, endpoint: Endpoint, store: Noting
) -> None:
    """Not one verb of the store is asked for, by messages, events and retries."""
    endpoint.state["answers"]["answer"] = answer
    for number in range(20):
        first = await world.user(f"oUser{number}").text("0 answer")
        again = await world.pusher.run(world.pusher.begin(first.fields))
        assert first.reply == again.reply == answer
    assert (await user.text("1 answer")).reply == answer
    await user.unfollow()
    assert store.asked == []


@pytest.mark.gen_test(timeout=60)
async def test_slow_ones_are_written_down(
    user: WeChatUser, store: Noting, until: Until, endpoint: Endpoint
) -> None:
    """What is not ready in the first window is noted, once it is asked for again."""
    assert (await user.text("5.5 answer")).reply == TextReply("answer")
    await until(lambda: "settle" in store.asked)
    assert set(store.asked) == {"defer", "settle"}
