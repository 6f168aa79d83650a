"""What the user sees of an answer: read strictly, in every mode."""

from itertools import pairwise

import pytest

from simulator.engine.connection import MOST
from simulator.engine.record import Shown, Verdict
from tests.simulator.engine.scripts import answers, http, stays
from tests.simulator.engine.sealing import GOOD, Way, every_mode, every_way, judged
from tests.simulator.engine.services import reply_xml
from wechat.crypto import EncryptionMode
from wechat.replies import TextReply


@every_mode
@pytest.mark.parametrize("body", ["success", ""])
@pytest.mark.parametrize("close", [True, False], ids=["closed", "left open"])
@pytest.mark.gen_test
async def test_silence(body: str, close: bool, mode: EncryptionMode) -> None:  # noqa: FBT001
    """Success, or nothing, is silence in every mode, in no envelope."""
    script = answers(body) if close else stays(http(body))
    assert await judged(script, mode) == Verdict(shown=Shown.SILENCE)


@every_way
@pytest.mark.gen_test
async def test_reply(mode: EncryptionMode, sealed: Way) -> None:
    """A reply as the mode wants it is shown; compatible mode takes either."""
    expected = Verdict(shown=Shown.REPLY, reply=TextReply("好"), xml=GOOD)
    assert await judged(answers(sealed(GOOD)), mode) == expected


@pytest.mark.parametrize("white", ["\n", "\r\n", " \t"])
@every_way
@pytest.mark.gen_test
async def test_white_space_around_a_reply(mode: EncryptionMode, sealed: Way, white: str) -> None:
    """White space outside the root is XML still."""
    verdict = await judged(answers(sealed(f"{white}{GOOD}{white}")), mode)
    assert (verdict.shown, verdict.reply) == (Shown.REPLY, TextReply("好"))


@every_way
@pytest.mark.gen_test
async def test_declaration(mode: EncryptionMode, sealed: Way) -> None:
    """So is a declaration."""
    verdict = await judged(answers(sealed(f'<?xml version="1.0" encoding="UTF-8"?>{GOOD}')), mode)
    assert verdict.shown is Shown.REPLY


WHITE, QUOTES = "white space stands beside", "success is in quotes"
NOT_XML, JSON, HTML = "the answer is not XML: ", "the answer is JSON", "the answer is a page"
# Whatever the mode, these are no answer.
BARE: dict[str, tuple[bytes, str]] = {
    "a line break after success": (b"success\n", WHITE),
    "a space before success": (b" success", WHITE),
    "a line break alone": (b"\r\n", WHITE),
    "success in quotes": (b'"success"', QUOTES),
    "success in single quotes": (b"'success'", QUOTES),
    "success after a BOM": (b"\xef\xbb\xbfsuccess", "a byte order mark"),
    "a BOM alone": (b"\xef\xbb\xbf", "a byte order mark"),
    "another case": (b"SUCCESS", NOT_XML),
    "success twice": (b"successsuccess", NOT_XML),
    "OK": (b"OK", NOT_XML),
    "null": (b"null", NOT_XML),
    "a NUL": (b"\x00", NOT_XML),
    "JSON": (b'{"errcode": 0}', JSON),
    "a list": (b" []", JSON),
    "HTML": (b"<html><body>hi</body></html>", HTML),
    "HTML with its DOCTYPE": (b"\n<!DOCTYPE html><html></html>", HTML),
    "not UTF-8": (b"\xff\xfes\x00", "the answer is not UTF-8"),
    "GBK": (GOOD.encode("gbk"), "the answer is not UTF-8"),
    "UTF-16": (GOOD.encode("utf-16"), "the answer is not UTF-8"),
    "too long": (b"<xml>" + b" " * MOST, f"the answer is over {MOST} bytes"),
    "unclosed": (b"<xml><Encrypt>", NOT_XML),
    "a wrong root": (b"<msg><Encrypt>x</Encrypt></msg>", "no <xml> element"),
    "a root in another case": (b"<XML><Encrypt>x</Encrypt></XML>", "no <xml> element"),
    "no fields": (b"<xml/>", "no <xml> element"),
}


@pytest.mark.parametrize(("body", "reason"), BARE.values(), ids=BARE)
@every_mode
@pytest.mark.gen_test
async def test_no_answer(body: bytes, reason: str, mode: EncryptionMode) -> None:
    """What is neither silence nor a document is a fault, and the reason says what it is."""
    verdict = await judged(answers(body), mode)
    assert (verdict.shown, verdict.reply, verdict.xml) == (Shown.FAULT, None, "")
    assert reason in verdict.reason


