"""The tree of errors: the status each deserves, its evidence, and what it must not tell."""

import pytest

from tests.pushes import AES_KEY, APP_ID, TOKEN
from wechat import errors
from wechat.crypto import AESKey, decrypt, encrypt, unwrap
from wechat.errors import (
    AppIdMismatch,
    DecryptionError,
    IncompleteQuery,
    InvalidSignature,
    MalformedMessage,
    ModeMismatch,
    ProtocolError,
    StaleTimestamp,
    WrongIdentity,
)
from wechat.messages import parse_message
from wechat.query import read_query
from wechat.signature import sign, verify
from wechat.xml import load

SECRET = "the-user's-own-words"


@pytest.mark.parametrize(
    ("error", "parent", "status"),
    [
        (ProtocolError, Exception, 400),
        (InvalidSignature, ProtocolError, 403),
        (IncompleteQuery, InvalidSignature, 403),
        (StaleTimestamp, ProtocolError, 403),
        (ModeMismatch, ProtocolError, 403),
        (WrongIdentity, ProtocolError, 403),
        (DecryptionError, ProtocolError, 400),
        (AppIdMismatch, DecryptionError, 403),
        (MalformedMessage, ProtocolError, 400),
    ],
)
def test_tree(error: type[ProtocolError], parent: type[Exception], status: int) -> None:
    """Each error stands where the tree shows it, and knows its HTTP status."""
    assert error.__bases__ == (parent,)
    assert error.status == status


def test_the_drawing_is_complete() -> None:
    """The tree in the module's docstring names every error with its status."""
    drawn = str(errors.__doc__)
    for error in vars(errors).values():
        if isinstance(error, type) and issubclass(error, ProtocolError):
            [line] = [line for line in drawn.splitlines() if f" {error.__name__} " in f" {line} "]
            assert error is ProtocolError or f" {error.status} " in line


@pytest.mark.parametrize(
    ("error", "words", "evidence"),
    [
        (
            IncompleteQuery("nonce", "missing"),
            "query parameter 'nonce' is missing",
            {"parameter": "nonce", "query_is_empty": False},
        ),
        (
            IncompleteQuery("signature", "missing", query_is_empty=True),
            "query parameter 'signature' is missing",
            {"parameter": "signature", "query_is_empty": True},
        ),
        (
            StaleTimestamp(-301),
            "the timestamp is 301 s behind this machine's clock",
            {"offset": -301},
        ),
        (
            StaleTimestamp(7200),
            "the timestamp is 7200 s ahead of this machine's clock",
            {"offset": 7200},
        ),
        (
            WrongIdentity("FromUserName", "the openid of the query"),
            "FromUserName is not the openid of the query",
            {"field": "FromUserName"},
        ),
        (
            AppIdMismatch("wx\n2"),
            r"the message is for the app id 'wx\n2'",
            {"app_id": "wx\n2"},
        ),
    ],
)
def test_evidence(error: ProtocolError, words: str, evidence: dict[str, object]) -> None:
    """An error says the cause in one line, and keeps what it knows as attributes."""
    assert str(error) == words
    assert vars(error) == evidence


@pytest.mark.parametrize(
    "body",
    [
        f"<xml><Content>{SECRET}</Content>",
        f"<xml><Content>{SECRET}&{SECRET};</Content></xml>",
        f"<xml><{SECRET}</xml>",
        f"<xml></{SECRET}>",
        f"<xml>{SECRET}</xml>",
        f"{SECRET}",
        f'<!DOCTYPE xml [<!ENTITY a "{SECRET}">]><xml><a>&a;</a></xml>',
        f"<xml><Content>{SECRET}</Content></xml>",
        f"<xml><MsgType>text</MsgType><Content>{SECRET}</Content></xml>",
        (
            f"<xml><MsgType>text</MsgType><FromUserName>o</FromUserName>"
            f"<CreateTime>{SECRET}</CreateTime></xml>"
        ),
        f'{{"Content": "{SECRET}"',
        f'{{"Content": {SECRET}}}',
        f'{{"Content": "{SECRET}"}}',
    ],
)
def test_content_does_not_show(body: str) -> None:
    """No error tells what a message says, nor do the errors behind it in a traceback."""
    with pytest.raises(MalformedMessage) as raised:
        parse_message(load(body.encode()))
    assert SECRET not in str(raised.value)
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


def test_secrets_do_not_show() -> None:
    """No error tells a token, a key, a signature or a ciphertext."""
    key, encrypted = AESKey(AES_KEY), encrypt(SECRET.encode(), AESKey(AES_KEY), "wx", bytes(16))
    signature = sign(TOKEN, "1", "n")
    told = []
    for attempt in (
        lambda: verify("wrong", [TOKEN], "1", "n"),
        lambda: verify(signature, [TOKEN], "1", "n", encrypted),
        lambda: read_query(f"signature={signature}&signature={signature}"),
        lambda: decrypt(encrypted, [key], APP_ID),
        lambda: decrypt(encrypted[:-8], [key], APP_ID),
        lambda: decrypt(f"{encrypted}!", [key], APP_ID),
        lambda: unwrap({"Content": SECRET}),
    ):
        with pytest.raises(ProtocolError) as raised:
            attempt()
        told.append(str(raised.value))
    everything = " ".join(told)
    assert len(told) == 7
    for secret in (TOKEN, AES_KEY, signature, sign(TOKEN, "1", "n", encrypted), SECRET):
        assert secret not in everything
    assert encrypted[:16] not in everything
