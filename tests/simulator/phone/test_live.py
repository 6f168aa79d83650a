"""Pages are told everything, act, and bring nothing down: neither a socket nor the memory."""

import asyncio
import gc
import json

import pytest
from tornado.httpclient import HTTPClientError

from handlers.service import Endpoint
from simulator.phone import acts, live
from simulator.phone.reading import Act, BadAct
from simulator.phone.stage import Stage
from simulator.users import Sender
from simulator.world import World
from tests.handlers.sending import connection, until
from tests.simulator.phone.pages import OpenAPage, OpenPage
from wechat.replies import TextReply

UPGRADE = (
    "GET /live HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nConnection: Upgrade\r\n"
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


@pytest.mark.gen_test
async def test_state_of_a_new_world(page: OpenPage, world: World) -> None:
    """A page begins with everything that there is, even if that is nothing."""
    assert set(page.state) == {
        "type",
        "settings",
        "users",
        "menu",
        "qrcodes",
        "deliveries",
        "calls",
    }
    assert page.state["type"] == "state"
    assert page.state["settings"]["api_base"] == world.base_url
    assert [page.state[name] for name in ("users", "menu", "qrcodes", "deliveries", "calls")] == [
        [],
        None,
        [],
        [],
        [],
    ]


@pytest.mark.gen_test
async def test_state_of_a_used_world(
    world: World, endpoint: Endpoint, open_page: OpenAPage
) -> None:
    """A page that comes later gets what it missed, chats included."""
    endpoint.state["answer"] = TextReply("您好")
    await world.user("oMe", "小明").text("你好")
    world.platform.menu.put({"button": [{"type": "click", "name": "买", "key": "buy"}]})
    world.platform.qrcodes.create(1, permanent=False)
    world.platform.qrcodes.create("two", permanent=True)
    page = await open_page()
    [user], [delivery] = page.state["users"], page.state["deliveries"]
    assert (user["openid"], user["nickname"], user["following"]) == ("oMe", "小明", True)
    assert [(item["sender"], item["content"]) for item in user["chat"]] == [
        ("user", {"content": "你好"}),
        ("account", {"content": "您好"}),
    ]
    assert {item["delivery"] for item in user["chat"]} == {delivery["id"]}
    assert delivery["verdict"]["shown"] == "reply"
    assert page.state["menu"][0]["key"] == "buy"
    assert [code["scene"] for code in page.state["qrcodes"]] == ["two", "1"]


@pytest.mark.gen_test
async def test_changes(page: OpenPage, world: World, endpoint: Endpoint) -> None:
    """A push is told of at each step, and every line of the chat that it makes."""
    endpoint.state["answer"] = TextReply("您好")
    world.user("oMe")
    assert (await page.do("text", user="oMe", content="你好"))["type"] == "done"
    delivery = await page.judged()
    await page.until("chat", lambda told: told["item"]["sender"] == "account")
    told = page.of("delivery")
    assert {message["delivery"]["id"] for message in told} == {delivery["id"]}
    assert told[0]["delivery"]["attempts"] == []
    assert any(m["delivery"]["attempts"][0]["outcome"] is None for m in told[1:])
    assert delivery["attempts"][0]["outcome"] == "answered"
    assert [m["item"]["content"]["content"] for m in page.of("chat")] == ["你好", "您好"]
    assert {m["user"] for m in page.of("chat")} == {"oMe"}
    users = [message["user"] for message in page.of("user")]
    assert [user["quota"] and user["quota"]["left"] for user in users] == [None, 5]
    assert all("chat" not in user for user in users)


@pytest.mark.gen_test
async def test_two_pages(page: OpenPage, open_page: OpenAPage, world: World) -> None:
    """What one page does, each of them is told; the answer only the one that did it."""
    other = await open_page()
    assert (await page.do("add_user", nickname="小红"))["type"] == "done"
    assert (await other.until("user"))["user"]["nickname"] == "小红"
    await page.do("clear")
    await other.until("cleared")
    assert other.of("done") == []
    await page.do("add_user", nickname="小明")
    assert [user.nickname for user in world.users] == ["小红", "小明"]


@pytest.mark.gen_test
async def test_done_when_begun(page: OpenPage, world: World) -> None:
    """An act is done once it has begun, and more can be done while its push is on its way."""
    world.user("oMe")
    world.configure(faults={"latency": 0.3})
    await page.do("text", user="oMe", content="1")
    await page.do("text", user="oMe", content="2")
    assert [delivery.verdict for delivery in world.deliveries] == [None, None]
    assert {(await page.judged())["id"], (await page.judged())["id"]} == {1, 2}


MALFORMED: list[tuple[str | bytes, str]] = [
    ("", "not JSON"),
    ("{", "not JSON"),
    ("NaN", "no object"),
    ("[]", "no object"),
    ('"text"', "no object"),
    ("null", "no object"),
    ("[" * 50_000, "not JSON"),
    ('{"do": "verify", "id": ' + "9" * 5000 + "}", "not JSON"),
    (b"{}", "binary"),
    ("x" * 65_537, "65537 characters"),
    ("{}", "do is missing"),
    ('{"do": 1}', "do must be a text, not 1"),
    ('{"do": null}', "do must be a text, not null"),
    ('{"do": "fly"}', 'there is no act "fly"'),
    ('{"do": "__class__", "id": true}', "there is no act"),
    ('{"do": "' + "x" * 1000 + '"}', "x…"),
    ('{"do": "text", "user": "\\ud800", "content": ""}', "whole characters"),
]


@pytest.mark.parametrize(("text", "words"), MALFORMED)
@pytest.mark.gen_test
async def test_malformed(
    text: str | bytes, words: str, page: OpenPage, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever comes is answered in words, and the page goes on."""
    answer = await page.send(text)
    assert set(answer) == {"type", "id", "text"}
    assert answer["type"] == "error"
    assert words in answer["text"]
    assert len(answer["text"]) < 300
    assert (await page.do("clear"))["type"] == "done"
    assert caplog.records == []


@pytest.mark.gen_test
async def test_endless_message(page: OpenPage, open_page: OpenAPage) -> None:
    """A message that no act can be ends the connection before it is read; others go on."""
    other = await open_page()
    await other.connection.write_message("x" * (live.MOST_BYTES + 1))
    assert await other.ends() == 1009
    assert (await page.do("clear"))["type"] == "done"


@pytest.mark.gen_test
async def test_failing_act(
    page: OpenPage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A bug is logged with its traceback; the page is told without."""

    async def fail(stage: Stage, act: Act) -> None:
        raise KeyError("secret")

    monkeypatch.setitem(acts.ACTS, "clear", fail)
    answer = await page.do("clear")
    assert answer["text"] == "the simulator failed (KeyError): see what it logged"
    [record] = caplog.records
    assert record.exc_info
    assert (await page.do("add_user", nickname="a"))["type"] == "done"


@pytest.mark.gen_test
async def test_late_failure(page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong after an act began is told as well, under its id."""

    async def fail(stage: Stage, act: Act) -> None:
        await asyncio.sleep(0.01)
        raise BadAct("too late")

    monkeypatch.setitem(acts.ACTS, "clear", fail)
    assert await page.do("clear") == {"type": "done", "id": 1}
    gc.collect()  # the task is held by somebody
    assert await page.answer(1) == {"type": "error", "id": 1, "text": "too late"}


@pytest.mark.gen_test
async def test_act_outlives_its_page(
    open_page: OpenAPage, world: World, endpoint: Endpoint
) -> None:
    """A push goes on when the page that began it has gone."""
    world.user("oMe")
    world.configure(faults={"latency": 0.2})
    page = await open_page()
    await page.do("text", user="oMe", content="1")
    await page.close()
    await until(lambda: world.deliveries[0].verdict is not None)
    assert len(endpoint.state["pushes"]) == 1


@pytest.mark.gen_test
async def test_slow_page(
    page: OpenPage,
    page_url: str,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A page that reads nothing is hung up on, and the others are told on."""
    monkeypatch.setattr(live, "MOST_UNREAD", 100_000)
    user, host = world.user("oMe").user, page_url.removeprefix("http://")
    async with connection(int(host.rpartition(":")[2])) as (reader, writer):
        writer.write(UPGRADE.format(host=host).encode())
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        for _ in range(500):
            world.say(user, Sender.SYSTEM, "notice", {"content": "x" * 60_000})
            await page.until("chat")
            if caplog.records:
                break
        assert [record.getMessage() for record in caplog.records] == [
            "a page reads too slowly: its connection is ended"
        ]
        world.say(user, Sender.SYSTEM, "notice", {"content": "still here"})
        assert (await page.until("chat"))["item"]["content"] == {"content": "still here"}
    assert len(caplog.records) == 1


@pytest.mark.parametrize("how", ["cut", "closed"])
@pytest.mark.gen_test
async def test_page_that_is_going(
    how: str, page: OpenPage, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """What changes in the moment in which a page goes is lost, and nothing else is."""
    [changed] = world._listeners
    [handler] = changed.__self__._pages  # type: ignore[attr-defined]
    handler.ws_connection.stream.close() if how == "cut" else handler.close()
    world.user("oMe")
    await page.ends()
    await until(lambda: not changed.__self__._pages)  # type: ignore[attr-defined]
    gc.collect()  # an error that nobody retrieved is logged now
    assert caplog.records == []


@pytest.mark.gen_test
async def test_large_state(
    open_page: OpenAPage, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state may be larger than what a page may leave unread."""
    monkeypatch.setattr(live, "MOST_UNREAD", 1000)
    user = world.user("oMe").user
    for _ in range(40):
        world.say(user, Sender.SYSTEM, "notice", {"content": "x" * 60_000})
    page = await open_page()
    assert len(page.state["users"][0]["chat"]) == 40


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": ""},
        {"Origin": None},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
    ],
)
@pytest.mark.gen_test
async def test_foreign_pages(open_page: OpenAPage, headers: dict[str, str | None]) -> None:
    """No page of another site or port is let in, nor one whose name was made to lead here."""
    with pytest.raises(HTTPClientError) as raised:
        await open_page(**headers)
    assert raised.value.code == 403


@pytest.mark.gen_test
async def test_no_secrets(
    page: OpenPage, open_page: OpenAPage, world: World, endpoint: Endpoint
) -> None:
    """A page is never told the token, the key or the secret, nor an access token."""
    key = "k" * 43
    world.configure(account={"encoding_aes_key": key, "app_secret": "s" * 32})
    token = world.platform.tokens.classic(world.account.app_id).text
    await page.do("add_user", nickname="a")
    user = page.of("user")[0]["user"]["openid"]
    await page.do("follow", user=user)
    await page.judged()
    await page.do("verify")
    await page.until("verification")
    later = await open_page()
    told = json.dumps([page.heard, later.state])
    secrets = [world.account.token, key, "s" * 32, token]
    assert [secret for secret in secrets if secret in told] == []
    assert later.state["settings"]["account"]["has_key"] is True
