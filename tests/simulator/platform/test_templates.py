"""模板消息: sent once, shown in the chat, and reported by an event."""

from typing import Any

import pytest

from simulator.platform.state import Platform
from simulator.users import Sender
from simulator.world import World
from tests.simulator.engine.scripts import answers
from tests.simulator.engine.services import Service, serving
from tests.simulator.platform.calling import USER, Api, Clock, follower, last

TEMPLATE = "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY"
DATA = {"thing1": {"value": "巧克力"}, "amount2": {"value": "39.8元"}}


@pytest.fixture(autouse=True)
def follows(world: World) -> None:
    """Let the user follow the account."""
    follower(world)


async def send(api: Api, **changed: Any) -> Any:
    """Return the answer to a template message."""
    message = {"touser": USER, "template_id": TEMPLATE, "url": "http://x", "data": DATA}
    answer = await api.post("message/template/send", message | changed)
    await api.world.platform.settle()
    return answer


async def served(world: World, service: Service) -> None:
    """Let the account be at `service`."""
    world.configure(account={"url": service.url})


@pytest.mark.gen_test
async def test_shown(api: Api, world: World) -> None:
    """It stands in the chat, and is no customer service message."""
    async with serving(answers()) as service:
        await served(world, service)
        answer = await send(api, miniprogram={"appid": "wx1", "pagepath": "x"})
    assert answer == {"errcode": 0, "errmsg": "ok", "msgid": answer["msgid"]}
    content = {"template_id": TEMPLATE, "url": "http://x", "data": DATA}
    assert last(world) == ("template", content)
    item = follower(world).chat[-1]
    assert (item.sender, item.pushed) == (Sender.ACCOUNT, False)


@pytest.mark.gen_test
async def test_event(api: Api, world: World, clock: Clock) -> None:
    """The service is pushed that it has arrived."""
    async with serving(answers()) as service:
        await served(world, service)
        answer = await send(api)
    (received,) = service.received
    assert received.fields == {
        "ToUserName": world.account.original_id,
        "FromUserName": USER,
        "CreateTime": str(int(clock.now)),
        "MsgType": "event",
        "Event": "TEMPLATESENDJOBFINISH",
        "MsgID": str(answer["msgid"]),
        "Status": "success",
    }
    (delivery,) = world.deliveries
    assert not delivery.awaited


@pytest.mark.gen_test
async def test_sent_once(api: Api, world: World, clock: Clock) -> None:
    """For ten minutes the same client_msg_id to the same person sends nothing more."""
    other = follower(world, "oOther")
    async with serving(answers()) as service:
        await served(world, service)
        first = await send(api, client_msg_id="a")
        clock.now += 599
        assert await send(api, client_msg_id="a") == first
        assert len(follower(world).chat) == len(service.received) == 1
        assert (await send(api, client_msg_id="b"))["msgid"] != first["msgid"]
        assert (await send(api, client_msg_id="a", touser="oOther"))["msgid"] != first["msgid"]
        assert len(other.chat) == 1
        clock.now += 1
        assert (await send(api, client_msg_id="a"))["msgid"] != first["msgid"]
    assert len(service.received) == 4


@pytest.mark.gen_test
async def test_without_a_name(api: Api, world: World) -> None:
    """Messages without a client_msg_id are all sent, under numbers of their own."""
    async with serving(answers()) as service:
        await served(world, service)
        numbers = [(await send(api))["msgid"] for _ in range(3)]
    assert len(set(numbers)) == len(service.received) == 3


@pytest.mark.parametrize("template", ["", "TM00015", TEMPLATE + "x", TEMPLATE[:-1] + "/"])
@pytest.mark.gen_test
async def test_wrong_templates(template: str, api: Api) -> None:
    """A template id has 43 characters."""
    assert (await send(api, template_id=template))["errcode"] == 40037


@pytest.mark.gen_test
async def test_stranger(api: Api, world: World) -> None:
    """Only followers get it."""
    follower(world).following = False
    assert (await send(api))["errcode"] == 43004
    assert (await send(api, touser="oNobody"))["errcode"] == 40003


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, 0),
        ({"first": {"value": "x" * 200}}, 0),
        ({"thing1": {"value": "字" * 20}}, 0),
        ({"thing1": {"value": 20}}, 0),
        ({"thing1": {"value": 1.5, "color": "#173177"}}, 0),
        ({"thing1": {"value": "字" * 21}}, 47003),
        ({"const1": {"value": "字" * 21}}, 47003),
        ({"character_string1": {"value": "x" * 33}}, 47003),
        ({"phone_number1": {"value": "1" * 18}}, 47003),
        ({"car_number1": {"value": "x" * 9}}, 47003),
        ({"first": {"value": "x" * 201}}, 47003),
        ({"first": {"value": ""}}, 47003),
        ({"first": {"value": " "}}, 47003),
        ({"first": {"value": None}}, 47003),
        ({"first": {"value": True}}, 47003),
        ({"first": {}}, 47003),
        ({"first": "x"}, 47003),
        (None, 47001),
        ([], 47001),
    ],
)
@pytest.mark.gen_test
async def test_data(data: Any, expected: int, api: Api, world: World) -> None:
    """A value is neither empty nor longer than its key allows."""
    async with serving(answers()) as service:
        await served(world, service)
        assert (await send(api, data=data))["errcode"] == expected
        assert len(service.received) == (expected == 0)


@pytest.mark.gen_test
async def test_error_names_the_value(api: Api) -> None:
    """Which value is wrong, the platform says."""
    answer = await send(api, data={"thing1": {"value": ""}})
    assert "data.thing1.value invalid" in answer["errmsg"]


@pytest.mark.parametrize("name", ["url", "client_msg_id", "template_id"])
@pytest.mark.gen_test
async def test_wrong_types(name: str, api: Api) -> None:
    """Texts are texts."""
    assert (await send(api, **{name: 1}))["errcode"] == 40097


@pytest.mark.gen_test
async def test_failed_background_work(platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    """What fails beside an answer is logged, and nothing else."""

    async def fail() -> None:
        raise LookupError("x")

    platform.spawn(fail())
    await platform.settle()
    (record,) = [record for record in caplog.records if record.name == "simulator.platform.state"]
    assert record.exc_info
    assert isinstance(record.exc_info[1], LookupError)