LAUGHS = "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise("abcdefghi")
)
BOMB = f'<!DOCTYPE xml [<!ENTITY a "ha">{LAUGHS}]>{GOOD.replace("<![CDATA[好]]>", "&i;")}'
# Whether in the clear or decrypted, these are no reply.
DOCUMENTS: dict[str, tuple[str | bytes, str]] = {
    "a BOM": (b"\xef\xbb\xbf" + GOOD.encode(), "a byte order mark"),
    "a wrong root": (GOOD.replace("xml>", "msg>"), "no <xml> element"),
    "a root in another case": (GOOD.replace("xml>", "Xml>"), "no <xml> element"),
    "unclosed": (GOOD[:-6], NOT_XML),
    "a bare ampersand": (GOOD.replace("<![CDATA[好]]>", "a & b"), NOT_XML),
    "an unknown entity": (GOOD.replace("<![CDATA[好]]>", "&nbsp;"), NOT_XML),
    "a control character": (GOOD.replace("好", "a\x0bb"), NOT_XML),
    "an escape": (GOOD.replace("好", "\x1b[0m"), NOT_XML),
    "a noncharacter": (GOOD.replace("好", "\ufffe"), NOT_XML),
    "not UTF-8": (GOOD.encode("gbk"), "answer is not UTF-8"),
    "a DOCTYPE": (f"<!DOCTYPE xml>{GOOD}", "the answer has a DOCTYPE"),
    "an entity bomb": (BOMB, "the answer has a DOCTYPE"),
    "too deep": (GOOD.replace("</xml>", f"{'<a>' * 40}{'</a>' * 40}</xml>"), "nested deeper"),
    "too many elements": (GOOD.replace("</xml>", f"{'<a/>' * 10_001}</xml>"), "elements"),
    "JSON": ('{"ToUserName": "o"}', JSON),
    "HTML": ("<html></html>", HTML),
    "a declaration too late": (f'\n<?xml version="1.0"?>{GOOD}', NOT_XML),
    "no ToUserName": (reply_xml(ToUserName=""), "ToUserName is missing"),
    "another CreateTime": (reply_xml(CreateTime="now"), "CreateTime is not a number of seconds"),
}


@pytest.mark.parametrize(("document", "reason"), DOCUMENTS.values(), ids=DOCUMENTS)
@every_way
@pytest.mark.gen_test
async def test_no_reply(
    document: str | bytes, reason: str, mode: EncryptionMode, sealed: Way
) -> None:
    """A document that XML, or WeChat, does not take is a fault, encrypted or not."""
    verdict = await judged(answers(sealed(document)), mode)
    assert (verdict.shown, verdict.reply) == (Shown.FAULT, None)
    assert reason in verdict.reason


@every_way
@pytest.mark.gen_test
async def test_xml_of_a_bad_reply(mode: EncryptionMode, sealed: Way) -> None:
    """Of a reply that could be read as XML, that is shown to the developer, decrypted."""
    bad = reply_xml(MsgType="txt")
    verdict = await judged(answers(sealed(bad)), mode)
    assert (verdict.xml, verdict.reason) == (bad, "MsgType 'txt' is no type of reply")


UNAWAITED = ["unsubscribe", "VIEW", "TEMPLATESENDJOBFINISH"]


@pytest.mark.parametrize("event", UNAWAITED)
@every_way
@pytest.mark.gen_test
async def test_reply_that_nobody_sees(event: str, mode: EncryptionMode, sealed: Way) -> None:
    """A reply to what nobody waits for is taken, and shown nowhere."""
    verdict = await judged(answers(sealed(GOOD)), mode, event=event)
    assert (verdict.shown, verdict.reply, verdict.xml) == (Shown.SILENCE, None, GOOD)
    assert verdict.reason == "nobody looks for an answer to this event"


@pytest.mark.parametrize("event", UNAWAITED)
@pytest.mark.gen_test
async def test_fault_that_nobody_sees(event: str) -> None:
    """What is no answer is a failure even where nobody waits for one."""
    assert (await judged(answers("{}"), event=event)).shown is Shown.FAULT
    assert (await judged(answers(), event=event)) == Verdict(shown=Shown.SILENCE)
