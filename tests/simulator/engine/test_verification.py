"""提交 in the console: what it says, and why."""

import asyncio

import pytest

from simulator.engine.conditions import Faults, Rules
from simulator.engine.record import Outcome
from simulator.engine.verification import Verification, verify
from tests.simulator.engine.scripts import HANGS, Received, Script, http, pours, resets, sends
from tests.simulator.engine.services import account, nobody, serving
from wechat.crypto import EncryptionMode

ACCEPTED, FAILED, TOO_SLOW = "提交成功", "Token验证失败", "请求URL超时"
NOW = 1_750_000_000.0


def echoes(
    before: bytes = b"", after: bytes = b"", status: str = "200 OK", *headers: str
) -> Script:
    """Answer with echostr, between other bytes."""

    async def script(
        received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        body = before + received.query["echostr"].encode() + after
        await sends(http(body, status, *headers))(received, reader, writer)

    return script


async def surplus(
    received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer with echostr, and send more than the Content-Length says."""
    echostr = received.query["echostr"].encode()
    await sends(http(echostr) + b"\n")(received, reader, writer)


async def console(script: Script, rules: Rules | None = None) -> Verification:
    """Return what the console says of a service that does `script`."""
    async with serving(script) as service:
        return await verify(account(service.url), rules=rules)


@pytest.mark.parametrize("mode", list(EncryptionMode))
@pytest.mark.gen_test
async def test_accepted(mode: EncryptionMode) -> None:
    """Echostr, exactly, is what the console wants in every mode."""
    async with serving(echoes()) as service:
        verdict = await verify(account(service.url, mode))
    assert (verdict.ok, verdict.console, verdict.reason) == (True, ACCEPTED, "")
    assert verdict.attempt.outcome is Outcome.ANSWERED
    assert verdict.attempt.answer.decode() == service.received[0].query["echostr"]


@pytest.mark.gen_test
async def test_asked_once() -> None:
    """The console asks once, whatever comes back, and each time for another echostr."""
    async with serving(sends(http("", "500 x"))) as service:
        made = account(service.url)
        assert not (await verify(made)).ok
        assert len(service.received) == 1
        await verify(made)
    first, second = (got.query for got in service.received)
    assert first["echostr"] != second["echostr"]
    assert first["nonce"] != second["nonce"]


BOM = b"\xef\xbb\xbf"
NO_ECHO = {
    "empty": (sends(http()), "the answer is empty: it must be echostr"),
    "success": (sends(http("success")), "the answer is not echostr: 'success'"),
    "an error's page": (sends(http("<h1>It works!" + "!" * 90)), f"'<h1>It works!{'!' * 47}'"),
    "not UTF-8": (sends(http(b"\xff")), "the answer is not echostr: '\ufffd'"),
    "a BOM": (echoes(BOM), "a byte order mark stands before echostr"),
    "quotes": (echoes(b'"', b'"'), "echostr is in quotes: a framework made JSON of it"),
    "single quotes": (echoes(b"'", b"'"), "echostr is in quotes"),
    "a line break": (echoes(b"", b"\n"), "white space or a line break stands beside echostr"),
    "white space before": (echoes(b" "), "white space or a line break stands beside echostr"),
    "JSON": (echoes(b'{"echostr":"', b'"}'), "there is more in the answer than echostr"),
    "a page": (echoes(b"<html>", b"</html>"), "there is more in the answer than echostr"),
    "surplus": (surplus, "more came after the answer's Content-Length"),
    "chunks": (
        echoes(b"13\r\n", b"\r\n0\r\n\r\n", "200 OK", "Transfer-Encoding: chunked"),
        "the answer is chunked, which HTTP/1.0 does not know",
    ),
    "a redirect": (
        echoes(b"", b"", "301 Moved", "Location: http://example.com/wechat/"),
        "redirected to http://example.com/wechat/ (status 301): WeChat does not follow",
    ),
    "a redirect to nowhere": (echoes(b"", b"", "302 Found"), "redirected (status 302)"),
    "refused": (echoes(b"", b"", "403 Forbidden"), "status 403: the service refused it: is its"),
    "not found": (echoes(b"", b"", "404 Not Found"), "status 404: nothing is served at this path"),
    "no GET": (echoes(b"", b"", "405 No"), "status 405: the service takes no GET at this path"),
    "another status": (echoes(b"", b"", "201 Created"), "status 201: it must be 200"),
    "a reset": (resets, "the connection broke"),
    "garbage": (sends(b"hello"), "what came is not HTTP"),
    "half an answer": (sends(http("1", length=19)), "the connection ended after 1 of 19 bytes"),
    "a flood": (pours(http(length=None), b"x" * 65_536), "the answer is not echostr: 'xxx"),
}


@pytest.mark.parametrize(("script", "reason"), NO_ECHO.values(), ids=NO_ECHO)
@pytest.mark.gen_test
async def test_failed(script: Script, reason: str) -> None:
    """Anything but echostr fails; the console says no more, but the developer is told why."""
    verdict = await console(script)
    assert (verdict.ok, verdict.console) == (False, FAILED)
    assert reason in verdict.reason


@pytest.mark.gen_test
async def test_unreachable() -> None:
    """Where nobody listens, the reason says so."""
    with nobody() as address:
        verdict = await verify(account(f"http://{address}/"))
    assert (verdict.ok, verdict.console) == (False, FAILED)
    assert verdict.reason.startswith(f"no connection to {address}: ")
    assert verdict.attempt.outcome is Outcome.REFUSED


@pytest.mark.gen_test
async def test_too_slow() -> None:
    """What does not answer in time fails in other words; the connection is closed."""
    async with serving(HANGS) as service:
        verdict = await verify(account(service.url), rules=Rules(cutoff=0.1))
        await service.hung_up()
    assert (verdict.ok, verdict.console) == (False, TOO_SLOW)
    assert verdict.reason == "no whole answer within 0.1 s"
    assert len(service.received) == 1


@pytest.mark.gen_test
async def test_faults() -> None:
    """It is signed by WeChat's clock, and goes to the first of several processes."""
    async with serving(echoes()) as one, serving(echoes()) as two:
        faults = Faults(skew=60.0, addresses=(one.address, two.address))
        made = account("http://service.example/")
        for _ in range(2):
            assert (await verify(made, faults=faults, clock=lambda: NOW)).ok
    assert [got.query["timestamp"] for got in one.received] == [str(int(NOW) + 60)] * 2
    assert two.received == []


@pytest.mark.gen_test
async def test_latency() -> None:
    """A slow network is part of what the console waits."""
    async with serving(echoes()) as service:
        rules, faults = Rules(cutoff=0.1), Faults(latency=30)
        verdict = await verify(account(service.url), rules=rules, faults=faults)
    assert verdict.console == TOO_SLOW
