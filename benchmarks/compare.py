"""What trust costs: this service against a bare Tornado handler, in one run.

Rounds alternate between the servers, which share one core while the client has another,
so that a machine that slows down slows all of them. What counts is the ratio in a round;
printed is the median over the rounds. Every check is on, and each reply is a text echo.
"""

import argparse
import asyncio
import itertools
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from load import Result, run  # noqa: E402

from wechat.crypto import AESKey, encrypt  # noqa: E402
from wechat.signature import sign  # noqa: E402
from wechat.xml import dump  # noqa: E402

TOKEN = "benchmark"
APP_ID = "wx0123456789abcdef"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
CONFIG = f"""
store = "memory://"
[accounts.plaintext]
token = "{TOKEN}"
[accounts.safe]
token = "{TOKEN}"
app_id = "{APP_ID}"
encoding_aes_key = "{AES_KEY}"
"""
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
POOL = 500  # different requests to a server that knows none of them
FRESH = 10_000  # messages in a second: one that comes again is answered without its hook


@dataclass
class Target:
    """One of the servers compared: where it is, what it must reach, what it did."""

    name: str
    path: str
    goal: float
    process: subprocess.Popen[bytes]
    port: int
    results: list[Result] = field(default_factory=list)


def request(path: str, number: int) -> bytes:
    """Return one signed push, as nginx passes it on; encrypted for a safe account."""
    timestamp, nonce = str(int(time.time())), str(1_000_000_000 + number)
    query = {"signature": sign(TOKEN, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
    user = "oyORnuP8q7ou2gfYjqLzSIWZf0rs"
    fields: dict[str, str | int] = {
        "ToUserName": "gh_10f6c3c3ac5a",
        "FromUserName": user,
        "CreateTime": int(timestamp),
        "MsgType": "text",
        "Content": f"今天天气怎么样? {number}",
        "MsgId": 6_054_768_590_064_713_728 + number,
    }
    body = re.sub(r"(</\w+>)<", r"\1\n<", dump(fields))  # a line for each element, as WeChat's
    query["openid"] = user
    if path.endswith("/safe"):
        encrypted = encrypt(body.encode(), AESKey(AES_KEY), APP_ID, os.urandom(16))
        query["encrypt_type"] = "aes"
        query["msg_signature"] = sign(TOKEN, timestamp, nonce, encrypted)
        body = dump({"ToUserName": fields["ToUserName"], "Encrypt": encrypted})
    content = body.encode()
    head = (
        f"POST {path}?{urlencode(query)} HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: text/xml\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


@contextmanager
def process(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Python program on the servers' core, until the end of the block."""
    started = subprocess.Popen([sys.executable, *command], cwd=ROOT)
    pin(started.pid, 0)
    try:
        yield started
    finally:
        started.terminate()
        started.wait()


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


def memory(pid: int) -> int:
    """Return the resident memory of a process in KiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def measure(targets: Sequence[Target], rounds: int, seconds: float, connections: int) -> None:
    """Load each target in turn, `rounds` times, after a round that does not count."""
    numbers = itertools.count()
    for number in range(rounds + 1):
        for target in targets:
            count = POOL if target is targets[0] else int(FRESH * seconds)
            first = next(numbers)
            pool = [request(target.path, first * count + n) for n in range(count)]
            result = asyncio.run(run(target.port, pool, seconds, connections))
            if number:
                target.results.append(result)


def report(targets: Sequence[Target]) -> None:
    """Print medians, and the ratios to the first target round by round."""
    bare = targets[0]
    print(f"{'':28}{'req/s':>8}{'p99 ms':>8}{'ratio':>7}{'goal':>6}{'p99 ratio':>11}{'RSS':>6}")
    for target in targets:
        pairs = list(zip(target.results, bare.results, strict=True))
        rate = statistics.median(r.rate for r in target.results)
        p99 = statistics.median(r.p99 for r in target.results)
        ratio = statistics.median(r.rate / b.rate for r, b in pairs)
        slower = statistics.median(r.p99 / b.p99 for r, b in pairs)
        rss = memory(target.process.pid) / memory(bare.process.pid)
        print(
            f"{target.name:28}{rate:8.0f}{p99 * 1000:8.1f}{ratio:7.2f}{target.goal:6.2f}"
            f"{slower:11.2f}{rss:6.2f}"
        )


def main() -> None:
    """Start the servers, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each target in a round")
    parser.add_argument("--connections", type=int, default=16)
    given = parser.parse_args()
    with ExitStack() as stack:
        config = stack.enter_context(tempfile.NamedTemporaryFile("w", suffix=".toml"))
        config.write(CONFIG)
        config.flush()
        ports = free_port(), free_port()
        bare = stack.enter_context(process("benchmarks/bare.py", str(ports[0])))
        service = stack.enter_context(
            process("server.py", f"--port={ports[1]}", f"--config={config.name}")
        )
        for port in ports:
            await_port(port)
        pin(0, -1)
        targets = [
            Target("bare Tornado, success", "/bare", 1.0, bare, ports[0]),
            Target("this service, plaintext", "/wechat/plaintext", 0.7, service, ports[1]),
            Target("this service, safe mode", "/wechat/safe", 0.55, service, ports[1]),
        ]
        measure(targets, given.rounds, given.seconds, given.connections)
        report(targets)


if __name__ == "__main__":
    main()
