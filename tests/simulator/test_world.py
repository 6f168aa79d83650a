"""A World publishes what changes, and changes its set-up whole or not at all."""

from typing import Any

import pytest

from handlers.service import Endpoint
from simulator.account import AccountKind
from simulator.environment import account_of, complete, for_service
from simulator.users import MOST_ITEMS, Sender
from simulator.world import MOST_KEPT, Change, World
from wechat.crypto import EncryptionMode
from wechat.replies import (
    Article,
    ImageReply,
    MusicReply,
    NewsReply,
    Reply,
    VideoReply,
    VoiceReply,
)


@pytest.mark.gen_test
async def test_published(world: World, endpoint: Endpoint) -> None:
    """Whoever listens is told of the user, the chat and each step, until it has enough."""
    told: list[Change] = []
    unlisten = world.listen(lambda change, _: told.append(change))
    endpoint.state["answer"] = "hi"
    await world.user("oMe").text("hello")
    assert set(told) == {Change.USER, Change.CHAT, Change.DELIVERY}
    assert told.count(Change.CHAT) == 2
    unlisten()
    before = len(told)
    await world.user("oMe").text("hello")
    assert len(told) == before


@pytest.mark.gen_test
async def test_configured(world: World) -> None:
    """Values change together: one that is wrong leaves all as they were."""
    world.configure(account={"kind": AccountKind.TEST}, rules={"cutoff": 2}, faults={"skew": 9})
    assert (world.account.kind, world.pusher.rules.cutoff) == (AccountKind.TEST, 2)
    assert world.pusher.faults.skew == 9
    before = (world.account, world.pusher.rules, world.pusher.faults)
    wrongs: tuple[dict[str, Any], ...] = (
        {"account": {"url": "nowhere"}, "rules": {"cutoff": 3}},
        {"rules": {"cutoff": 0}, "faults": {"twin": True}},
        {"faults": {"latency": -1}, "account": {"kind": AccountKind.TEST}},
    )
    for wrong in wrongs:
        with pytest.raises(ValueError, match=r"URL|cut-off|latency"):
            world.configure(**wrong)
    with pytest.raises(TypeError):
        world.configure(rules={"patience": 1})
    assert before == (world.account, world.pusher.rules, world.pusher.faults)


@pytest.mark.parametrize(
    ("reply", "kind", "content"),
    [
        (ImageReply("m"), "image", {"media_id": "m", "url": ""}),
        (VoiceReply("m"), "voice", {"media_id": "m", "url": "", "recognition": ""}),
        (
            VideoReply("m", "题", "述"),
            "video",
            {"media_id": "m", "url": "", "title": "题", "description": "述"},
        ),
        (
            MusicReply("t", "曲", "述", "http://a", "http://b"),
            "music",
            {
                "title": "曲",
                "description": "述",
                "url": "http://a",
                "hq_url": "http://b",
                "thumb_url": "",
            },
        ),
        (
            NewsReply([Article("题", "述", "http://p", "http://u")]),
            "news",
            {
                "articles": [
                    {"title": "题", "description": "述", "pic_url": "http://p", "url": "http://u"}
                ]
            },
        ),
    ],
)
@pytest.mark.gen_test
async def test_replies_in_the_chat(
    reply: Reply, kind: str, content: Any, world: World, endpoint: Endpoint
) -> None:
    """Each kind of reply is a line of its kind, with all that it shows."""
    endpoint.state["answer"] = reply
    user = world.user("oMe")
    assert (await user.text("hi")).reply == reply
    line = user.user.chat[-1]
    assert (line.sender, line.kind, line.content) == (Sender.ACCOUNT, kind, content)


def test_bounds() -> None:
    """A long chat and a long day forget what is oldest."""
    world = World(account_of({}))
    user = world.users.add("oMe")
    for number in range(MOST_ITEMS + 1):
        world.say(user, Sender.USER, "text", {"content": str(number)})
    assert len(user.chat) == MOST_ITEMS
    assert user.chat[0].content == {"content": "1"}
    assert world.deliveries.maxlen == world.calls.maxlen == MOST_KEPT


@pytest.mark.parametrize(
    ("environ", "mode", "token"),
    [
        ({}, EncryptionMode.SAFE, "development"),
        ({"WECHAT_TOKEN": "own"}, EncryptionMode.PLAINTEXT, "own"),
        ({"WECHAT_MODE": "Compatible"}, EncryptionMode.COMPATIBLE, "development"),
        ({"WECHAT_TOKEN": "own", "WECHAT_MODE": "plaintext"}, EncryptionMode.PLAINTEXT, "own"),
        (
            {"WECHAT_TOKEN": "own", "WECHAT_ENCODING_AES_KEY": "a" * 43, "WECHAT_APP_ID": "wx1"},
            EncryptionMode.SAFE,
            "own",
        ),
    ],
)
def test_environment(environ: dict[str, str], mode: EncryptionMode, token: str) -> None:
    """The account is read as the service reads it; without a token, it is development's."""
    account = account_of(environ)
    assert (account.mode, account.token) == (mode, token)
    assert token not in repr(account)


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"WECHAT_MODE": "clear"}, "WECHAT_MODE is 'clear': it is plaintext, compatible or safe"),
        ({"WECHAT_TOKEN": "own", "WECHAT_MODE": "safe"}, "set WECHAT_ENCODING_AES_KEY, or give"),
        ({"WECHAT_ENCODING_AES_KEY": "short"}, "43 letters and digits"),
    ],
)
def test_bad_environment(environ: dict[str, str], words: str) -> None:
    """What is wrong or missing is named, with the remedy."""
    with pytest.raises(ValueError, match=words):
        account_of(environ)


def test_path_of_the_environment() -> None:
    """The URL has the path that the service is told to serve."""
    assert account_of({"WECHAT_PATH": "/mp"}).url == "http://127.0.0.1:8000/mp"
    assert account_of({"WECHAT_PATH": "/mp"}, url="http://x/y").url == "http://x/y"


@pytest.mark.parametrize(
    "environ",
    [{}, {"WECHAT_APP_ID": "wx9999999999999999"}, {"WECHAT_APP_ID": ""}, {"WECHAT_TOKEN": "own"}],
)
def test_both_sides_agree(environ: dict[str, str]) -> None:
    """What the service is started with is the account that the simulator plays for."""
    assert account_of(complete(environ)) == account_of(environ)


def test_for_service() -> None:
    """The service calls the simulator as its platform, unless it is told another one."""
    given = {"WECHAT_TOKEN": "t", "WECHAT_API_BASE": ""}
    there = "http://127.0.0.1:1"
    assert for_service(given, there) == {"WECHAT_TOKEN": "t", "WECHAT_API_BASE": there}
    own = {"WECHAT_API_BASE": "https://api.weixin.qq.com"}
    assert for_service(own, there) == own
