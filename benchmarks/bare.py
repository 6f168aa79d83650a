"""The yardstick: a Tornado handler that checks nothing and answers success."""

import asyncio
import sys

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler


class BareHandler(RequestHandler):
    """Answers every POST alike."""

    def post(self) -> None:
        """Say success."""
        self.finish("success")


async def main() -> None:
    """Serve on the port that the command line names, until killed."""
    server = HTTPServer(Application([("/bare", BareHandler)]))
    server.listen(int(sys.argv[1]), "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
