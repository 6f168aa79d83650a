"""What the client of the platform's API costs: against a bare AsyncHTTPClient, in one run.

Both call the simulator's platform, which has a core of its own: so many coroutines ask for
the same user as fast as they can, by turns with the client and with tornado's libcurl client
alone. What counts is the ratio in a round; printed is the median over the rounds.
"""

import argparse
import asyncio
import itertools
import json
import statistics
import time
from collections.abc import Awaitable, Callable

from tornado.curl_httpclient import CurlAsyncHTTPClient

from api.client import Api
from api.credentials import Credentials
from api.transport import MOST_AT_ONCE, Transport
from benchmarks.servers import free_port, pin, serving
from simulator.account import DEVELOPMENT_APP_ID, DEVELOPMENT_SECRET
from stores.memory import MemoryStore

USER = "oBenchmark"
GOAL = 0.8
Call = Callable[[], Awaitable[object]]


async def rate(call: Call, seconds: float, coroutines: int) -> float:
    """Return how many calls a second so many coroutines make."""
    began = time.perf_counter()
    counter = itertools.count()

    async def ask() -> None:
        while time.perf_counter() < began + seconds:
            await call()
            next(counter)

    await asyncio.gather(*(ask() for _ in range(coroutines)))
    return next(counter) / (time.perf_counter() - began)


async def measure(base: str, given: argparse.Namespace) -> None:
    """Measure both by turns, after a round that does not count, and print the medians."""
    credentials = Credentials(
        name="benchmark", app_id=DEVELOPMENT_APP_ID, app_secret=DEVELOPMENT_SECRET, base=base
    )
    transport = Transport()
    api = Api(credentials, transport, MemoryStore())
    bare = CurlAsyncHTTPClient(force_instance=True, max_clients=MOST_AT_ONCE)
    url = f"{base}/cgi-bin/user/info?access_token={await api.tokens.get()}&openid={USER}"

    async def fetch() -> None:
        answer = await bare.fetch(url)
        assert json.loads(answer.body)["openid"] == USER

    pairs = []
    for number in range(given.rounds + 1):
        pair = (
            await rate(fetch, given.seconds, given.coroutines),
            await rate(lambda: api.users.info(USER), given.seconds, given.coroutines),
        )
        if number:
            pairs.append(pair)
    report(pairs)
    transport.close()
    bare.close()


def report(pairs: list[tuple[float, float]]) -> None:
    """Print the medians, and the ratio round by round."""
    ratio = statistics.median(ours / bare for bare, ours in pairs)
    print(f"{'':28}{'calls/s':>8}{'ratio':>15}{'goal':>6}")
    print(f"{'bare AsyncHTTPClient':28}{statistics.median(b for b, _ in pairs):8.0f}")
    ours = statistics.median(o for _, o in pairs)
    print(f"{'client of the API':28}{ours:8.0f}{ratio:15.2f}{GOAL:6.2f}")


def main() -> None:
    """Start the platform, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each client in a round")
    parser.add_argument("--coroutines", type=int, default=16)
    given = parser.parse_args()
    port = free_port()
    pin(0, -1)
    with serving(port, "-m", "benchmarks.simulated", str(port), USER):
        asyncio.run(measure(f"http://127.0.0.1:{port}", given))


if __name__ == "__main__":
    main()
