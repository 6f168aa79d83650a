"""fit(): what of a reply WeChat shows in answer to a message or to an event."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wechat.samples import push
from wechat.replies import (
    ACK,
    ARTICLES_TO_EVENT,
    ARTICLES_TO_MESSAGE,
    TEXT_BYTES,
    Article,
    ImageReply,
    MusicReply,
    NewsReply,
    Reply,
    TextReply,
    TransferReply,
    VideoReply,
    VoiceReply,
    fit,
    render,
)
from wechat.xml import clean, load

MESSAGE, EVENT = push("messages/text"), push("events/click")
PUSHES = pytest.mark.parametrize("name", ["messages/text", "events/click"])


def article(number: int) -> Article:
    """Return an article unlike the others."""
    return Article(f"title {number}")


@PUSHES
@pytest.mark.parametrize(
    "reply",
    [
        TextReply("a"),
        TextReply(" a\n"),
        ImageReply("m"),
        VoiceReply("m"),
        VideoReply("m"),
        MusicReply("m"),
        NewsReply([article(1)]),
        ACK,
    ],
)
def test_a_reply_that_fits(reply: Reply, name: str) -> None:
    """A reply that WeChat shows as it is stays what it was, without a warning."""
    assert fit(reply, push(name)) == (reply, "")


@PUSHES
@pytest.mark.parametrize("text", ["", " ", "\r\n\t", "\u3000", "\0", " \x1f\ufffe\ud800 "])
def test_empty_text(text: str, name: str) -> None:
    """A text in which there is nothing to see is acknowledged instead, with a warning."""
    reply, warning = fit(TextReply(text), push(name))
    assert reply is ACK
    assert "empty text" in warning


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a" * 2000, 2000),
        ("a" * 2001, 2000),
        ("a" * 100_000, 2000),
        ("a" * 1998 + "é", 1999),
        ("a" * 1999 + "é", 1999),
        ("é" * 1000, 1000),
        ("é" * 1001, 1000),
        ("a" * 1997 + "你", 1998),
        ("a" * 1998 + "你", 1998),
        ("a" * 1999 + "你", 1999),
        ("你" * 666, 666),
        ("你" * 667, 666),
        ("你" * 5000, 666),
        ("a" * 1996 + "😀", 1997),
        ("a" * 1997 + "😀", 1997),
        ("a" * 1998 + "😀", 1998),
        ("a" * 1999 + "😀", 1999),
        ("😀" * 500, 500),
        ("😀" * 501, 500),
        ("a" + "😀" * 500, 500),
        ("a" * 2000 + "😀", 2000),
    ],
)
def test_long_text(text: str, kept: int) -> None:
    """A text over the limit in bytes is cut between two characters, with a warning."""
    reply, warning = fit(TextReply(text), MESSAGE)
    assert reply == TextReply(text[:kept])
    size = len(text.encode())
    assert warning == (f"a text of {size} bytes cut to 2000" if kept < len(text) else "")


def test_what_is_removed_does_not_count() -> None:
    """Characters that are not sent take no room from those that are."""
    text = "\0" * 500 + "a" * 1999 + "\ud800\x1fb"
    reply, warning = fit(TextReply(text), MESSAGE)
    assert load(render(reply, MESSAGE, 1).encode())["Content"] == "a" * 1999 + "b"
    assert warning == ""


@given(st.text() | st.text(st.sampled_from("a é你😀\n\0\ud800]>"), min_size=400, max_size=2500))
def test_what_fits_is_the_beginning(text: str) -> None:
    """What is shown of a text is its beginning, as much as fits, and never a blank."""
    reply, warning = fit(TextReply(text), MESSAGE)
    if isinstance(reply, TextReply):
        sent = clean(reply.content)
        assert clean(text).startswith(sent)
        assert TEXT_BYTES - 4 < len(sent.encode()) <= TEXT_BYTES or sent == clean(text)
        assert bool(warning) == (sent != clean(text))
        assert fit(reply, MESSAGE) == (reply, "")
    else:
        assert not clean(text[:TEXT_BYTES]).strip()


@pytest.mark.parametrize("blank", [" " * 2000, "\n" * 3000, "\u3000" * 700])
def test_text_behind_a_long_blank(blank: str) -> None:
    """A text whose beginning is blank as far as it fits is not sent as a blank."""
    reply, warning = fit(TextReply(f"{blank}text"), MESSAGE)
    assert reply is ACK
    assert warning


@pytest.mark.parametrize(
    ("name", "given", "shown"),
    [
        ("messages/text", 1, 1),
        ("messages/text", 2, 1),
        ("messages/location", 12, 1),
        ("messages/unknown", 2, 1),
        ("events/click", 1, 1),
        ("events/click", 8, 8),
        ("events/subscribe", 9, 8),
        ("events/unknown", 100, 8),
    ],
)
def test_articles(name: str, given: int, shown: int) -> None:
    """A message is answered with one article and an event with eight, the first ones."""
    articles = [article(number) for number in range(given)]
    reply, warning = fit(NewsReply(articles), push(name))
    assert reply == NewsReply(articles[:shown])
    cut = f"{given} articles cut to the {shown} WeChat shows"
    assert warning == (cut if given > shown else "")


def test_the_count_is_of_what_is_sent() -> None:
    """ArticleCount says how many articles were left, not how many were given."""
    reply = fit(NewsReply([article(1), article(2)]), MESSAGE).reply
    assert load(render(reply, MESSAGE, 1).encode())["ArticleCount"] == "1"
    assert (ARTICLES_TO_MESSAGE, ARTICLES_TO_EVENT) == (1, 8)


@pytest.mark.parametrize("reply", [TransferReply(), TransferReply("a@b")])
def test_transfer(reply: TransferReply) -> None:
    """Only a message is handed to customer service; an event is acknowledged, with a warning."""
    assert fit(reply, MESSAGE) == (reply, "")
    instead, warning = fit(reply, EVENT)
    assert instead is ACK
    assert "TransferReply" in warning
