"""Messages and replies as text, for the store, and back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from wechat.messages import parse_message
from wechat.push import Event, Message
from wechat.replies import (
    ACK,
    Acknowledgement,
    Article,
    ImageReply,
    MusicReply,
    NewsReply,
    Reply,
    TextReply,
    TransferReply,
    VideoReply,
    VoiceReply,
)

_REPLIES: Mapping[str, type[Any]] = {
    kind.kind: kind
    for kind in (TextReply, ImageReply, VoiceReply, VideoReply, MusicReply, TransferReply)
}

KINDS = frozenset((*_REPLIES.values(), NewsReply, Acknowledgement))  # that can be journaled


def message_text(message: Message | Event) -> str:
    """Return a message as text."""
    return _text(message.raw)


def read_message(text: str) -> Message | Event:
    """Return the message of a text.

    Raises:
        MalformedMessage: it is none that this version can read.
        ValueError: it is no JSON.

    """
    fields = json.loads(text)
    if not isinstance(fields, dict):
        raise ValueError("a message of another version")  # noqa: TRY004  # as what is no JSON
    return parse_message(fields)


def reply_text(reply: Reply) -> str:
    """Return a reply as text."""
    if isinstance(reply, Acknowledgement):
        return json.dumps({"kind": ""})
    return _text({"kind": reply.kind, **asdict(reply)})  # type: ignore[call-overload]


def read_reply(text: str) -> Reply:
    """Return the reply of a text.

    Raises:
        ValueError: it is none that this version can read.

    """
    fields = json.loads(text)
    kind: Any = fields.pop("kind", None) if isinstance(fields, dict) else None
    try:
        if kind == "":
            return ACK
        if kind == NewsReply.kind:
            return NewsReply([Article(**article) for article in fields["articles"]])
        return _made(_REPLIES[kind], fields)
    except (KeyError, TypeError) as error:
        raise ValueError(f"a reply of another version: {kind!r}") from error


def given_text(reply: Reply, used: Sequence[str], left: Sequence[str] = ()) -> str:
    """Return what the attempts of a push are given as text.

    `used` of it was parked, and `left` is what it leaves over, both by journal id.
    """
    text = reply_text(reply)
    return json.dumps({"given": text, "used": used, "left": left}) if used or left else text


def read_given(text: str) -> tuple[Reply, tuple[str, ...]]:
    """Return what the attempts of a push are given, and what of it was parked.

    Raises:
        ValueError: it is none that this version can read.

    """
    fields = json.loads(text)
    if not isinstance(fields, dict) or "given" not in fields:
        return read_reply(text), ()
    try:
        return read_reply(fields["given"]), tuple(fields["used"])
    except (KeyError, TypeError) as error:
        raise ValueError("a reply of another version") from error


def read_left(text: str) -> tuple[str, ...]:
    """Return what is left over, by journal id, of what the attempts of a push are given."""
    fields = json.loads(text)
    return tuple(fields.get("left", ())) if isinstance(fields, dict) else ()


def _text(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character, which no store could keep
        return json.dumps(value)
    return text


def _made(kind: type[Any], fields: Mapping[str, Any]) -> Reply:
    made: Reply = kind(**fields)
    return made
