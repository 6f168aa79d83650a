"""WeChat asks in safe mode: each attempt gets the same reply, encrypted for itself."""

import pytest
from tornado.httpserver import HTTPServer

from handlers.service import Endpoint
from simulator.account import Account as SimulatedAccount
from simulator.engine.conditions import Faults, Rules
from simulator.engine.record import Attempt
from simulator.user import WeChatUser
from simulator.world import World
from tests import pushes
from tests.scenarios.conftest import CUTOFF
from wechat.crypto import EncryptionMode
from wechat.replies import TextReply
from wechat.xml import Fields, load, text


@pytest.fixture
def more_settings() -> dict[str, str]:
    """Return an account whose key is changing."""
    return {
        "mode": "safe",
        "app_id": pushes.APP_ID,
        "encoding_aes_key": pushes.OTHER_AES_KEY,
        "previous_encoding_aes_key": pushes.AES_KEY,
    }


@pytest.fixture
def world(http_server: HTTPServer, base_url: str) -> World:
    """Return WeChat, which has the old key."""
    simulated = SimulatedAccount(
        url=f"{base_url}/wechat",
        token=pushes.TOKEN,
        app_id=pushes.APP_ID,
        encoding_aes_key=pushes.AES_KEY,
        mode=EncryptionMode.SAFE,
    )
    return World(simulated, rules=Rules(cutoff=CUTOFF))


def envelope(attempt: Attempt) -> Fields:
    """Return the fields of an encrypted answer."""
    return load(attempt.answer)


@pytest.mark.gen_test(timeout=60)
async def test_encrypted_afresh(user: WeChatUser, world: World, endpoint: Endpoint) -> None:
    """Twins have one nonce and one reply, and two ciphertexts; a retry has its own nonce."""
    world.pusher.faults = Faults(twin=True)
    delivery = await user.text("2 answer")
    assert delivery.reply == TextReply("answer")
    assert delivery.verdict
    assert delivery.verdict.warnings == ()
    world.pusher.faults = Faults()
    again = await world.pusher.run(world.pusher.begin(delivery.fields))
    assert again.reply == TextReply("answer")
    answers = [envelope(attempt) for attempt in (*delivery.attempts, *again.attempts)]
    assert len({text(answer["Encrypt"]) for answer in answers}) == 3
    assert len({text(answer["Nonce"]) for answer in answers}) == 2
    assert endpoint.state["runs"] == ["answer"]


@pytest.mark.gen_test(timeout=60)
async def test_key_that_changes(user: WeChatUser, world: World, endpoint: Endpoint) -> None:
    """Each attempt is answered under the key that it came with, by the one reply."""
    first = await user.text("0 answer")
    world.configure(account={"encoding_aes_key": pushes.OTHER_AES_KEY})
    again = await world.pusher.run(world.pusher.begin(first.fields))
    assert [first.reply, again.reply] == [TextReply("answer")] * 2
    assert endpoint.state["runs"] == ["answer"]
