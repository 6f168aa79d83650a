"""The edge of the platform's API: HTTP in, HTTP out, and every call recorded."""

import asyncio
import logging
import secrets
import time
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Any

from tornado.web import HTTPError, RequestHandler, stream_request_body

from simulator.changes import ApiCall, Change
from simulator.platform import recording
from simulator.platform.calls import Answer, Call, File, Json
from simulator.platform.dispatch import Routes, dispatch, wrong_method
from simulator.platform.errors import ApiError
from simulator.platform.faults import SlowScope

if TYPE_CHECKING:
    from simulator.world import World

log = logging.getLogger(__name__)
MOST_BYTES = 11 << 20  # of a body: more than the largest file there may be
BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n"
    "</body>\r\n</html>\r\n"
)


class _PlatformHandler(RequestHandler):
    """The manners of every answer."""

    def initialize(self, world: "World") -> None:
        self.world = world

    @property
    def query(self) -> dict[str, str]:
        """The parameters; of one that is repeated, the last."""
        arguments = self.request.query_arguments
        return {name: arguments[name][-1].decode(errors="replace") for name in arguments}

    def set_default_headers(self) -> None:
        self.clear_header("Server")

    def compute_etag(self) -> str | None:
        return None

    def log_exception(
        self,
        typ: type[BaseException] | None,  # noqa: ARG002
        value: BaseException | None,
        tb: TracebackType | None,  # noqa: ARG002
    ) -> None:
        """Log without the query, in which the access token is."""
        if not isinstance(value, HTTPError):
            log.error("%s %s failed", self.request.method, self.request.path, exc_info=value)


@stream_request_body
class ApiHandler(_PlatformHandler):
    """Answers every path of the API, those that there are not too."""

    routes: Routes

    def initialize(self, world: "World", routes: Routes) -> None:  # type: ignore[override]
        super().initialize(world)
        self.routes = routes
        self.at, self.began = world.clock(), time.monotonic()
        self.size, self.received = 0, bytearray()

    def data_received(self, chunk: bytes) -> None:
        """Keep a body; of one that is too long, read it all and keep the beginning."""
        self.size += len(chunk)
        if self.size <= MOST_BYTES:
            self.received += chunk
        else:
            del self.received[recording.MOST_BYTES :]

    async def serve(self) -> None:
        """Answer as the platform does, or fail to order."""
        platform, path = self.world.platform, self.request.path
        before = platform.faults
        try:
            if platform.orders.meets("dropped", path):
                return self.drop("the connection was closed without an answer")
            if platform.orders.meets("bad_gateway", path):
                return self.send_gateway_error()
            slow, lost = platform.orders.meets("slow", path), platform.orders.meets("lost", path)
            given = await self.answer()
        finally:
            if platform.faults != before:
                self.world.publish(Change.SETTINGS, self.world)
        if isinstance(slow, SlowScope):
            await asyncio.sleep(slow.seconds)
        if lost:
            return self.drop(f"the answer was lost: {recording.answer(given)}", errcode_of(given))
        return self.send(given)

    get = head = post = put = patch = delete = options = serve

    async def answer(self) -> Answer:
        """Return the answer, an error of the platform too."""
        try:
            return await dispatch(self.routes, self.request.method or "", self.call())
        except ApiError as error:
            return self.refusal(error)

    def call(self) -> Call:
        """Return the call as its function sees it."""
        return Call(
            world=self.world,
            path=self.request.path,
            query=self.query,
            content_type=self.request.headers.get("Content-Type", ""),
            body=bytes(self.received) if self.size <= MOST_BYTES else None,
        )

    def refusal(self, error: ApiError) -> Json:
        """Return an error as the platform sends it, under a number for its support."""
        rid = f"{int(self.world.clock()):08x}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"
        return {"errcode": error.errcode, "errmsg": f"{error.errmsg} rid: {rid}"}

    def send(self, given: Answer) -> None:
        """Send an answer, and record it."""
        if isinstance(given, File):
            self.set_header("Content-Type", given.content_type)
            self.set_header("Content-Disposition", f'attachment; filename="{given.filename}"')
            self.finish(given.data)
        else:
            self.set_header("Content-Type", "application/json; encoding=utf-8")
            self.finish(recording.dumped(given))
        self.record(HTTPStatus.OK, recording.answer(given), errcode_of(given))

    def send_gateway_error(self) -> None:
        """Answer as a gateway does that reaches nobody."""
        self.set_status(HTTPStatus.BAD_GATEWAY)
        self.set_header("Content-Type", "text/html")
        self.finish(BAD_GATEWAY)
        self.record(HTTPStatus.BAD_GATEWAY, BAD_GATEWAY)

    def drop(self, answer: str, errcode: int = 0) -> None:
        """Close the connection, and record that as status 0."""
        self.detach().close()
        self.record(0, answer, errcode)

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ARG002
        """Answer a method that tornado does not know, and a failure of this very program."""
        self.set_status(HTTPStatus.OK)
        unknown = status_code == HTTPStatus.METHOD_NOT_ALLOWED
        error = wrong_method(self.routes.get(self.request.path)) if unknown else ApiError(-1)
        self.send(self.refusal(error))

    def record(self, status: int, answer: str, errcode: int = 0) -> None:
        """Keep this call for the developer, without token and secret."""
        request, platform = self.request, self.world.platform
        hidden = (self.world.account.app_secret, self.query.get("access_token", ""))
        content_type = request.headers.get("Content-Type", "")
        call = ApiCall(
            id=platform.next_call(),
            at=self.at,
            method=request.method or "",
            path=request.path,
            query=recording.query(request.query),
            request=recording.body(self.received, self.size, content_type, hidden),
            status=status,
            answer=answer,
            errcode=errcode,
            seconds=time.monotonic() - self.began,
        )
        self.world.calls.append(call)
        self.world.publish(Change.CALL, call)


class PictureHandler(_PlatformHandler):
    """Shows the picture of a QR code to whoever has its ticket.

    It is a page of mp.weixin.qq.com and no part of the API: it takes no token, and is
    neither recorded nor disturbed.
    """

    def get(self) -> None:
        """Send the picture."""
        picture = self.world.platform.qrcodes.picture(self.query.get("ticket", ""))
        if picture is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        self.set_header("Content-Type", "image/png")
        self.finish(picture)

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ARG002
        self.set_header("Content-Type", "text/plain")
        self.finish(f"{status_code}\n")


def errcode_of(given: Answer) -> int:
    """Return the errcode of an answer, 0 where it has none."""
    return 0 if isinstance(given, File) else int(given.get("errcode", 0))
