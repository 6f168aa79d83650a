"""Encrypted answers: whose they are, and whether the mode wants them."""

import pytest

from simulator.engine.record import Shown
from tests.pushes import OTHER_AES_KEY
from tests.simulator.engine.scripts import answers
from tests.simulator.engine.sealing import seal
from tests.simulator.engine.services import ONCE, push, reply_xml, serving
from tests.wechat.samples import VECTORS
from wechat.crypto import EncryptionMode

GOOD = reply_xml()
encrypted = pytest.mark.parametrize("mode", [EncryptionMode.SAFE, EncryptionMode.COMPATIBLE])

MISSING = "is missing in the envelope of the encrypted answer"
UNSIGNED = "MsgSignature does not match the answer's Encrypt"
UNREADABLE = "the answer cannot be decrypted: "
WRONG = {
    "no signature": (seal(GOOD, MsgSignature=""), f"MsgSignature {MISSING}"),
    "no time": (seal(GOOD, TimeStamp=""), f"TimeStamp {MISSING}"),
    "no nonce": (seal(GOOD, Nonce=""), f"Nonce {MISSING}"),
    "an empty Encrypt": ("<xml><Encrypt/><Nonce>1</Nonce></xml>", f"Encrypt {MISSING}"),
    "a tag in another case": (
        seal(GOOD).replace("TimeStamp>", "Timestamp>"),
        f"TimeStamp {MISSING}",
    ),
    "a wrong signature": (seal(GOOD, MsgSignature="0" * 40), UNSIGNED),
    "a signature in capitals": (
        seal(GOOD).replace("MsgSignature><![CDATA[", "MsgSignature><![CDATA[A"),
        UNSIGNED,
    ),
    "another token": (seal(GOOD, token="othertoken"), UNSIGNED),
    "another time": (seal(GOOD, TimeStamp=1), UNSIGNED),
    "another nonce": (seal(GOOD, Nonce="1"), UNSIGNED),
    "another ciphertext": (seal(GOOD, Encrypt="QUJD"), UNSIGNED),
    "another key": (seal(GOOD, key=OTHER_AES_KEY), UNREADABLE),
    "another app id": (
        seal(GOOD, app_id="wx9999999999999999"),
        f"{UNREADABLE}the message is for the app id 'wx9999999999999999'",
    ),
    "success": (seal("success"), "success, or nothing, is encrypted: it must stand alone"),
    "nothing": (seal(""), "success, or nothing, is encrypted: it must stand alone"),
    "success and a line break": (seal("success\n"), "decrypted, white space stands beside"),
    "JSON": (seal("{}"), "decrypted, the answer is JSON"),
    "not UTF-8": (seal(b"\xff"), "the decrypted answer is not UTF-8"),
    "an envelope in an envelope": (seal(seal(GOOD)), "ToUserName is missing"),
}


@pytest.mark.parametrize(("body", "reason"), WRONG.values(), ids=WRONG)
@encrypted
@pytest.mark.gen_test
async def test_wrong(body: str, reason: str, mode: EncryptionMode) -> None:
    """What is not sealed for this account, or not whole, is a fault with its reason."""
    async with serving(answers(body)) as service:
        verdict = (await push(service, mode=mode, rules=ONCE)).verdict
    assert verdict
    assert (verdict.shown, verdict.reply) == (Shown.FAULT, None)
    assert verdict.reason.startswith(reason)


@pytest.mark.parametrize(
    ("mode", "body", "reason"),
    [
        (EncryptionMode.PLAINTEXT, seal(GOOD), "encrypted, but the account is in plaintext mode"),
        (EncryptionMode.SAFE, GOOD, "not encrypted, but the account is in safe mode"),
        (
            EncryptionMode.SAFE,
            seal(GOOD).replace("Encrypt>", "encrypt>"),
            "not encrypted, but the account is in safe mode",
        ),
    ],
)
@pytest.mark.gen_test
async def test_other_mode(mode: EncryptionMode, body: str, reason: str) -> None:
    """An answer of another mode is a fault, and the reason names the mode."""
    async with serving(answers(body)) as service:
        verdict = (await push(service, mode=mode, rules=ONCE)).verdict
    assert verdict
    assert verdict.shown is Shown.FAULT
    assert verdict.reason == f"the answer is {reason}"


@pytest.mark.gen_test
async def test_official_ciphertext() -> None:
    """The examples of the documentation are ciphertext of other accounts: no reply of this."""
    for vector in VECTORS:
        body = seal(GOOD, Encrypt=vector.encrypt, MsgSignature=vector.msg_signature)
        async with serving(answers(body)) as service:
            assert (await push(service, mode=EncryptionMode.SAFE, rules=ONCE)).fault
