"""What becomes of a mistake of this very program."""

import logging
from typing import Any

import pytest
from tornado.web import Application

from simulator.platform.calls import Answer, Call
from simulator.platform.dispatch import Route
from simulator.platform.handlers import ApiHandler
from simulator.world import World
from tests.simulator.platform.calling import Api


def fail(_: Call) -> Answer:
    """Be wrong."""
    raise LookupError("nothing there")


@pytest.fixture
def app(world: World) -> Application:
    """Serve one path, at which this program is wrong."""
    values: dict[str, Any] = {"world": world, "routes": {"/cgi-bin/wrong": Route("GET", fail)}}
    return Application([("/cgi-bin/.*", ApiHandler, values)])


@pytest.mark.gen_test
async def test_failure(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    """It looks as if the platform were busy, and is logged without the token."""
    assert (await api.get("wrong"))["errcode"] == -1
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.getMessage() == "GET /cgi-bin/wrong failed"
    assert record.exc_info
    assert isinstance(record.exc_info[1], LookupError)
    (call,) = api.world.calls
    assert (call.status, call.errcode) == (200, -1)
