"""The simulator and the service of this repository, over real HTTP, in every mode.

What is pushed arrives as it was sent, and what a hook answers is shown as it was meant.
"""

import pytest
from tornado.httpserver import HTTPServer

from handlers.service import Endpoint
from simulator.engine import pushes
from simulator.engine.conditions import Faults
from simulator.engine.delivery import Pusher
from simulator.engine.record import Shown, Verdict
from simulator.engine.verification import verify
from tests.pushes import ORIGINAL_ID, USER
from tests.simulator.engine.services import account as made_account
from tests.simulator.engine.services import push
from wechat import xml
from wechat.crypto import EncryptionMode
from wechat.messages import parse_message
from wechat.replies import (
    ACK,
    Article,
    ImageReply,
    MusicReply,
    NewsReply,
    Reply,
    TextReply,
    TransferReply,
    VideoReply,
    VoiceReply,
)

CARD = Article("标题", "描述", "http://p/?a=1&b=2", "http://u/")
REPLIES: list[Reply] = [
    TextReply(' 你好 <a href="http://x">x</a> & ]]> 😀\n'),
    ImageReply("media"),
    VoiceReply("media"),
    VideoReply("media", "title", "description"),
    MusicReply("thumb", "title", "description", "http://m", "http://hq"),
    NewsReply([CARD]),
    TransferReply(),
    TransferReply("kf2001@shop"),
    ACK,
]
EVERY = [*((kind, False) for kind in pushes.MESSAGES), *((name, True) for name in pushes.EVENTS)]
SILENCE = Verdict(shown=Shown.SILENCE)

every_mode = pytest.mark.parametrize("account", list(EncryptionMode), indirect=True)
every_push = pytest.mark.parametrize(("kind", "is_event"), EVERY, ids=[kind for kind, _ in EVERY])


@pytest.fixture
def pusher(http_server: HTTPServer, base_url: str, endpoint: Endpoint) -> Pusher:
    """Return who pushes to the service as WeChat does."""
    return Pusher(made_account(f"{base_url}/wechat", endpoint.account.mode))


def expected(reply: Reply, *, is_event: bool, awaited: bool) -> tuple[Shown, Reply | None]:
    """Return what the user is to see of what a hook answers."""
    transferred = isinstance(reply, TransferReply) and is_event  # acknowledged instead
    if reply is ACK or transferred or not awaited:
        return Shown.SILENCE, None
    return Shown.REPLY, reply


@every_push
@every_mode
@pytest.mark.gen_test
async def test_every_push(
    kind: str,
    is_event: bool,  # noqa: FBT001
    pusher: Pusher,
    endpoint: Endpoint,
) -> None:
    """Each message and event arrives as it was sent, and each reply is shown as it was meant."""
    make = pushes.event if is_event else pushes.message
    for number, reply in enumerate(REPLIES):
        endpoint.state.update(answer=reply, pushes=[])
        # In another second each: the same event in the same one would be a retry.
        fields = make(kind, USER, ORIGINAL_ID, pusher.now + number)
        delivery = await pusher.push(fields)
        [(hook, message)] = endpoint.state["pushes"]
        sent = xml.load(xml.dump(fields).encode())
        assert hook == ("on_event" if is_event else "on_message")
        assert message == parse_message(sent)
        assert message.raw == sent
        verdict = delivery.verdict
        assert verdict
        shown = (verdict.shown, verdict.reply)
        assert shown == expected(reply, is_event=is_event, awaited=delivery.awaited)
        assert verdict.warnings == ()
        assert len(delivery.attempts) == 1


@every_mode
@pytest.mark.gen_test
async def test_articles(pusher: Pusher, endpoint: Endpoint) -> None:
    """Eight articles in answer to an event are all shown."""
    endpoint.state["answer"] = NewsReply([CARD] * 8)
    delivery = await pusher.push(pushes.event("CLICK", USER, ORIGINAL_ID, pusher.now))
    assert delivery.verdict
    assert delivery.verdict.reply == NewsReply([CARD] * 8)


@every_mode
@pytest.mark.gen_test
async def test_verification(pusher: Pusher) -> None:
    """The service passes the console's check in every mode."""
    assert (await verify(pusher.account)).ok


@every_mode
@pytest.mark.gen_test
async def test_other_token(pusher: Pusher, endpoint: Endpoint) -> None:
    """A console with another token is refused, and says what to look for."""
    url, mode = pusher.account.url, pusher.account.mode
    verdict = await verify(made_account(url, mode, token="othertoken"))
    assert verdict.reason == "status 403: the service refused it: is its token the same?"
    delivery = await Pusher(made_account(url, mode, token="othertoken")).push(
        pushes.message("text", USER, ORIGINAL_ID, pusher.now)
    )
    assert [attempt.status for attempt in delivery.attempts] == [403] * 4
    assert endpoint.state["pushes"] == []


@pytest.mark.parametrize("account", [EncryptionMode.SAFE], indirect=True)
@pytest.mark.parametrize("mode", [EncryptionMode.PLAINTEXT, EncryptionMode.COMPATIBLE])
@pytest.mark.gen_test
async def test_other_mode(mode: EncryptionMode, pusher: Pusher) -> None:
    """A mode that is not the service's: plaintext is refused, compatible as good as safe."""
    delivery = await push(pusher.account.url, mode=mode)
    assert delivery.verdict
    refused = mode is EncryptionMode.PLAINTEXT
    assert delivery.verdict.shown is (Shown.FAULT if refused else Shown.SILENCE)


@every_mode
@pytest.mark.gen_test
async def test_nothing_to_say(pusher: Pusher) -> None:
    """A hook that returns nothing is silence."""
    delivery = await pusher.push(pushes.message("text", USER, ORIGINAL_ID, pusher.now))
    assert delivery.verdict == SILENCE


@every_mode
@pytest.mark.gen_test
async def test_twin(pusher: Pusher, endpoint: Endpoint) -> None:
    """The service answers twins alike."""
    endpoint.state["answer"] = "你好"
    pusher.faults = Faults(twin=True)
    delivery = await pusher.push(pushes.message("text", USER, ORIGINAL_ID, pusher.now))
    assert delivery.verdict
    assert (delivery.verdict.reply, delivery.verdict.warnings) == (TextReply("你好"), ())
