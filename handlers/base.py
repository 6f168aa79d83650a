"""The HTTP edge of one account: from a request to a verified message, and back to a reply.

A check that fails raises a ProtocolError before any hook can run; PlainHandler turns it
into a status, and `log_refusal` into a line for the operator.
"""

import logging
from typing import Any, Never, cast

from delivery.exchange import Attempt
from tornado.http1connection import HTTP1Connection
from tornado.iostream import IOStream
from tornado.web import Finish, HTTPError
from wechat.crypto import AESKey, EncryptionMode, decrypt, encrypt, unwrap, wrap
from wechat.errors import MalformedMessage, ModeMismatch, ProtocolError, WrongIdentity
from wechat.messages import parse_message
from wechat.push import Event, Message
from wechat.query import Query, read_query
from wechat.replies import ACK, Acknowledgement, Reply, fit, render
from wechat.signature import check_freshness, verify
from wechat.xml import MAX_BYTES, Fields, load

from handlers.connection import query_of
from handlers.hooked import HookedHandler
from handlers.refusals import remedy
from handlers.service import Endpoint

log = logging.getLogger(__name__)


class WeChatBaseHandler(HookedHandler):
    """What every account's handler is made of; a subclass adds hooks."""

    SUPPORTED_METHODS = ("GET", "POST")
    query: Query

    def initialize(self, endpoint: Endpoint) -> None:  # type: ignore[override]
        super().initialize(endpoint.service)
        self.endpoint = endpoint
        self.account = endpoint.account
        self._chunks: list[bytes] = []
        self._size = 0
        self._aes_key: AESKey | None = None
        self._line_is_closed = False
        self.line_attempt: Attempt | None = None

    def prepare(self) -> None:
        """Verify who sent the request, and when, before its body is read."""
        super().prepare()
        self.query = query = read_query(query_of(self.request))
        self._token = verify(query.signature, self.endpoint.tokens, query.timestamp, query.nonce)
        check_freshness(query.timestamp, self.service.clock(), self.account.timestamp_tolerance)
        if self.request.method == "POST":
            self._check_mode()

    def data_received(self, chunk: bytes) -> None:
        # A chunked body has no length to refuse it by beforehand.
        self._size += len(chunk)
        if self._size <= MAX_BYTES:
            self._chunks.append(chunk)

    def receive(self) -> Message | Event:
        """Return the push in the body, which WeChat sent to this account.

        Raises:
            ProtocolError: it is not that.

        """
        if self._size > MAX_BYTES:
            raise HTTPError(413, f"the body is over {MAX_BYTES} bytes")
        body = load(b"".join(self._chunks))
        if self.account.mode is EncryptionMode.PLAINTEXT:
            return self._receive_plaintext(body)
        plain = self._open(body)
        try:
            message = parse_message(load(plain))
        except MalformedMessage as error:
            self._acknowledge_unreadable(error)
        self._check_receiver(message)
        return message

    def respond(self, reply: Reply) -> None:
        """Send what WeChat takes of `reply`, encrypted if the request was."""
        try:
            body = self.compose(reply)
        except Exception:
            log.exception("the reply to %s cannot be written", self.message_key)
            body = self.compose(self.apology)
        if body == ACK.wire:
            self.finish_plain(body)
        else:
            self.set_header("Content-Type", "text/xml; charset=utf-8")
            self.finish(body)

    def compose(self, reply: Reply) -> str:
        """Return the body of the response."""
        reply, warning = fit(reply, self.message)
        if warning:
            log.warning("reply to %s: %s", self.message_key, warning)
        now = int(self.service.clock())
        body = render(reply, self.message, now)
        return body if isinstance(reply, Acknowledgement) else self._seal(body, now)

    def is_closed(self) -> bool:
        """Return whether nobody is at the other end any more."""
        return self._line_is_closed or self._finished or self.stream.closed()

    @property
    def stream(self) -> IOStream:
        """The connection below HTTP, which knows of its end first; until detach()."""
        return cast(HTTP1Connection, self.request.connection).stream

    def on_connection_close(self) -> None:
        super().on_connection_close()  # it ends what waits for the rest of a body
        self._line_is_closed = True
        if self.line_attempt:
            self.endpoint.window.hung_up(self.line_attempt)

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        if self.is_closed():
            return  # there is nobody to tell
        error = kwargs.get("exc_info", (None, None))[1]
        if isinstance(error, ProtocolError):
            status_code = error.status
        super().send_error(status_code, **kwargs)

    def log_exception(self, typ: Any, value: BaseException | None, tb: Any) -> None:
        if isinstance(value, ProtocolError):
            line = f"{value}; {remedy(value, self.account)}"
            self.log_refusal((self.account.name, type(value)), line)
        else:
            super().log_exception(typ, value, tb)

    def _check_mode(self) -> None:
        expected = self.account.mode is not EncryptionMode.PLAINTEXT
        if self.query.encrypted is not expected:
            came = "encrypted" if self.query.encrypted else "in plaintext"
            raise ModeMismatch(f"the message came {came}")

    def _receive_plaintext(self, body: Fields) -> Message | Event:
        if "Encrypt" in body:
            raise ModeMismatch("the message came encrypted")
        message = parse_message(body)
        # The signature covers the query alone: this at least ties the body to it.
        if self.query.openid and self.query.openid != message.from_user:
            raise WrongIdentity("FromUserName", "the openid of the query")
        self._check_receiver(message)
        return message

    def _open(self, envelope: Fields) -> bytes:
        """Verify and decrypt; what stands in plaintext beside the ciphertext is not read."""
        query, encrypted = self.query, unwrap(envelope)
        self._token = verify(
            query.msg_signature, self.endpoint.tokens, query.timestamp, query.nonce, encrypted
        )
        plain, self._aes_key = decrypt(encrypted, self.endpoint.aes_keys, self.account.app_id)
        return plain

    def _acknowledge_unreadable(self, error: MalformedMessage) -> Never:
        """End a request that WeChat itself signed: to refuse it would only bring it again."""
        log.error("%s: WeChat sent what this version cannot read: %s", self.account.name, error)
        self.finish_plain(ACK.wire)
        raise Finish

    def _check_receiver(self, message: Message | Event) -> None:
        if self.account.original_id and message.to_user != self.account.original_id:
            raise WrongIdentity("ToUserName", "this account")

    def _seal(self, reply: str, now: int) -> str:
        if self._aes_key is None:
            return reply
        app_id, random = self.account.app_id, self.service.random(16)
        encrypted = encrypt(reply.encode(), self._aes_key, app_id, random)
        return wrap(encrypted, self._token, now, self.query.nonce)
