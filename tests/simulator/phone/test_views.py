"""What pages are shown: raw text, bounded, of bytes that may be anything."""

import json
from dataclasses import replace
from typing import Any

import pytest

from simulator.engine.record import Attempt, Outcome, Shown, Verdict
from simulator.phone import views
from simulator.users import Sender
from simulator.world import ApiCall, World
from tests.simulator.phone.pages import OpenPage
from wechat.replies import TextReply

HOSTILE = "<script>alert(1)</script>\"'&</textarea>\u2028"
CALL = ApiCall(
    id=1,
    at=2.0,
    method="POST",
    path="/cgi-bin/menu/create",
    query="",
    request="{}",
    status=200,
    answer='{"errcode":0}',
    errcode=0,
    seconds=0.1,
)


def attempt(answer: bytes = b"", **values: Any) -> Attempt:
    """Return an attempt that was answered so."""
    given = {"number": 1, "address": "127.0.0.1:1", "target": "/?a=1", "started": 0.0}
    return Attempt(**{"body": b"", "answer": answer, **given, **values})


def test_attempt() -> None:
    """An attempt is shown as it went."""
    shown = views.attempt_of(
        attempt(
            b"<xml/>",
            body="你".encode(),
            ended=0.25,
            outcome=Outcome.STATUS,
            status=500,
            head="HTTP/1.1 500 X",
            problem="status 500 instead of 200",
        )
    )
    assert shown == {
        "number": 1,
        "address": "127.0.0.1:1",
        "target": "/?a=1",
        "body": "你",
        "started": 0.0,
        "ended": 0.25,
        "outcome": "status",
        "status": 500,
        "head": "HTTP/1.1 500 X",
        "answer": "<xml/>",
        "answer_bytes": 6,
        "problem": "status 500 instead of 200",
        "twin": False,
    }


def test_running_attempt() -> None:
    """What is not known yet is null."""
    shown = views.attempt_of(attempt())
    assert (shown["ended"], shown["outcome"], shown["status"]) == (None, None, None)


def test_bytes_that_are_no_text() -> None:
    """Bytes that are not UTF-8 are replaced, not refused."""
    shown = views.attempt_of(attempt(b"\xff\x00ok", body=b"\xe4\xbd"))
    assert (shown["answer"], shown["body"]) == ("\ufffd\0ok", "\ufffd")


def test_long_answer() -> None:
    """Of a long answer the beginning is shown, and how long it was."""
    shown = views.attempt_of(attempt(b"x" * 1_000_000))
    assert (len(shown["answer"]), shown["answer_bytes"]) == (65_536, 1_000_000)


@pytest.mark.gen_test
async def test_delivery(world: World) -> None:
    """A push is shown with its verdict: what the user sees, and why."""
    delivery = await world.user("oMe").text("hi")
    assert views.delivery_of(delivery)["verdict"] == {
        "shown": "silence",
        "reason": "",
        "warnings": (),
        "xml": "",
        "reply_kind": None,
    }
    delivery.verdict = Verdict(
        shown=Shown.FAULT, reply=TextReply("a"), reason="r" * 70_000, xml="x" * 70_000
    )
    shown = views.delivery_of(delivery)["verdict"]
    assert (shown["shown"], shown["reply_kind"]) == ("fault", "text")
    assert (len(shown["reason"]), len(shown["xml"])) == (65_536, 65_536)


def test_call() -> None:
    """A call is shown with all its fields, long texts cut."""
    shown = views.call_of(replace(CALL, request="x" * 70_000))
    assert shown["answer"] == '{"errcode":0}'
    assert len(shown["request"]) == 65_536
    assert set(shown) == {
        "id",
        "at",
        "method",
        "path",
        "query",
        "request",
        "status",
        "answer",
        "errcode",
        "seconds",
    }


@pytest.mark.gen_test
async def test_raw_text(page: OpenPage, world: World) -> None:
    """Text arrives as it is: to escape it is for whoever draws it."""
    user = world.user("oMe", HOSTILE).user
    world.say(user, Sender.ACCOUNT, "text", {"content": HOSTILE})
    told = await page.until("chat")
    assert told["item"] == {
        "id": 1,
        "sender": "account",
        "kind": "text",
        "content": {"content": HOSTILE},
        "at": user.chat[0].at,
        "delivery": None,
        "pushed": False,
    }
    assert page.of("user")[0]["user"]["nickname"] == HOSTILE


@pytest.mark.gen_test
async def test_half_characters(page: OpenPage, world: World) -> None:
    """Half of a surrogate pair, which an API call can bring, ends no connection."""
    user = world.user("oMe").user
    world.say(user, Sender.ACCOUNT, "text", {"content": "\ud83d"})
    assert (await page.until("chat"))["item"]["content"] == {"content": "\ud83d"}


def test_newest() -> None:
    """Of very much, a page gets what came last: as much as it can take, but always one."""
    large = "x" * (views.MOST_TOLD // 3)
    assert views.newest([1, 2, 3], lambda n: {"n": n}) == [{"n": 1}, {"n": 2}, {"n": 3}]
    assert [v["n"] for v in views.newest(range(9), lambda n: {"n": n, "large": large})] == [7, 8]
    assert len(views.newest([1, 2], lambda n: {"n": n, "large": large * 4})) == 1
    assert views.newest([], lambda n: {"n": n}) == []


@pytest.mark.gen_test
async def test_settings(page: OpenPage, world: World) -> None:
    """The settings have what can be chosen, and nothing that must not be seen."""
    settings = page.state["settings"]
    assert settings["account"] == {
        "url": world.account.url,
        "app_id": world.account.app_id,
        "original_id": world.account.original_id,
        "mode": "plaintext",
        "kind": "verified-service",
        "has_key": False,
    }
    assert settings["modes"] == ["plaintext", "compatible", "safe"]
    assert "test" in settings["kinds"]
    assert {"subscribe", "kf_create_session"} <= set(settings["events"])
    assert "file" in settings["messages"]
    assert "text" not in settings["messages"]  # it has an act of its own
    assert settings["failures"] == {
        "five_minutes": 0,
        "in_a_row": 0,
        "alarm": 30,
        "paused_until": None,
    }
    assert set(settings) == {
        "account",
        "modes",
        "kinds",
        "rules",
        "faults",
        "api",
        "failures",
        "api_base",
        "events",
        "messages",
    }


@pytest.mark.gen_test
async def test_user(world: World) -> None:
    """A user is shown with the quota, and whether 对方正在输入 stands there."""
    me = world.user("oMe", "小明")
    assert views.user_of(world, me.user) == {
        "openid": "oMe",
        "nickname": "小明",
        "following": True,
        "remark": "",
        "typing": False,
        "quota": None,
    }
    await me.text("hi")
    me.user.typing_until = world.clock() + 100
    shown = views.user_of(world, me.user)
    assert shown["typing"] is True
    assert shown["quota"]["left"] == 5
    assert shown["quota"]["until"] == pytest.approx(world.clock() + 48 * 3600, abs=60)
    assert json.loads(views.encode(shown)) == shown
