"""Which hook a push reaches, what it sees, and what it may return."""

import asyncio
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from handlers.hooked import Answer, as_reply
from handlers.service import Endpoint, Service
from handlers.wechat import WeChatHandler
from tests import pushes
from tests.conftest import Recorder
from tests.handlers.sending import Send, logged
from wechat.events import ClickEvent, LocationEvent, SubscribeEvent
from wechat.messages import LocationMessage, TextMessage
from wechat.push import Event, Message
from wechat.replies import ACK, Article, NewsReply, Reply, TextReply, TransferReply
from wechat.xml import Output

PLACE: dict[str, Output] = {"Location_X": "1.5", "Location_Y": "2"}


class Hooked(Recorder):
    """Has some hooks of its own; the rest falls to the catch-alls."""

    async def on_text(self, message: TextMessage) -> Answer:
        """Record text, or say what a hook can see."""
        if message.content == "see":
            assert self.message is message
            assert self.state["pushes"] == []
            assert asyncio.current_task() in self.service.running
            return f"{self.account.name} {self.endpoint.handler.__name__}"
        answer: Answer = self.record("on_text", message)
        return answer

    async def on_location(self, message: LocationMessage) -> Answer:
        """Record a place that was sent."""
        self.record("on_location", message)
        return None

    async def on_location_event(self, message: LocationEvent) -> Answer:
        """Record a position that was reported."""
        self.record("on_location_event", message)
        return None

    async def on_subscribe_event(self, message: SubscribeEvent) -> Answer:
        """Record a follower."""
        self.record("on_subscribe_event", message)
        return None


@pytest.fixture
def handler() -> type[WeChatHandler]:
    """Serve an account that has hooks."""
    return Hooked


def text(content: str = "hello") -> bytes:
    """Return the body of a text message."""
    return pushes.body(pushes.message(MsgId=42, Content=content))


def content_of(body: bytes) -> str | None:
    """Return the text of a reply."""
    return ET.fromstring(body).findtext("Content")


@pytest.mark.parametrize(
    ("push", "hook"),
    [
        (pushes.message("text", Content="hello"), "on_text"),
        (pushes.message("TEXT", Content="hello"), "on_text"),
        (pushes.message("location", **PLACE), "on_location"),
        (pushes.event("LOCATION", Latitude="1", Longitude="2"), "on_location_event"),
        (pushes.event("subscribe"), "on_subscribe_event"),
        (pushes.event("Subscribe", EventKey="qrscene_1"), "on_subscribe_event"),
        (pushes.message("image", PicUrl="u", MediaId="m"), "on_message"),
        (pushes.message("hologram"), "on_message"),
        (pushes.event("CLICK", EventKey="k"), "on_event"),
        (pushes.event("hologram"), "on_event"),
        (pushes.event("text", Content="hello"), "on_event"),
        (pushes.message("subscribe"), "on_message"),
        (pushes.message("location"), "on_message"),
    ],
)
@pytest.mark.gen_test
async def test_dispatch(push: dict[str, Output], hook: str, send: Send, endpoint: Endpoint) -> None:
    """A push reaches the hook of its type, or else the catch-all of messages or events."""
    response = await send(pushes.query(), pushes.body(push))
    assert (response.code, response.body) == (200, b"success")
    [(reached, message)] = endpoint.state["pushes"]
    assert reached == hook
    assert isinstance(message, Event if hook.endswith("event") else Message)


@pytest.mark.gen_test
async def test_what_a_hook_sees(service: Service, send: Send) -> None:
    """A hook finds the message, the account and the state on its handler."""
    response = await send(pushes.query(), text("see"))
    assert content_of(response.body) == "default Hooked"
    assert service.running == set()


def test_plain_handler_acknowledges(io_loop: Any, make_account: Any) -> None:
    """Without hooks, startup makes nothing and the catch-alls answer nothing."""

    async def run() -> list[object]:
        made = object.__new__(WeChatHandler)
        event = ClickEvent(to_user="", from_user="u", create_time=1, raw={}, event="CLICK", key="k")
        account = make_account()
        return [
            await WeChatHandler.startup(account),
            await made.on_message(event),  # type: ignore[arg-type]
            await made.on_event(event),
            await WeChatHandler.shutdown(account, None),  # type: ignore[func-returns-value]
        ]

    assert io_loop.run_sync(run) == [None] * 4


@pytest.mark.parametrize(
    ("answer", "content"), [("你好", "你好"), (TextReply("回复"), "回复"), (" a\n", " a\n")]
)
@pytest.mark.gen_test
async def test_text_answers(answer: object, content: str, send: Send, endpoint: Endpoint) -> None:
    """A hook may return text, or a reply."""
    endpoint.state["answer"] = answer
    assert content_of((await send(pushes.query(), text())).body) == content


@pytest.mark.parametrize("answer", [None, ACK])
@pytest.mark.gen_test
async def test_silent_answers(answer: object, send: Send, endpoint: Endpoint) -> None:
    """A hook that returns nothing has the message acknowledged, without a word in the log."""
    endpoint.state["answer"] = answer
    assert (await send(pushes.query(), text())).body == b"success"


@pytest.mark.parametrize(
    ("answer", "expected", "warning"),
    [
        ("", "success", "an empty text would show the fault line: acknowledged instead"),
        (" \x00\n", "success", "an empty text would show the fault line: acknowledged instead"),
        (
            NewsReply([Article("one"), Article("two")]),
            "<ArticleCount>1</ArticleCount>",
            "2 articles cut to the 1 WeChat shows",
        ),
    ],
    ids=["empty", "blank", "news"],
)
@pytest.mark.gen_test
async def test_fitted(answer: object, expected: str, warning: str, send: Send, caplog: Any) -> None:
    """A reply that WeChat would refuse is trimmed or dropped, and the log says so."""
    send.endpoint.state["answer"] = answer
    response = await send(pushes.query(), text())
    assert expected in response.body.decode()
    assert logged(caplog) == [f"reply to default:{pushes.USER}:42: {warning}"]


@pytest.mark.gen_test
async def test_transfer_of_an_event(send: Send, endpoint: Endpoint, caplog: Any) -> None:
    """An event cannot be handed to customer service: it is acknowledged."""
    endpoint.state["answer"] = TransferReply()
    response = await send(pushes.query(), pushes.body(pushes.event("CLICK", EventKey="k")))
    assert response.body == b"success"
    assert "a TransferReply answers messages only" in logged(caplog)[0]


@pytest.mark.parametrize("answer", [42, b"bytes", ["list"], True, {"a": 1}, Reply], ids=repr)
def test_no_reply(answer: object) -> None:
    """What is no Reply, text or None is refused by name of its type."""
    with pytest.raises(TypeError, match=f"not {type(answer).__name__}$"):
        as_reply(answer)


def test_own_kind_of_reply() -> None:
    """A person's own class could be answered, but not kept: it is refused before that."""

    class MyReply(TextReply):
        pass

    with pytest.raises(TypeError, match="not MyReply, which no journal can keep: return one of"):
        as_reply(MyReply("hello"))
