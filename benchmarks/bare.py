"""The yardstick: a Tornado handler that checks nothing and answers success."""

import asyncio
import sys

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

BACKLOG = 16_384  # as this service has it: thousands connect at once


class BareHandler(RequestHandler):
    """Answers every POST alike."""

    def post(self) -> None:
        """Say success."""
        self.finish("success")


class SlowHandler(RequestHandler):
    """Answers every POST alike, after as many seconds as its path says."""

    async def post(self, seconds: str) -> None:
        """Say success."""
        await asyncio.sleep(float(seconds))
        self.finish("success")


async def main() -> None:
    """Serve on the port that the command line names, until killed."""
    routes = [("/bare", BareHandler), ("/bare/([0-9.]+)", SlowHandler)]
    server = HTTPServer(Application(routes))
    server.listen(int(sys.argv[1]), "127.0.0.1", backlog=BACKLOG)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
