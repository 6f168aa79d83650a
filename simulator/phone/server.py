"""The phone in the browser: its page, its WebSocket, its files, and the platform's API."""

import logging
from pathlib import Path

from tornado.web import Application, RequestHandler, StaticFileHandler

from simulator.phone.guard import LocalHandler, Refusal
from simulator.phone.live import MOST_BYTES, LiveHandler
from simulator.phone.media import MediaHandler, UploadHandler
from simulator.phone.stage import Stage
from simulator.platform.routes import api_routes
from simulator.world import World

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"


class FileHandler(LocalHandler, StaticFileHandler):
    """The page, and the files that it is made of."""

    def set_extra_headers(self, path: str) -> None:
        self.set_header("Cache-Control", "no-cache")


class NotFoundHandler(LocalHandler):
    """Answers every path at which nothing is served."""

    def prepare(self) -> None:
        super().prepare()
        raise Refusal(404, "nothing is served at this path")


def make_app(world: World) -> Application:
    """Return the application of one world."""
    files = {"path": str(STATIC)}
    return Application(
        [
            (r"/()", FileHandler, files | {"default_filename": "index.html"}),
            (r"/static/(.+)", FileHandler, files),
            (r"/live", LiveHandler, {"stage": Stage(world)}),
            (r"/media/([A-Za-z0-9_-]+)", MediaHandler, {"world": world}),
            (r"/upload", UploadHandler, {"world": world}),
            *api_routes(world),
        ],
        default_handler_class=NotFoundHandler,
        websocket_max_message_size=MOST_BYTES,
        log_function=log_request,
    )


def log_request(handler: RequestHandler) -> None:
    """Write the access log, at debug level and without the query: it may hold a token."""
    request = handler.request
    log.debug("%d %s %r", handler.get_status(), request.method, request.path)
