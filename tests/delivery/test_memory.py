"""Answers are remembered for a while, and forgotten."""

import pytest

from delivery.memory import Answers
from wechat.replies import ACK, Article, ImageReply, NewsReply, Reply, TextReply


@pytest.mark.parametrize(
    "reply", [ACK, TextReply(""), TextReply("长"), ImageReply("m"), NewsReply([Article("t")])]
)
def test_same_again(reply: Reply) -> None:
    """What was answered comes back, of whatever kind."""
    answers = Answers(60)
    answers.keep("key", reply, 0)
    assert answers.get("key", 1) == reply
    assert answers.get("other", 1) is None


@pytest.mark.parametrize("start", [0, 1, 30, 59, 60, 61])
def test_kept_at_least(start: float) -> None:
    """It is there for its time, whenever others came meanwhile."""
    answers = Answers(60)
    answers.keep("first", ACK, 0)
    answers.keep("key", TextReply("x"), start)
    for now in range(int(start), int(start) + 60, 7):
        answers.keep(f"other {now}", ACK, now)
    assert answers.get("key", start + 59) == TextReply("x")


@pytest.mark.parametrize("quiet", [True, False])
def test_forgotten(*, quiet: bool) -> None:
    """It is gone after twice its time, whether anything happened meanwhile or not."""
    answers = Answers(60)
    answers.keep("key", TextReply("x"), 10)
    if not quiet:
        for now in range(10, 130, 10):
            answers.keep(f"other {now}", ACK, now)
    assert answers.get("key", 131) is None


def test_nothing_piles_up() -> None:
    """However many come, only those of two times are there."""
    answers = Answers(60)
    for now in range(1000):
        answers.keep(str(now), ACK, now)
    assert len(answers._recent) + len(answers._older) <= 120


def test_asked_anew() -> None:
    """Who asks for it has it remembered from then on."""
    answers = Answers(60)
    answers.keep("key", TextReply("x"), 0)
    for now in range(50, 1000, 50):
        assert answers.get("key", now) == TextReply("x")
