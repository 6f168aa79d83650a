"""What comes after an answer: the user sees the reply, and the fault line."""

from collections.abc import Callable

import pytest

from simulator.engine.record import Shown
from tests.simulator.engine.scripts import answers, http, sends
from tests.simulator.engine.sealing import (
    GOOD,
    SAFE,
    Way,
    every_mode,
    every_way,
    judged,
    seal,
)
from wechat.crypto import EncryptionMode
from wechat.replies import TextReply

DOUBLE = {
    "twice": lambda body: body * 2,
    "followed by success": lambda body: body + "success",
    "followed by a comment and a page": lambda body: body + "\n<html></html>",
    "twice, with a declaration": lambda body: f'<?xml version="1.0"?>{body}' * 2,
}


@pytest.mark.parametrize("double", DOUBLE.values(), ids=DOUBLE)
@every_way
@pytest.mark.gen_test
async def test_surplus_in_the_body(
    double: Callable[[str], str], mode: EncryptionMode, sealed: Way
) -> None:
    """A reply with something after it is shown, and the fault line, too."""
    body = sealed(GOOD)
    assert isinstance(body, str)
    verdict = await judged(answers(double(body)), mode)
    assert (verdict.shown, verdict.reply) == (Shown.FAULT, TextReply("好"))
    assert verdict.reason == "more came after </xml>: WeChat shows the reply, and the fault line"


@every_way
@pytest.mark.gen_test
async def test_surplus_after_the_body(mode: EncryptionMode, sealed: Way) -> None:
    """So it is where the Content-Length ends before the rest."""
    body = sealed(GOOD)
    assert isinstance(body, str)
    verdict = await judged(sends(http(body) + body.encode()), mode)
    assert (verdict.shown, verdict.reply) == (Shown.FAULT, TextReply("好"))
    assert verdict.reason.startswith("more came after the answer's Content-Length: ")


@pytest.mark.gen_test
async def test_surplus_within_a_ciphertext() -> None:
    """What is encrypted with the reply is no part of it."""
    verdict = await judged(answers(seal(GOOD * 2)), SAFE)
    assert (verdict.shown, verdict.reply) == (Shown.FAULT, None)
    assert verdict.reason == "more came after </xml>"


@pytest.mark.parametrize("body", ["success", ""])
@every_mode
@pytest.mark.gen_test
async def test_surplus_after_silence(body: str, mode: EncryptionMode) -> None:
    """Silence with something after it is none."""
    verdict = await judged(sends(http(body) + b"x"), mode)
    assert verdict.shown is Shown.FAULT
    assert verdict.reason == "more came after the answer's Content-Length"


@pytest.mark.parametrize("body", [GOOD, "success", ""])
@pytest.mark.gen_test
async def test_chunked(body: str) -> None:
    """A chunked answer is a fault that has its own words."""
    chunks = f"{len(body.encode()):x}\r\n{body}\r\n0\r\n\r\n"
    verdict = await judged(answers(chunks, "200 OK", "Transfer-Encoding: chunked"))
    assert verdict.shown is Shown.FAULT
    assert verdict.reason == "the answer is chunked, which HTTP/1.0 does not know"
