"""Replies and messages survive the journal."""

from pathlib import Path

import pytest

from delivery.codec import (
    given_text,
    message_text,
    read_given,
    read_left,
    read_message,
    read_reply,
    reply_text,
)
from wechat.errors import MalformedMessage
from wechat.messages import parse_message
from wechat.replies import (
    ACK,
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
from wechat.xml import load

SAMPLES = sorted((Path(__file__).parent.parent / "samples").glob("*s/*.xml"))
PUSHES = [path for path in SAMPLES if path.parent.name != "envelopes"]


@pytest.mark.parametrize(
    "reply",
    [
        ACK,
        TextReply("长 text\n\x01"),
        TextReply("half a character: \ud83d"),
        ImageReply("m"),
        VoiceReply("m"),
        VideoReply("m", "title", "description"),
        MusicReply("m", "title", "description", "url", "hq"),
        NewsReply([Article("one", "d", "p", "u"), Article("two")]),
        TransferReply(),
        TransferReply("kf1@shop"),
    ],
)
def test_reply(reply: Reply) -> None:
    """Every reply comes back as it was, and is text that any store can keep."""
    kept = reply_text(reply)
    assert kept.encode()
    assert read_reply(kept) == reply


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "no JSON",
        "[]",
        "7",
        "{}",
        '{"kind": "hologram"}',
        '{"kind": "text"}',
        '{"kind": "text", "content": 7}',
        '{"kind": "text", "content": "", "colour": "red"}',
        '{"kind": "news"}',
        '{"kind": "news", "articles": []}',
        '{"kind": "image", "media_id": ""}',
    ],
)
def test_another_versions_reply(kept: str) -> None:
    """What this version does not know is a ValueError, whatever it is."""
    with pytest.raises(ValueError):  # noqa: PT011
        read_reply(kept)


@pytest.mark.parametrize("used", [(), ("one", "two")])
def test_given(used: tuple[str, ...]) -> None:
    """What is given comes back with what of it was parked; without any it is a reply's text."""
    text = given_text(ACK, used)
    assert read_given(text) == (ACK, used)
    assert (text == reply_text(ACK)) == (not used)
    assert read_left(text) == ()


def test_left() -> None:
    """What an answer leaves over is known beside it."""
    text = given_text(ACK, (), ["a:b:1+2"])
    assert (read_given(text), read_left(text)) == ((ACK, ()), ("a:b:1+2",))


@pytest.mark.parametrize("kept", ["", "[]", '{"given": 7}', '{"given": "", "used": []}', "{}"])
def test_another_versions_gift(kept: str) -> None:
    """What this version does not know is a ValueError here, too."""
    with pytest.raises(ValueError):  # noqa: PT011
        read_given(kept)


@pytest.mark.parametrize("path", PUSHES, ids=lambda path: path.stem)
def test_message(path: Path) -> None:
    """Every kind of push comes back as it was, under the same key."""
    message = parse_message(load(path.read_bytes()))
    again = read_message(message_text(message))
    assert again == message
    assert again.raw == message.raw
    assert again.dedupe_key == message.dedupe_key


@pytest.mark.parametrize("kept", ["", "no JSON", "[]", "7", "{}"])
def test_another_versions_message(kept: str) -> None:
    """What cannot be read says so."""
    with pytest.raises((ValueError, MalformedMessage)):
        read_message(kept)
