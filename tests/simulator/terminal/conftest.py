"""The demo account as a process of its own, a foreign service, and the command line."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from simulator.environment import complete
from simulator.terminal.main import main
from simulator.testing import served
from tests.processes import OURS

Run = Callable[..., tuple[int, str, str]]
RELEASED = Event()  # what never answers is let go at the end


class Foreign(BaseHTTPRequestHandler):
    """A service that nobody here wrote: its path says how it answers."""

    protocol_version = "HTTP/1.0"

    def do_POST(self) -> None:  # the library's name
        """Answer a push."""
        length = int(self.headers["Content-Length"])
        self.rfile.read(length)
        self._answer()

    def do_GET(self) -> None:
        """Answer the console."""
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def _answer(self) -> None:
        how = self.path.partition("?")[0].strip("/")
        if how == "never":
            RELEASED.wait(30)
            return
        self.send_response(int(how) if how.isdecimal() else 200)
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(b"" if how == "empty" else how.encode())


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what the environment of whoever runs the tests says."""
    for name in list(os.environ):
        if name.startswith(OURS):
            monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Return where the demo account is served, in safe mode."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
    with served(complete(environ)) as address:
        yield f"{address}/wechat"


@pytest.fixture(scope="module")
def foreign() -> Iterator[str]:
    """Return where the foreign service is."""
    RELEASED.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Foreign) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        RELEASED.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a command line, as if in a terminal: its status, and what it wrote."""

    def go(*argv: str) -> tuple[int, str, str]:
        # In this thread, asyncio.run would forget the loop that pytest-tornado left, unclosed.
        with ThreadPoolExecutor(1) as thread:
            status = thread.submit(main, argv).result()
        written = capsys.readouterr()
        return status, written.out, written.err

    return go
