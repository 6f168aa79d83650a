"""What goes over the wire: the request line, the signatures and the body of each mode."""

from typing import Any

import pytest

from simulator.engine import pushes, wire
from simulator.engine.verification import verify as verify_url
from tests.pushes import AES_KEY, APP_ID, ORIGINAL_ID, TOKEN, USER
from tests.simulator.engine.scripts import Received, answers
from tests.simulator.engine.services import account, push, serving, text
from wechat import messages, xml
from wechat.crypto import AESKey, EncryptionMode, decrypt
from wechat.messages import parse_message
from wechat.signature import verify

SAFE, COMPATIBLE, PLAINTEXT = (
    EncryptionMode.SAFE,
    EncryptionMode.COMPATIBLE,
    EncryptionMode.PLAINTEXT,
)
SIGNED = {"signature", "timestamp", "nonce", "openid"}
ENCRYPTED = SIGNED | {"encrypt_type", "msg_signature"}
NOW = 1_714_037_059.9
EVERY = [*((kind, False) for kind in pushes.MESSAGES), *((name, True) for name in pushes.EVENTS)]

every_mode = pytest.mark.parametrize("mode", list(EncryptionMode))
every_push = pytest.mark.parametrize(("kind", "is_event"), EVERY, ids=[kind for kind, _ in EVERY])


def make(kind: str, *, is_event: bool) -> pushes.Fields:
    """Return a push of the catalogue."""
    return (pushes.event if is_event else pushes.message)(kind, USER, ORIGINAL_ID, NOW)


def opened(query: dict[str, str], envelope: xml.Fields) -> xml.Fields:
    """Return what an envelope holds, as a service opens it."""
    encrypted = xml.text(envelope["Encrypt"])
    verify(query["msg_signature"], [TOKEN], query["timestamp"], query["nonce"], encrypted)
    plain, _ = decrypt(encrypted, [AESKey(AES_KEY)], APP_ID)
    return xml.load(plain)


def received(request: wire.Request) -> Received:
    """Return a request as a service receives it."""
    head, _, body = request.encode().partition(b"\r\n\r\n")
    return Received(head=head + b"\r\n\r\n", body=body)


@every_push
@every_mode
def test_every_push(kind: str, is_event: bool, mode: EncryptionMode) -> None:  # noqa: FBT001
    """Each push of the catalogue is signed, sealed and read back, in each mode, as it was."""
    fields = make(kind, is_event=is_event)
    got = received(wire.push_request(account("http://127.0.0.1/", mode), fields, NOW))
    query = got.query
    verify(query["signature"], [TOKEN], query["timestamp"], query["nonce"])
    assert (query["openid"], query["timestamp"]) == (USER, "1714037059")
    body = got.fields
    plain = body if mode is PLAINTEXT else opened(query, body)
    assert plain == xml.load(xml.dump(fields).encode())
    known = messages.EVENTS[kind.lower()] if is_event else messages.MESSAGES[kind]
    assert type(parse_message(plain)) is known


@pytest.mark.gen_test
async def test_plaintext() -> None:
    """In plaintext the query has no word of encryption, and the body is the message alone."""
    fields = text("<你好> & ]]>")
    async with serving(answers()) as service:
        await push(service, fields, mode=PLAINTEXT)
    [got] = service.received
    assert set(got.query) == SIGNED
    assert got.body.decode() == xml.dump(fields)


@pytest.mark.gen_test
async def test_safe() -> None:
    """In safe mode the body says to whom it is sent, and nothing else that can be read."""
    async with serving(answers()) as service:
        await push(service, mode=SAFE)
    [got] = service.received
    assert (set(got.query), got.query["encrypt_type"]) == (ENCRYPTED, "aes")
    assert list(got.fields) == ["ToUserName", "Encrypt"]
    assert got.fields["ToUserName"] == ORIGINAL_ID


@pytest.mark.gen_test
async def test_compatible() -> None:
    """In compatible mode the plaintext stands beside the ciphertext of the same."""
    fields = text()
    async with serving(answers()) as service:
        await push(service, fields, mode=COMPATIBLE)
    [got] = service.received
    assert (set(got.query), got.query["encrypt_type"]) == (ENCRYPTED, "aes")
    beside = {tag: value for tag, value in got.fields.items() if tag != "Encrypt"}
    assert beside == opened(got.query, got.fields) == xml.load(xml.dump(fields).encode())


@pytest.mark.gen_test
async def test_post() -> None:
    """A push is a POST in HTTP/1.0 of text/xml, no charset named, with its length."""
    async with serving(answers()) as service:
        delivery = await push(service)
    [got], [attempt] = service.received, delivery.attempts
    assert (got.line[0], got.line[2]) == ("POST", "HTTP/1.0")
    assert got.headers["content-type"] == "text/xml"
    assert got.headers["content-length"] == str(len(got.body))
    assert got.headers["host"] == service.address
    assert got.headers["user-agent"] == "Mozilla/4.0"
    assert "connection" not in got.headers
    assert (attempt.target, attempt.body) == (got.line[1], got.body)


@every_mode
@pytest.mark.gen_test
async def test_get(mode: EncryptionMode) -> None:
    """The console's GET has the plain signature in every mode, no body and no openid."""
    async with serving(answers("")) as service:
        await verify_url(account(service.url, mode), clock=lambda: NOW)
    [got] = service.received
    assert (got.line[0], got.line[2], got.body) == ("GET", "HTTP/1.0", b"")
    assert set(got.query) == {"signature", "timestamp", "nonce", "echostr"}
    verify(got.query["signature"], [TOKEN], got.query["timestamp"], got.query["nonce"])
    assert got.query["echostr"].isdecimal()
    assert "content-type" not in got.headers


@pytest.mark.parametrize(
    ("url", "target", "host"),
    [
        ("http://example.com", "/?", "example.com"),
        ("http://example.com?a=1", "/?a=1&", "example.com"),
        ("http://example.com/", "/?", "example.com"),
        ("http://example.com/w?", "/w?", "example.com"),
        (
            "http://example.com:8000/a/b;c?x=%E4%BD%A0&y",
            "/a/b;c?x=%E4%BD%A0&y&",
            "example.com:8000",
        ),
        ("HTTP://Example.COM/W", "/W?", "Example.COM"),
        ("http://user:pass@example.com/w", "/w?", "example.com"),
        ("http://[::1]:8000/w", "/w?", "[::1]:8000"),
        ("https://example.com/w", "/w?", "example.com"),
    ],
)
def test_target(url: str, target: str, host: str) -> None:
    """The URL's own path and query come first, as they are written; its user is nobody's."""
    for request in (
        wire.push_request(account(url), text(), NOW),
        wire.verification_request(account(url), "1", NOW),
    ):
        assert request.target.startswith(f"{target}signature=")
        assert f"\r\nHost: {host}\r\n".encode() in request.encode()


def test_nothing_twice() -> None:
    """Each request has a nonce, and ciphertext, of its own."""
    made = account("http://127.0.0.1/", SAFE)
    fields = text()
    seen: list[Any] = [received(wire.push_request(made, fields, NOW)) for _ in range(2)]
    assert seen[0].query["nonce"] != seen[1].query["nonce"]
    assert seen[0].fields["Encrypt"] != seen[1].fields["Encrypt"]


def test_openid_is_quoted() -> None:
    """What an openid never has would still not break the request line."""
    fields = {**text(), "FromUserName": "o x&y=1\r\n你"}
    got = received(wire.push_request(account("http://127.0.0.1/"), fields, NOW))
    assert got.query["openid"] == "o x&y=1\r\n你"
