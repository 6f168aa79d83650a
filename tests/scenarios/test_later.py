"""A hook sends one more message behind its answer."""

import pytest

from handlers.service import Endpoint
from simulator.account import AccountKind
from simulator.user import WeChatUser
from stores.base import State
from stores.memory import MemoryStore
from tests.scenarios.conftest import Until, pushed
from wechat.replies import TextReply


@pytest.fixture
def kind() -> AccountKind:
    """Return an account that may push."""
    return AccountKind.VERIFIED_SERVICE


@pytest.fixture(autouse=True)
def later(endpoint: Endpoint) -> None:
    """Have the hook send one, and then take its time."""
    endpoint.state["later"] = [TextReply("one more")]


@pytest.mark.gen_test(timeout=60)
@pytest.mark.parametrize(
    ("seconds", "comes"), [("1", []), ("5", ["answer"])], ids=["in-time", "late"]
)
async def test_behind_the_answer(
    seconds: str, comes: list[str], user: WeChatUser, until: Until, store: MemoryStore
) -> None:
    """It is pushed when the answer was given or, where that is late, pushed; and once."""
    delivery = await user.text(f"{seconds} answer")
    assert delivery.reply == (None if comes else TextReply("answer"))
    await until(lambda: pushed(user) == [*comes, "one more"])
    await until(lambda: not store._entries)


@pytest.mark.gen_test(timeout=60)
async def test_journaled(
    user: WeChatUser, endpoint: Endpoint, until: Until, store: MemoryStore
) -> None:
    """When `later` returns it is in the journal, whatever becomes of the process."""
    kept: list[tuple[State, bool]] = []

    class Looking(dict[str, TextReply]):
        def get(self, said: str, default: object = None) -> TextReply:
            kept.extend((e.state, e.item.reply is not None) for e in store._entries.values())
            return TextReply("answer")

    endpoint.state["answers"] = Looking()
    await user.text("0 answer")
    assert kept == [(State.OPEN, True)]
    await until(lambda: pushed(user) == ["one more"])


@pytest.mark.gen_test(timeout=60)
@pytest.mark.parametrize("kind", [AccountKind.UNVERIFIED_SUBSCRIPTION])
@pytest.mark.parametrize("more_settings", [{"ack_attempt": "1"}])
async def test_parked(user: WeChatUser, endpoint: Endpoint, until: Until) -> None:
    """Parked with an answer that is late, it is handed over behind that."""
    await user.text("6 answer")
    endpoint.state["later"] = []
    await until(lambda: endpoint.window.late.parked[user.openid] == 2)
    assert (await user.text("0 next")).reply == TextReply("answer\n\none more\n\nnext")
