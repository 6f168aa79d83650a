"""One request over one connection, whatever comes back."""

from typing import Any

import pytest

from simulator.engine import connection
from simulator.engine.conditions import Rules
from simulator.engine.connection import MOST, MOST_HEAD
from simulator.engine.record import Outcome
from tests.simulator.engine.scripts import Script, answers, http, pours, resets, sends, stays
from tests.simulator.engine.services import attempt, push, serving

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


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for surplus as long as a busy machine may need."""
    monkeypatch.setattr(connection, "SETTLE", 30.0)


@pytest.mark.parametrize("script", SURPLUS.values(), ids=SURPLUS)
@pytest.mark.gen_test
async def test_surplus(patience: None, script: Script) -> None:
    """Bytes after the Content-Length are noticed, and are no part of the answer."""
    made = await attempt(script)
    assert made.outcome is Outcome.ANSWERED
    assert made.problem == "more came after the answer's Content-Length"
    assert made.answer == b"succ"


@pytest.mark.gen_test
async def test_cutoff_after_a_whole_answer(patience: None) -> None:
    """What came whole is answered, though the time is up while surplus is looked for."""
    made = await attempt(stays(http("success")), Rules(cutoff=1.0))
    assert (made.outcome, made.problem, made.answer) == (Outcome.ANSWERED, "", b"success")


@pytest.mark.gen_test
async def test_reset_after_a_whole_answer(patience: None) -> None:
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


@pytest.mark.gen_test
async def test_largest() -> None:
    """A body of exactly the most is read whole."""
    made = await attempt(answers(b"x" * MOST))
    assert (made.problem, len(made.answer)) == ("", MOST)
