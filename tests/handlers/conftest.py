"""What the tests of the HTTP edge share beside the server itself."""

import pytest
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer

from handlers.connection import CallbackServer
from handlers.service import Endpoint
from tests.handlers.sending import Refuses, Send


@pytest.fixture
def send(http_client: AsyncHTTPClient, base_url: str, endpoint: Endpoint) -> Send:
    """Return what sends a push to the account's server."""
    return Send(http_client, base_url, endpoint)


@pytest.fixture
def refuses(send: Send, caplog: pytest.LogCaptureFixture) -> Refuses:
    """Return what sends a push that must be refused."""
    return Refuses(send, caplog)


@pytest.fixture
def server(http_server: HTTPServer) -> CallbackServer:
    """Return the running server as what it is."""
    assert isinstance(http_server, CallbackServer)
    return http_server
