"""The servers that are compared: processes of their own, on a core of their own.

The client has another core, so that a machine that slows down slows all servers alike.
Their memory is read from /proc, which Linux alone has.
"""

import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


@dataclass(frozen=True, slots=True)
class Server:
    """A process that listens at `port` of 127.0.0.1."""

    port: int
    pid: int

    def resident(self) -> int:
        """Return its memory in KiB."""
        return self._status("VmRSS")

    def peak(self) -> int:
        """Return the most memory that it ever had, in KiB."""
        return self._status("VmHWM")

    def _status(self, name: str) -> int:
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split(f"{name}:")[1].split()[0])


@contextmanager
def serving(port: int, *command: str) -> Iterator[Server]:
    """Run a Python program that listens at `port`, until the end of the block."""
    started = subprocess.Popen([sys.executable, *command], cwd=ROOT)
    pin(started.pid, 0)
    try:
        await_port(port)
        yield Server(port, started.pid)
    finally:
        started.terminate()
        started.wait()


@contextmanager
def bare() -> Iterator[Server]:
    """Run the yardstick."""
    port = free_port()
    with serving(port, "-m", "benchmarks.bare", str(port)) as server:
        yield server


@contextmanager
def service(config: str) -> Iterator[Server]:
    """Run this service with a configuration, in TOML."""
    port = free_port()
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(config)
        file.flush()
        options = f"--port={port}", f"--config={file.name}", "--logging=warning"
        with serving(port, "server.py", *options) as server:
            yield server


def pin(pid: int, place: int) -> None:
    """Keep a process on the first core (0) or the last (-1), where the system can."""
    if CORES:
        os.sched_setaffinity(pid, {CORES[place]})


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


def await_port(port: int) -> None:
    """Wait until somebody listens at `port`."""
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    sys.exit(f"nothing came up at port {port}")


def allow_open_files(count: int) -> None:
    """Let this process, and each that it starts, open so many; end it where it may not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    if hard != unlimited and hard < count:
        sys.exit(f"{count} open files are needed, and {hard} allowed: raise the limit, ulimit -Hn")
    if soft != unlimited and soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))
