"""The health check: for whatever watches the process."""

import pytest
from tornado.httpserver import HTTPServer

from handlers.service import Service
from tests import pushes
from tests.handlers.sending import Send, logged, request, talk


@pytest.mark.gen_test
async def test_serving(send: Send, caplog: pytest.LogCaptureFixture) -> None:
    """While requests are served the answer is ok, and no line is logged for it."""
    response = await send("", path="/healthz")
    assert (response.code, response.body) == (200, b"ok\n")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert logged(caplog) == []


@pytest.mark.gen_test
async def test_draining(service: Service, send: Send) -> None:
    """While the process drains the answer is 503, so that nobody sends more to it."""
    service.draining = True
    response = await send("", path="/healthz")
    assert (response.code, response.body) == (503, b"503 Service Unavailable\n")


@pytest.mark.gen_test
async def test_journal(service: Service, send: Send) -> None:
    """While what is owed cannot be journaled the answer is 503; pushes are served all the same."""
    assert service.ledger
    service.ledger.failing = True
    assert (await send("", path="/healthz")).code == 503
    response = await send(pushes.query(), pushes.body(pushes.message(Content="hello")))
    assert response.code == 200
    service.ledger.failing = False
    assert (await send("", path="/healthz")).code == 200


@pytest.mark.gen_test
async def test_accounts_are_served_while_draining(service: Service, send: Send) -> None:
    """What still arrives while the process drains is answered."""
    service.draining = True
    response = await send(pushes.query(), pushes.body(pushes.message(Content="hello")))
    assert response.body == b"success"


@pytest.mark.parametrize(("draining", "status"), [(False, b"200 OK"), (True, b"503 Service")])
@pytest.mark.gen_test
async def test_head(
    draining: object, status: bytes, service: Service, http_server: HTTPServer, http_port: int
) -> None:
    """HEAD says the same without a body."""
    service.draining = bool(draining)
    response = await talk(http_port, request("/healthz", b"", "Connection: close", method="HEAD"))
    assert response.startswith(b"HTTP/1.1 " + status)
    assert response.endswith(b"\r\n\r\n")


@pytest.mark.gen_test
async def test_query_is_ignored(send: Send) -> None:
    """A query, as some watchers append, changes nothing."""
    assert (await send("t=1&t=2", path="/healthz")).code == 200


@pytest.mark.parametrize("path", ["/healthz/", "/healthz/x", "/Healthz", "//healthz"])
@pytest.mark.gen_test
async def test_only_there(path: str, send: Send) -> None:
    """No other path is the health check."""
    assert (await send("", path=path)).code == 404


@pytest.mark.gen_test
async def test_post(send: Send) -> None:
    """It takes no POST."""
    response = await send("", b"x", path="/healthz")
    assert (response.code, response.headers["Allow"]) == (405, "GET, HEAD")
