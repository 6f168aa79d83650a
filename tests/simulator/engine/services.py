"""Services on real sockets, each request to which is answered by a script; and pushes to them."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from ssl import SSLContext
from typing import Any

from simulator.account import Account
from simulator.engine.conditions import Faults, Rules
from simulator.engine.delivery import Pusher
from simulator.engine.pushes import Fields, event, message
from simulator.engine.record import Attempt, Delivery, Outcome, Shown
from tests.pushes import AES_KEY, APP_ID, ORIGINAL_ID, TOKEN, USER
from tests.simulator.engine.scripts import Received, Script
from wechat import xml
from wechat.crypto import EncryptionMode
from wechat.signature import verify

ONCE = Rules(repeats=1)


class Service:
    """Answers each connection by the next of its scripts, after the last by that again."""

    def __init__(self, scripts: Iterable[Script]) -> None:
        self.received: list[Received] = []
        self.port = 0
        self._scripts = list(scripts)
        self.tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}/wechat"

    @property
    def address(self) -> str:
        """Where it is served, as host:port."""
        return f"127.0.0.1:{self.port}"

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a new connection."""
        script = self._scripts[min(len(self.received), len(self._scripts) - 1)]
        self.received.append(received := Received())
        task = asyncio.create_task(self._serve(script, received, reader, writer))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _serve(
        self,
        script: Script,
        received: Received,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        try:
            await received.read(reader)
            await script(received, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            received.ended.set()
        finally:
            writer.close()

    async def hung_up(self) -> None:
        """Wait until WeChat has ended every connection that the scripts left to it."""
        for received in self.received:
            await asyncio.wait_for(received.ended.wait(), 10)


@contextlib.asynccontextmanager
async def serving(
    *scripts: Script, host: str = "127.0.0.1", ssl: SSLContext | None = None
) -> AsyncIterator[Service]:
    """Serve `scripts` on a free port."""
    service, before = Service(scripts), asyncio.all_tasks()
    server = await asyncio.start_server(service.accept, host, 0, ssl=ssl)
    service.port = server.sockets[0].getsockname()[1]
    try:
        yield service
    finally:
        server.close()
        for task in list(service.tasks):
            task.cancel()
        # Those of asyncio, too, which still shakes hands with who has hung up.
        if left := asyncio.all_tasks() - before:
            await asyncio.wait(left, timeout=10)


@contextlib.contextmanager
def nobody() -> Any:
    """Hold a port where nobody listens; give its address."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{sock.getsockname()[1]}"


def account(url: str, mode: EncryptionMode = EncryptionMode.PLAINTEXT, **values: Any) -> Account:
    """Return the account of `url`, with the tests' token and key."""
    known = {
        "token": TOKEN,
        "app_id": APP_ID,
        "encoding_aes_key": AES_KEY,
        "original_id": ORIGINAL_ID,
    }
    return Account(url=url, mode=mode, **{**known, **values})


def text(content: str = "你好") -> Fields:
    """Return a text message of the tests' user."""
    return message("text", USER, ORIGINAL_ID, time.time(), Content=content)


def tap(name: str = "CLICK") -> Fields:
    """Return an event of the tests' user."""
    return event(name, USER, ORIGINAL_ID, time.time())


def reply_xml(**fields: xml.Output) -> str:
    """Return a text reply; a field given as "" is left out, others are added or replaced."""
    known: dict[str, xml.Output] = {
        "ToUserName": USER,
        "FromUserName": ORIGINAL_ID,
        "CreateTime": 1_714_037_059,
        "MsgType": "text",
        "Content": "好",
    }
    return xml.dump({tag: value for tag, value in (known | fields).items() if value != ""})


async def push(
    service: Service | str,
    fields: Fields | None = None,
    *,
    mode: EncryptionMode = EncryptionMode.PLAINTEXT,
    rules: Rules | None = None,
    faults: Faults | None = None,
) -> Delivery:
    """Push a text, or `fields`, to the service, or to a URL."""
    url = service if isinstance(service, str) else service.url
    pusher = Pusher(account(url, mode), rules=rules, faults=faults)
    return await pusher.push(fields or text())


async def attempt(script: Script, rules: Rules = ONCE) -> Attempt:
    """Return the one attempt of a push to a service that does `script`."""
    async with serving(script) as service:
        [made] = (await push(service, rules=rules)).attempts
    return made


def outcomes(delivery: Delivery) -> list[Outcome | None]:
    """Return how the attempts ended."""
    return [attempt.outcome for attempt in delivery.attempts]


def signatures(received: Sequence[Received]) -> list[tuple[str, ...]]:
    """Return what each request was signed with, each of them rightly."""
    for got in received:
        query = got.query
        verify(query["signature"], [TOKEN], query["timestamp"], query["nonce"])
    return [tuple(got.query[k] for k in ("signature", "timestamp", "nonce")) for got in received]


def shown(delivery: Delivery) -> tuple[Shown, str]:
    """Return what the user sees, and why."""
    assert delivery.verdict
    return delivery.verdict.shown, delivery.verdict.reason
