"""What no service should send: the platform has an errcode for it, and no traceback."""

import asyncio
import logging
from typing import Any

import pytest
from tornado.httpserver import HTTPServer

from simulator.platform.dispatch import Route
from simulator.platform.errors import ApiError
from simulator.platform.routes import ROUTES
from tests.simulator.platform.calling import Api, answer

JSON_PATHS = sorted(
    path.removeprefix("/cgi-bin/")
    for path, route in ROUTES.items()
    if route.method == "POST" and path not in {"/cgi-bin/media/upload", "/cgi-bin/clear_quota/v2"}
)
BODIES: list[tuple[bytes, int]] = [
    (b"", 44002),
    (b" \r\n", 44002),
    (b"{", 47001),
    (b"[]", 47001),
    (b"1", 47001),
    (b"null", 47001),
    (b"\xff\xfe", 47001),
    (b'{"a": NaN}', 47001),
    (b'{"a": Infinity}', 47001),
    (b"a=b", 47001),
    (b"[" * 100_000, 47001),
    (b'{"a":' * 100_000, 47001),
    (b'{"a": ' + b"1" * 10_000 + b"}", 47001),
    (b"x" * (1 << 20), 47001),
    (b"x" * ((1 << 20) + 1), 45002),
    (b"x" * (12 << 20), 45002),
]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "x"]


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> Any:
    """Fail where anything is logged as an error or a warning."""
    yield
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("path", JSON_PATHS)
@pytest.mark.gen_test
async def test_bodies(path: str, api: Api) -> None:
    """Every path that takes JSON says what is wrong with a body that is none."""
    token = "" if path == "stable_token" else None
    for body, expected in BODIES:
        assert (await api.post(path, body, token=token))["errcode"] == expected, body[:20]


@pytest.mark.parametrize("path", ["user/info/updateremark", "message/template/send"])
@pytest.mark.gen_test
async def test_half_a_character(path: str, api: Api) -> None:
    r"""An escape of half a character is no text; whole ones are, where they are allowed."""
    assert (await api.post(path, rb'{"x": "\ud83d"}'))["errcode"] == 47001
    assert (await api.post(path, rb'{"x": "\ud83d\ude00"}'))["errcode"] == 40003


@pytest.mark.gen_test
async def test_byte_order_mark(api: Api) -> None:
    """JSON that begins with a byte order mark is read."""
    assert (await api.post("menu/create", b"\xef\xbb\xbf{}"))["errcode"] == 40016


@pytest.mark.parametrize(("path", "route"), ROUTES.items())
@pytest.mark.gen_test
async def test_methods(path: str, route: Route, api: Api) -> None:
    """Every path has one method, and no other is served, not even one nobody knows."""
    expected = 43001 if route.method == "GET" else 43002
    for method in set(METHODS) - {route.method, "HEAD"}:
        response = await api.fetch(path.removeprefix("/cgi-bin/"), method=method, body=b"{}")
        assert answer(response)["errcode"] == expected, method
    assert {call.status for call in api.world.calls} == {200}
    assert {call.errcode for call in api.world.calls} == {expected}


@pytest.mark.gen_test
async def test_head(api: Api) -> None:
    """HEAD has no body, and does nothing."""
    response = await api.fetch("menu/delete", method="HEAD")
    assert (response.code, response.body) == (200, b"")
    assert api.world.calls[-1].errcode == 43001


@pytest.mark.parametrize("path", ["", "nothing", "token/", "menu", "menu/create/", "Token"])
@pytest.mark.gen_test
async def test_unknown_paths(path: str, api: Api) -> None:
    """Where nothing is served, the URL is wrong, with a token or without, by any method."""
    for token in (None, ""):
        assert (await api.get(path, token=token))["errcode"] == 40066
    assert answer(await api.fetch(path, method="PROPFIND"))["errcode"] == 40066


@pytest.mark.gen_test
async def test_order(api: Api) -> None:
    """The token is looked at first, then the method, then the right, then the body."""
    assert (await api.get("menu/create", token=""))["errcode"] == 41001
    assert (await api.get("menu/create"))["errcode"] == 43002
    api.world.configure(account={"kind": "unverified-subscription"})
    assert (await api.get("menu/create"))["errcode"] == 43002
    assert (await api.post("menu/create", b""))["errcode"] == 48001


@pytest.mark.parametrize("query", ["access_token=%ff%fe", "access_token", "=&;&%", "%"])
@pytest.mark.gen_test
async def test_queries(query: str, api: Api) -> None:
    """Any query at all is read."""
    for path in ("getcallbackip", "token", "user/info"):
        url = f"{api.base_url}/cgi-bin/{path}?{query}"
        found = answer(await api.client.fetch(url, raise_error=False))
        assert found["errcode"] in {41001, 40014, 40002}
    shown = await api.client.fetch(
        f"{api.base_url}/cgi-bin/showqrcode?ticket=%ff", raise_error=False
    )
    assert shown.code == 404


@pytest.mark.gen_test
async def test_form(api: Api) -> None:
    """JSON is read whatever the header calls it, as curl calls it a form."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    sent = await api.fetch("clear_quota", method="POST", body=b"{}", headers=headers)
    assert answer(sent)["errcode"] == 40013


@pytest.mark.gen_test
async def test_repeated_parameter(api: Api) -> None:
    """Of a parameter that is given twice the last counts."""
    url = f"{api.base_url}/cgi-bin/getcallbackip?access_token=x&access_token={api.token}"
    assert "ip_list" in answer(await api.client.fetch(url))


@pytest.mark.gen_test
async def test_cut_off(api: Api, http_server: HTTPServer, http_port: int) -> None:
    """Who hangs up within the body leaves nothing behind."""
    _, writer = await asyncio.open_connection("localhost", http_port)
    writer.write(b"POST /cgi-bin/menu/create HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert "ip_list" in await api.get("getcallbackip")
    assert [call.path for call in api.world.calls] == ["/cgi-bin/getcallbackip"]


def test_every_error_has_a_text() -> None:
    """An errcode without a text of its own still says something."""
    assert ApiError(99999).errmsg == "invalid request"
    assert ApiError(40003, "other").errmsg == "other"
    assert str(ApiError(40003)) == "40003 invalid openid"
