"""Answers in every mode, encrypted rightly or wrongly, and the verdict on them."""

import os
from collections.abc import Callable

import pytest

from simulator.engine.record import Verdict
from tests.pushes import AES_KEY, APP_ID, TOKEN
from tests.simulator.engine.scripts import Script
from tests.simulator.engine.services import ONCE, push, reply_xml, serving, tap, text
from wechat.crypto import AESKey, EncryptionMode, encrypt
from wechat.signature import sign
from wechat.xml import Output, dump

SAFE, COMPATIBLE, PLAINTEXT = (
    EncryptionMode.SAFE,
    EncryptionMode.COMPATIBLE,
    EncryptionMode.PLAINTEXT,
)
GOOD = reply_xml(Content="好")
Way = Callable[[str | bytes], str | bytes]


def seal(
    plain: str | bytes,
    *,
    token: str = TOKEN,
    key: str = AES_KEY,
    app_id: str = APP_ID,
    **envelope: Output,
) -> str:
    """Return `plain` encrypted and in its envelope; a tag given as "" is left out of that."""
    plain = plain.encode() if isinstance(plain, str) else plain
    encrypted = encrypt(plain, AESKey(key), app_id, os.urandom(16))
    known: dict[str, Output] = {
        "Encrypt": encrypted,
        "MsgSignature": sign(token, "1713424427", "415670741", encrypted),
        "TimeStamp": 1_713_424_427,
        "Nonce": "415670741",
    }
    return dump({tag: value for tag, value in (known | envelope).items() if value != ""})


def plain(document: str | bytes) -> str | bytes:
    """Return a document as plaintext mode answers it."""
    return document


# How a document may be answered: compatible mode takes either.
WAYS: dict[str, tuple[EncryptionMode, Way]] = {
    "plaintext": (PLAINTEXT, plain),
    "compatible, in plaintext": (COMPATIBLE, plain),
    "compatible, encrypted": (COMPATIBLE, seal),
    "safe": (SAFE, seal),
}
every_mode = pytest.mark.parametrize("mode", list(EncryptionMode))
every_way = pytest.mark.parametrize(("mode", "sealed"), WAYS.values(), ids=WAYS)


async def judged(script: Script, mode: EncryptionMode = PLAINTEXT, *, event: str = "") -> Verdict:
    """Return the verdict on what `script` answers to a text, or to an event."""
    async with serving(script) as service:
        delivery = await push(service, tap(event) if event else text(), mode=mode, rules=ONCE)
    assert delivery.verdict
    return delivery.verdict
