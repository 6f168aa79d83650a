"""One request over one connection, whatever comes back."""

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest

from simulator.engine.conditions import Faults, Rules
from simulator.engine.connection import MOST, MOST_HEAD, place_of
from simulator.engine.record import Attempt, Outcome
from tests.handlers.sending import until
from tests.simulator.engine.services import (
    HANGS,
    ONCE,
    Script,
    answers,
    http,
    nobody,
    pours,
    push,
    resets,
    sends,
    serving,
    stays,
)

SHORT = Rules(cutoff=0.2, attempts=1, repeats=1)


def open_files() -> int:
    """Return how many files and sockets this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


async def attempt(script: Script, rules: Rules = ONCE) -> Attempt:
    """Return the one attempt of a push to a service that does `script`."""
    async with serving(script) as service:
        [made] = (await push(service, rules=rules)).attempts
    return made


WHOLE = {
    "by its length": http("success"),
    "by the end of the connection": http("success", length=None),
    "HTTP/1.0": b"HTTP/1.0 200 OK\r\n\r\nsuccess",
    "no reason": b"HTTP/1.1 200\r\n\r\nsuccess",
    "an empty reason": b"HTTP/1.1 200 \r\n\r\nsuccess",
    "bare line feeds": b"HTTP/1.1 200 OK\nContent-Length: 7\n\nsuccess",
    "the same length twice": http("success", "200 OK", "content-length:7"),
    "spaces around the length": http("success", "200 OK", "Content-Length: \t7 ", length=None),
    "a header of another's name": http("success", "200 OK", "X-Content-Length: 3"),
}


@pytest.mark.parametrize("data", WHOLE.values(), ids=WHOLE)
@pytest.mark.gen_test
async def test_whole(data: bytes) -> None:
    """A good answer is read to its end, in one packet or byte by byte."""
    for script in (sends(data), sends(*(data[i : i + 1] for i in range(len(data))))):
        made = await attempt(script)
        assert (made.outcome, made.status, made.problem) == (Outcome.ANSWERED, 200, "")
        assert made.answer == b"success"
        assert made.head.startswith("HTTP/1.")
        assert made.seconds is not None


@pytest.mark.gen_test
async def test_connection_that_stays_open() -> None:
    """An answer is whole by its length; that the connection stays open is no matter."""
    async with serving(stays(http("success"))) as service:
        [made] = (await push(service, rules=Rules(cutoff=10))).attempts
        await service.hung_up()
    assert (made.outcome, made.answer) == (Outcome.ANSWERED, b"success")


BROKEN = {
    "nothing": (sends(), "closed without an answer"),
    "a reset": (resets, "the connection broke: "),
    "garbage": (sends(b"\x15\x03\x01\x00\x02\x02\x16"), "not HTTP"),
    "garbage without end": (stays(b"SSH-2.0-OpenSSH_9.6\r\n"), "not HTTP"),
    "a body alone": (sends(b"success"), "not HTTP"),
    "HTTP/2": (sends(b"HTTP/2 200\r\n\r\n"), "not HTTP"),
    "HTTP/0.9": (sends(b"<html></html>\r\n\r\n"), "not HTTP"),
    "no status": (sends(b"HTTP/1.1 OK\r\n\r\n"), "not HTTP"),
    "a status of four digits": (sends(b"HTTP/1.1 2000 OK\r\n\r\n"), "not HTTP"),
    "a torn status line": (sends(b"HTTP/1.1 20"), "not HTTP"),
    "half a head": (sends(b"HTTP/1.1 200 OK\r\nServer: x"), "ended within its head"),
    "half an answer": (sends(http("succ", length=7)), "ended after 4 of 7 bytes"),
    "no body": (sends(http("", length=7)), "ended after 0 of 7 bytes"),
    "conflicting lengths": (
        sends(http("success", "200 OK", "Content-Length: 8")),
        "its Content-Length is wrong",
    ),
    "a length in words": (sends(http("", "200 OK", "Content-Length: x", length=None)), "wrong"),
    "a negative length": (sends(http("", length=-7)), "wrong"),
    "an empty length": (sends(http("", "200 OK", "Content-Length:", length=None)), "wrong"),
    "a list of lengths": (sends(http("", "200 OK", "Content-Length: 7, 7", length=None)), "wrong"),
    "a length of 5000 digits": (
        sends(http("", "200 OK", f"Content-Length: {'9' * 5000}", length=None)),
        "wrong",
    ),
    "an endless head": (
        pours(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 100),
        f"over {MOST_HEAD} bytes",
    ),
    "an endless line": (pours(b"HTTP/1.1 200 ", b"x" * 1000), f"over {MOST_HEAD} bytes"),
}


@pytest.mark.parametrize(("script", "words"), BROKEN.values(), ids=BROKEN)
@pytest.mark.gen_test
async def test_broken(script: Script, words: str) -> None:
    """What is no whole answer of HTTP is a broken connection, in words, at once."""
    made = await attempt(script)
    assert made.outcome is Outcome.BROKEN
    assert words in made.problem
    assert made.ended is not None


@pytest.mark.gen_test
async def test_half_an_answer_is_kept() -> None:
    """What came of an answer is there to be looked at."""
    made = await attempt(sends(http("succ", length=7)))
    assert (made.status, made.answer) == (200, b"succ")


HANGING = {
    "nothing": (HANGS, "no whole answer within 0.2 s", b""),
    "half a head": (stays(b"HTTP/1.1 200 OK\r\n"), "no whole answer within 0.2 s", b""),
    "half a body": (stays(http("succ", length=7)), "0.2 s: 4 of 7 bytes came", b"succ"),
    "two packets": (stays(http("su", length=7), b"cc"), "0.2 s: 4 of 7 bytes came", b"succ"),
    "no length": (stays(http("success", length=None)), "no Content-Length", b"success"),
    "chunks": (
        stays(http(b"7\r\nsuccess\r\n0\r\n\r\n", "200 OK", "Transfer-Encoding: chunked")),
        "the answer is chunked, which HTTP/1.0 does not know, and the connection stayed open",
        b"7\r\nsuccess\r\n0\r\n\r\n",
    ),
}


@pytest.mark.parametrize(("script", "words", "answer"), HANGING.values(), ids=HANGING)
@pytest.mark.gen_test
async def test_cutoff(script: Script, words: str, answer: bytes) -> None:
    """At the cut-off the connection is closed, and the words say what had come by then."""
    async with serving(script) as service:
        [made] = (await push(service, rules=SHORT)).attempts
        await service.hung_up()
    assert made.outcome is Outcome.HUNG_UP
    assert words in made.problem
    assert made.answer == answer
    assert made.seconds is not None
    assert made.seconds >= 0.2


@pytest.mark.gen_test
async def test_drip() -> None:
    """The cut-off is for the whole answer: one that drips is not waited for."""
    made = await attempt(sends(http(length=10_000), *[b"x"] * 10_000), SHORT)
    assert made.outcome is Outcome.HUNG_UP
    assert b"x" in made.answer


@pytest.mark.parametrize("status", ["100 Continue", "102 Processing", "204 No Content", "304 No"])
@pytest.mark.gen_test
async def test_without_body(status: str) -> None:
    """These have no body, so nothing is waited for where the connection stays open."""
    made = await attempt(stays(http("", status, length=None)), Rules(repeats=1))
    assert made.outcome is Outcome.STATUS
    assert made.problem == f"status {status[:3]} instead of 200"


@pytest.mark.parametrize("status", ["201 Created", "302 Found", "403 Forbidden", "500 No", "502 x"])
@pytest.mark.gen_test
async def test_status(status: str) -> None:
    """Any status but 200 is a failure, though its body says success."""
    made = await attempt(answers("success", status))
    assert (made.outcome, made.status) == (Outcome.STATUS, int(status[:3]))
    assert made.problem == f"status {status[:3]} instead of 200"
    assert made.answer == b"success"


SURPLUS = {
    "in the same packet": sends(http("success", length=4)),
    "in a later packet": sends(http("succ"), b"ess"),
    "and the connection stays open": stays(http("succ"), b"ess"),
}


@pytest.mark.parametrize("script", SURPLUS.values(), ids=SURPLUS)
@pytest.mark.gen_test
async def test_surplus(script: Script) -> None:
    """Bytes after the Content-Length are noticed, and are no part of the answer."""
    made = await attempt(script)
    assert made.outcome is Outcome.ANSWERED
    assert made.problem == "more came after the answer's Content-Length"
    assert made.answer == b"succ"


@pytest.mark.gen_test
async def test_reset_after_a_whole_answer() -> None:
    """How a service ends the connection after its answer is no matter."""
    whole = sends(http("success"))

    async def script(*connection: Any) -> None:
        await whole(*connection)
        await resets(*connection)

    made = await attempt(script)
    assert (made.outcome, made.answer) == (Outcome.ANSWERED, b"success")


@pytest.mark.gen_test
async def test_chunked() -> None:
    """A chunked answer is read as HTTP/1.0 reads it: chunks and all."""
    made = await attempt(
        answers(b"7\r\nsuccess\r\n0\r\n\r\n", "200 OK", "Transfer-Encoding: chunked")
    )
    assert made.outcome is Outcome.ANSWERED
    assert made.problem == "the answer is chunked, which HTTP/1.0 does not know"


POURING = {
    "with its length": http(b"", length=100_000_000),
    "without": http(b"", length=None),
    "of an impossible length": http(b"", length=10**18 - 1),
}


@pytest.mark.parametrize("head", POURING.values(), ids=POURING)
@pytest.mark.gen_test
async def test_flood(head: bytes) -> None:
    """Of 100 MB not much more than one is taken, then the connection is closed."""
    async with serving(pours(head, b"x" * 65_536)) as service:
        delivery = await push(service, rules=Rules(cutoff=30, repeats=1))
        await service.hung_up()
    [made], [got] = delivery.attempts, service.received
    assert made.outcome is Outcome.ANSWERED
    assert len(made.answer) == MOST + 1
    assert got.poured < 50_000_000  # buffers of the system, on both sides
    assert delivery.verdict
    assert delivery.verdict.reason == f"the answer is over {MOST} bytes"


@pytest.mark.gen_test
async def test_largest() -> None:
    """A body of exactly the most is read whole."""
    made = await attempt(answers(b"x" * MOST))
    assert (made.problem, len(made.answer)) == ("", MOST)


@pytest.mark.gen_test
async def test_refused() -> None:
    """Where nobody listens, the words say where."""
    async with serving(answers()) as service:
        with nobody() as address:
            delivery = await push(service, rules=ONCE, faults=Faults(addresses=(address,)))
    [made] = delivery.attempts
    assert made.outcome is Outcome.REFUSED
    assert made.problem.startswith(f"no connection to {address}: ")
    assert (made.address, made.status, made.head, made.answer) == (address, None, "", b"")


@pytest.mark.parametrize("host", ["no.such.host.invalid", "a..b", "x" * 64 + ".com", "a\x00b"])
@pytest.mark.gen_test
async def test_no_such_host(host: str) -> None:
    """A name that means nothing is as good as a refusal."""
    async with serving(answers()) as service:
        faults = Faults(addresses=(f"{host}:80",))
        [made] = (await push(service, rules=Rules(repeats=1, cutoff=60), faults=faults)).attempts
    assert made.outcome is Outcome.REFUSED
    assert host in made.problem


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
@pytest.mark.gen_test
async def test_ipv6() -> None:
    """A service at an IPv6 address is reached, by its URL or by its address alone."""
    async with serving(answers(), host="::1") as service:
        for faults in (Faults(), Faults(addresses=(f"[::1]:{service.port}",))):
            delivery = await push(f"http://[::1]:{service.port}/w", faults=faults)
            [made] = delivery.attempts
            assert (made.outcome, made.address) == (Outcome.ANSWERED, f"[::1]:{service.port}")
    assert service.received[0].headers["host"] == f"[::1]:{service.port}"


@pytest.mark.parametrize(
    ("url", "address", "place"),
    [
        ("http://example.com/", "", ("example.com", 80, "")),
        ("http://example.com:8000/", "", ("example.com", 8000, "")),
        ("HTTPS://Example.com/", "", ("example.com", 443, "example.com")),
        ("https://u:p@example.com:8443/", "", ("example.com", 8443, "example.com")),
        ("http://[::1]/", "", ("::1", 80, "")),
        ("https://example.com/", "127.0.0.1:8443", ("127.0.0.1", 8443, "example.com")),
        ("http://example.com/", "[::1]:8000", ("::1", 8000, "")),
    ],
)
def test_place(url: str, address: str, place: tuple[str, int, str]) -> None:
    """A URL says where it is served, and for which name a certificate is wanted."""
    assert place_of(url, address) == place
    assert place_of(url, str(place_of(url, address))) == place


@pytest.mark.gen_test
async def test_service_that_does_not_read() -> None:
    """The cut-off closes the connection even while the request is still being written."""
    accepted: asyncio.Future[socket.socket] = asyncio.get_running_loop().create_future()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)  # noqa: FBT003
        loop = asyncio.get_running_loop()
        loop.add_reader(listening, lambda: accepted.set_result(listening.accept()[0]))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        [made] = (await push(url, BIG, rules=SHORT)).attempts
        loop.remove_reader(listening)
    assert made.outcome is Outcome.HUNG_UP
    with await accepted as connection:
        connection.settimeout(10)
        while connection.recv(1 << 20):
            pass  # nothing keeps it open: its end, or a reset, comes


BIG = {"FromUserName": "o", "ToUserName": "gh", "MsgType": "text", "Content": "x" * 20_000_000}


@pytest.mark.gen_test
async def test_nothing_is_left_open() -> None:
    """However a push ends, no connection of it stays."""
    scripts = (
        answers(),
        HANGS,
        resets,
        sends(b"x"),
        stays(http("success")),
        stays(http("s", "500 x")),
    )
    async with serving(answers()) as service:
        await push(service)
        before = open_files()
    for script in scripts:
        async with serving(script) as service:
            await push(service, rules=Rules(cutoff=0.2))
            await asyncio.sleep(0)
    assert open_files() <= before


@pytest.mark.gen_test
async def test_cancelled() -> None:
    """Who ends the task of a push ends its connections, of a twin both."""
    async with serving(HANGS) as service:
        task = asyncio.create_task(push(service, faults=Faults(twin=True)))
        await until(lambda: len([got for got in service.received if got.body]) == 2)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        await service.hung_up()
