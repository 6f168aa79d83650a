"""模板消息: sent once, however often they are tried."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from tornado.ioloop import IOLoop

from api.client import Api
from api.errors import (
    InvalidRequest,
    InvalidUser,
    NoRight,
    NotFollowing,
    QuotaExceeded,
    UserRefused,
)
from api.templates import MiniProgram
from simulator.account import AccountKind
from simulator.platform.state import Platform
from simulator.users import User
from simulator.world import World
from tests.api.platform import USER, Client, calls, failure, follower

SEND = "/cgi-bin/message/template/send"
TEMPLATE = "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY"
DATA = {"thing1": "一杯茶", "amount2": "¥18.00"}


@pytest.fixture(autouse=True)
def user(world: World, client: Client, io_loop: IOLoop) -> Iterator[User]:
    """Return a follower; of what was sent, an event is pushed to nobody."""
    world.configure(account={"url": f"{client.world.base_url}/nobody"})
    yield follower(world)
    io_loop.run_sync(world.platform.settle)


def sent(world: World) -> list[Any]:
    """Return what the calls said."""
    return [json.loads(call.request) for call in calls(world, SEND)]


@pytest.mark.gen_test
async def test_sent(api: Api, user: User, world: World) -> None:
    """The values reach the user, and the number is that of the event to come."""
    made = await api.templates.send(USER, TEMPLATE, DATA)
    [item] = user.chat
    shown = {key: {"value": value} for key, value in DATA.items()}
    assert item.content == {"template_id": TEMPLATE, "url": "", "data": shown}
    assert made.msgid == made.raw["msgid"] > 0
    [fields] = sent(world)
    assert fields.pop("client_msg_id")
    assert fields == {"touser": USER, "template_id": TEMPLATE, "data": shown}


@pytest.mark.gen_test
async def test_opens(api: Api, world: World, user: User) -> None:
    """A tap opens a page, or a mini program."""
    opens = MiniProgram(appid="wx1", pagepath="pages/index?a=1")
    url = "https://example.com/" + "x" * 2000
    await api.templates.send(USER, TEMPLATE, DATA, url=url, miniprogram=opens)
    [fields] = sent(world)
    assert fields["url"] == user.chat[-1].content["url"] == url
    assert fields["miniprogram"] == {"appid": "wx1", "pagepath": "pages/index?a=1"}


@pytest.mark.gen_test
@pytest.mark.parametrize("fault", ["lost", "bad_gateway", "busy", "dropped"])
async def test_once(fault: str, api: Api, platform: Platform, user: User, world: World) -> None:
    """Whatever fails, it is tried again under the same name, and the user gets one message."""
    await api.tokens.get()
    platform.order(**{fault: {"path": SEND, "calls": 2}})
    made = await api.templates.send(USER, TEMPLATE, DATA)
    assert len(user.chat) == 1
    assert len(sent(world)) > 1
    assert len({each["client_msg_id"] for each in sent(world)}) == 1
    assert made.msgid


@pytest.mark.gen_test
async def test_names(api: Api, user: User, world: World) -> None:
    """Two messages are two, unless they are given one name."""
    for _ in range(2):
        await api.templates.send(USER, TEMPLATE, DATA)
    assert len(user.chat) == 2
    first, second = [
        await api.templates.send(USER, TEMPLATE, DATA, client_msg_id="o" * 32) for _ in range(2)
    ]
    assert (len(user.chat), first.msgid) == (3, second.msgid)
    names = [each["client_msg_id"] for each in sent(world)]
    assert len(set(names)) == 3
    assert all(len(name) == 32 for name in names)


@pytest.mark.gen_test
async def test_refused_by_the_platform(api: Api, user: User, platform: Platform) -> None:
    """Each refusal is the error that it means."""
    platform.order(refused={"errcode": 43101, "path": SEND, "calls": 1})
    assert isinstance(await failure(api.templates.send(USER, TEMPLATE, DATA)), UserRefused)
    platform.order(refused={"errcode": 45009, "path": SEND, "calls": 1})
    assert isinstance(await failure(api.templates.send(USER, TEMPLATE, DATA)), QuotaExceeded)
    assert isinstance(await failure(api.templates.send(USER, "x", DATA)), InvalidRequest)
    assert isinstance(await failure(api.templates.send("oNobody", TEMPLATE, DATA)), InvalidUser)
    wrong = await failure(api.templates.send(USER, TEMPLATE, {"thing1": "x" * 21}))
    assert isinstance(wrong, InvalidRequest)
    assert "data.thing1.value" in str(wrong)
    user.following = False
    assert isinstance(await failure(api.templates.send(USER, TEMPLATE, DATA)), NotFollowing)
    assert not user.chat


@pytest.mark.gen_test
@pytest.mark.parametrize("account_kind", [AccountKind.VERIFIED_SUBSCRIPTION])
async def test_no_right(api: Api) -> None:
    """Only a verified service account may."""
    assert isinstance(await failure(api.templates.send(USER, TEMPLATE, DATA)), NoRight)


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"openid": ""}, ValueError("openid must not be empty")),
        ({"template_id": ""}, ValueError("template_id must not be empty")),
        ({"data": {"": "x"}}, ValueError("a key of data must not be empty")),
        ({"data": {"thing1": ""}}, ValueError("data['thing1'] must not be empty")),
        ({"data": {"thing1": 5}}, TypeError("data['thing1'] must be str, not int")),
        (
            {"data": {"thing1": "你" * 201}},
            ValueError("data['thing1'] has 201 characters: the limit is 200"),
        ),
        ({"client_msg_id": "x" * 33}, ValueError("client_msg_id has 33 bytes: the limit is 32")),
        ({"url": 5}, TypeError("url must be str, not int")),
    ],
)
async def test_refused(given: Any, error: Exception, api: Api, world: World) -> None:
    """What could never be right is refused before anything is sent."""
    right = {"openid": USER, "template_id": TEMPLATE, "data": DATA}
    with pytest.raises(type(error), match=re.escape(str(error))):
        await api.templates.send(**(right | given))
    assert not calls(world)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"appid": ""}, ValueError("MiniProgram.appid must not be empty")),
        ({"appid": None}, TypeError("MiniProgram.appid must be str")),
        ({"appid": "wx1", "pagepath": None}, TypeError("MiniProgram.pagepath must be str")),
    ],
)
def test_no_mini_program(values: Any, error: Exception) -> None:
    """A mini program has an AppID."""
    with pytest.raises(type(error), match=re.escape(str(error))):
        MiniProgram(**values)
