"""`make run`: the service and the simulator beside each other, and one key to stop both.

    python -m simulator.develop [--simulator-port=8080] [options of server.py]

Both get the same environment; where that names no token, the development account. The
service calls the simulator's API in place of the platform's, unless WECHAT_API_BASE is set. The end
of one is the end of both, but for a service that an edit broke: it is started again with
the next edit, for who is writing a handler breaks it often.
"""

import asyncio
import contextlib
import os
import re
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Mapping, MutableMapping, Sequence
from pathlib import Path

from simulator.environment import complete, for_service

SERVER = Path(__file__).resolve().parent.parent / "server.py"
PATIENCE = 10.0  # seconds for what is told to stop; the service drains for 6
POLL = 0.1
SERVICE_PORT, PAGE_PORT = 8000, 8080
PORT_IN_USE = 3
WRONG = 2
HERE = ("127.0.0.1", "0.0.0.0", "localhost")  # noqa: S104  # what answers at 127.0.0.1
MOST = 65_535
EDITED_LATELY = 5.0  # seconds in which a crash is put down to an edit
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(Exception):
    """One of the two has ended: its name, and its exit status."""

    def __init__(self, name: str, status: int) -> None:
        super().__init__(f"the {name} ended with status {status}")
        self.status = status


class Pair:
    """The two processes, and the will to stop them."""

    def __init__(
        self, service: Sequence[str], simulator: Sequence[str], environ: Mapping[str, str]
    ) -> None:
        self.environ = environ
        self.commands = {"service": service, "simulator": simulator}
        self.processes: MutableMapping[str, Process] = {}
        self.stopping = asyncio.Event()

    async def start(self, name: str) -> None:
        """Start one of them, in a process group that the terminal's Ctrl-C does not reach."""
        self.processes[name] = await asyncio.create_subprocess_exec(
            *self.commands[name], env=self.environ, process_group=0
        )

    async def ready(self, *ports: int) -> None:
        """Wait until something listens at all `ports`.

        Raises:
            Ended: one of the two ended instead.

        """
        for port in ports:
            while not self.stopping.is_set() and not await _listens(port):
                self.check()
                await asyncio.sleep(POLL)

    def check(self) -> None:
        """Raise Ended if one of the two has."""
        for name, process in self.processes.items():
            if process.returncode is not None:
                raise Ended(name, process.returncode)

    async def watch(self) -> None:
        """Wait until it is time to stop; start the service again that an edit broke.

        Raises:
            Ended: one of the two did, of its own accord.

        """
        while not self.stopping.is_set():
            status = self.processes["service"].returncode or 0  # below 0: by a signal
            if status > 0 and time.time() - edited() < EDITED_LATELY:
                say("the service does not start with this edit: it waits for the next one")
                await self._next_edit()
            if not self.stopping.is_set():
                self.check()
                await asyncio.sleep(POLL)

    async def _next_edit(self) -> None:
        seen = edited()
        while edited() == seen:
            if self.stopping.is_set() or self.processes["simulator"].returncode is not None:
                return
            await asyncio.sleep(POLL)
        await self.start("service")

    async def stop(self) -> None:
        """Tell both to stop, and see to it that they do."""
        alive = [p for p in self.processes.values() if p.returncode is None]
        for number in (signal.SIGTERM, signal.SIGKILL):
            for process in alive:
                with contextlib.suppress(ProcessLookupError):
                    process.send_signal(number)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    for process in alive:
                        await process.wait()
            alive = [p for p in alive if p.returncode is None]


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def edited() -> float:
    """Return when a source of the person's or of ours was last written, in Unix seconds."""
    latest = 0.0
    for top in {Path.cwd(), SERVER.parent}:
        for folder, folders, files in os.walk(top):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in files:
                if name.endswith(".py"):
                    with contextlib.suppress(OSError):
                        latest = max(latest, (Path(folder) / name).stat().st_mtime)
    return latest


def say(text: str) -> None:
    """Write a line for the person at the terminal."""
    print(f"make run: {text}", file=sys.stderr, flush=True)  # noqa: T201


def port_in(options: Sequence[str], name: str, default: int) -> int:
    """Return the port that an option names last, as in ``--port=8001``.

    Raises:
        ValueError: it is none.

    """
    beginning = f"--{name}="
    given = [option.removeprefix(beginning) for option in options if option.startswith(beginning)]
    if not given:
        return default
    if not re.fullmatch("[0-9]{1,5}", given[-1]) or not 0 < int(given[-1]) <= MOST:
        raise ValueError(f"--{name} is a number from 1 to {MOST}")
    return int(given[-1])


def places(options: Sequence[str]) -> tuple[int, int]:
    """Return the ports of the service and of the page.

    Raises:
        ValueError: they cannot be had so.

    """
    service = port_in(options, "port", SERVICE_PORT)
    page = port_in(options, "simulator-port", PAGE_PORT)
    if service == page:
        raise ValueError("--port and --simulator-port are the same")
    for option in options:
        name, _, value = option.partition("=")
        if name == "--address" and value not in HERE:
            raise ValueError("--address is not 127.0.0.1: start server.py by itself for another")
    return service, page


async def run(options: Sequence[str]) -> int:
    """Run both until one ends, or a signal comes; return the exit status."""
    service, page = places(options)
    path = os.environ.get("WECHAT_PATH") or "/wechat"
    own = [option for option in options if not option.startswith("--simulator-port=")]
    python = sys.executable
    for port, option in ((service, "port"), (page, "simulator-port")):
        if await _listens(port):
            say(f'port {port} is in use: choose another by ARGS="--{option}={port + 1}"')
            return PORT_IN_USE
    pair = Pair(
        (python, str(SERVER), "--autoreload=true", *own),
        (python, "-m", "simulator", f"--port={page}", f"--url=http://127.0.0.1:{service}{path}"),
        for_service(os.environ, f"http://127.0.0.1:{page}"),
    )
    for number in STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, pair.stopping.set)
    try:
        for name in pair.commands:
            await pair.start(name)
        await pair.ready(service, page)
        if not pair.stopping.is_set():
            say(f"chat with your account at http://127.0.0.1:{page} (Ctrl-C ends both)")
        await pair.watch()
    except Ended as ended:
        say(f"{ended}: so does the other")
        return ended.status if ended.status > 0 else 1
    finally:
        await pair.stop()
    return 0


def main() -> int:
    """Run with the command line; return the exit status."""
    options = sys.argv[1:]
    if {"--help", "-h"} & set(options):
        print(__doc__)  # noqa: T201
        return 0
    os.environ.update(complete(os.environ))
    try:
        return asyncio.run(run(options))
    except ValueError as error:
        say(str(error))
        return WRONG


if __name__ == "__main__":
    sys.exit(main())
