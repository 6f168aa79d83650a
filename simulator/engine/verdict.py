"""What the user sees of an answer: the reply, nothing, or the fault line; and why.

An empty body or ``success``, in no envelope, is silence in every mode. Everything else
must be a reply, in safe mode an encrypted one (消息推送: 回复空串或者success（无需加密）即可，
其他回包内容需加密). Answers are read strictly: what passes here, WeChat takes.
"""

from typing import NoReturn
from xml.parsers import expat

from wechat.crypto import EncryptionMode, decrypt
from wechat.errors import ProtocolError
from wechat.signature import verify
from wechat.xml import Fields, load, text

from simulator.account import Account
from simulator.engine.attempt import CHUNKED
from simulator.engine.connection import MOST
from simulator.engine.record import Attempt, Delivery, Shown, Verdict
from simulator.engine.replies import BadReply, parse_reply

_BOM = b"\xef\xbb\xbf"
_SILENT = {b"", b"success"}
_SURPLUS = {
    expat.errors.codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT],
    expat.errors.codes[expat.errors.XML_ERROR_MISPLACED_XML_PI],  # a second <?xml?>
}


def judge(account: Account, delivery: Delivery, attempt: Attempt) -> Verdict:
    """Return what an answer with status 200 shows to the user."""
    if attempt.answer in _SILENT and not attempt.problem:
        return Verdict(shown=Shown.SILENCE)
    opened = ""
    try:
        document, problem = _document(attempt)
        opened = _open(account, delivery.mode, document)
        read = parse_reply(
            _fields(opened.encode()),
            sender=str(delivery.fields["ToUserName"]),
            receiver=delivery.openid,
            to_event=delivery.is_event,
        )
    except BadReply as error:
        return Verdict(shown=Shown.FAULT, xml=opened, reason=str(error))
    if problem:
        # Seen with bodies that a framework sent twice (w7corp/easywechat 2742).
        reason = f"{problem}: WeChat shows the reply, and the fault line"
        return Verdict(shown=Shown.FAULT, reply=read.reply, xml=opened, reason=reason)
    if read.reply is None or not delivery.awaited:
        reason = "" if read.reply is None else "nobody looks for an answer to this event"
        return Verdict(shown=Shown.SILENCE, xml=opened, reason=reason, warnings=read.warnings)
    return Verdict(shown=Shown.REPLY, reply=read.reply, xml=opened, warnings=read.warnings)


def _document(attempt: Attempt) -> tuple[bytes, str]:
    """Return the XML of an answer, and in words what is wrong beside it, "" for nothing."""
    body, problem = attempt.answer, attempt.problem
    if problem == CHUNKED or (problem and body in _SILENT):
        raise BadReply(problem)
    if hint := _no_reply(body):
        raise BadReply(hint)
    document = body[: _end(body)]
    return document, problem or ("more came after </xml>" if document != body else "")


def _open(account: Account, mode: EncryptionMode, body: bytes) -> str:
    """Return the plaintext XML of an answer."""
    fields = _fields(body)
    encrypted = "Encrypt" in fields
    if encrypted and mode is EncryptionMode.PLAINTEXT:
        raise BadReply("the answer is encrypted, but the account is in plaintext mode")
    if not encrypted and mode is EncryptionMode.SAFE:
        raise BadReply("the answer is not encrypted, but the account is in safe mode")
    return _decrypted(account, fields) if encrypted else body.decode()


def _no_reply(body: bytes) -> str:
    """Return in words why an answer cannot be one, "" if it may be."""
    bare = body.strip()
    page = bare[:14].lower().startswith((b"<!doctype html", b"<html"))
    problems = {
        f"the answer is over {MOST} bytes": len(body) > MOST,
        "a byte order mark stands before the answer: save the source without BOM": (
            body.startswith(_BOM)
        ),
        "white space stands beside what should be success, or nothing": bare in _SILENT,
        "success is in quotes": bare.strip(b"\"'") == b"success",
        "the answer is JSON, but the account is set to XML": bare.startswith((b"{", b"[")),
        "the answer is a page of HTML": page,
    }
    return next((problem for problem, applies in problems.items() if applies), "")


def _fields(body: bytes) -> Fields:
    """Return the fields of an XML document that needs no forgiveness."""
    if _end(body) != len(body):
        raise BadReply("more came after </xml>")
    try:
        return load(body)
    except ProtocolError as error:
        raise BadReply(str(error).replace("the body", "the answer")) from None


def _end(body: bytes) -> int:
    """Return where the XML document in `body` ends."""
    try:
        body.decode()
    except UnicodeDecodeError:
        raise BadReply("the answer is not UTF-8") from None
    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(body, True)  # noqa: FBT003  # expat's own
    except expat.ExpatError as error:
        end = parser.ErrorByteIndex
        if error.code in _SURPLUS and body[:end].strip():
            return end
        raise BadReply(f"the answer is not XML: {error}") from None
    return len(body)


def _refuse_doctype(*_: object) -> NoReturn:
    raise BadReply("the answer has a DOCTYPE")


def _decrypted(account: Account, envelope: Fields) -> str:
    for tag in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce"):
        if not text(envelope.get(tag)):
            raise BadReply(f"{tag} is missing in the envelope of the encrypted answer")
    encrypted, signature = text(envelope["Encrypt"]), text(envelope["MsgSignature"])
    timestamp, nonce = text(envelope["TimeStamp"]), text(envelope["Nonce"])
    try:
        verify(signature, (account.token,), timestamp, nonce, encrypted)
    except ProtocolError:
        raise BadReply("MsgSignature does not match the answer's Encrypt") from None
    try:
        plain, _ = decrypt(encrypted, (account.key,), account.app_id)
    except ProtocolError as error:
        raise BadReply(f"the answer cannot be decrypted: {error}") from None
    if plain in _SILENT:
        raise BadReply("success, or nothing, is encrypted: it must stand alone")
    if hint := _no_reply(plain):
        raise BadReply(f"decrypted, {hint}")
    try:
        return plain.decode()
    except UnicodeDecodeError:
        raise BadReply("the decrypted answer is not UTF-8") from None
