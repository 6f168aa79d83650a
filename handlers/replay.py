"""A hook that runs again, for a message of the journal: without any request of WeChat's."""

from delivery.exchange import Exchange
from tornado.httputil import HTTPServerRequest
from tornado.web import Application
from wechat.replies import Reply

from handlers.service import Endpoint


class _Nowhere:
    """A connection whose other end there is not."""

    def set_close_callback(self, callback: object) -> None:
        """Never call it."""


async def replay(endpoint: Endpoint, exchange: Exchange) -> Reply:
    """Run the hook of `exchange` on a handler that answers nobody; return its reply."""
    request = HTTPServerRequest("POST", endpoint.account.path, connection=_Nowhere())  # type: ignore[arg-type]
    handler = endpoint.handler(Application(), request, endpoint=endpoint)
    return await handler.dispatch(exchange)
