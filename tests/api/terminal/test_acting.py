"""send and user: what they do, and how it is said what cannot be done."""

import re
from typing import Any

import pytest

from api.errors import KEYS
from simulator.account import AccountKind
from simulator.platform.quotas import Trigger
from simulator.testing import WeChat
from simulator.users import User
from tests.api.terminal.conftest import Run, called, one_line

USER = "oUser-of-the-tests"
SEND = "/cgi-bin/message/custom/send"


@pytest.fixture
def user(wechat: WeChat) -> User:
    """Return a follower who wrote just now."""
    wechat.platform.quotas.trigger(USER, Trigger.MESSAGE)
    return wechat.user(USER).user


def test_send(run: Run, user: User) -> None:
    """A text reaches the chat."""
    assert run("send", USER, "您的订单已发货") == (0, "sent\n", "")
    assert [item.content for item in user.chat] == [{"content": "您的订单已发货"}]


def test_send_what_begins_like_an_option(run: Run, user: User) -> None:
    """So does one that begins with a dash, after two of them."""
    assert run("send", "--", USER, "-5°C")[0] == 0
    assert user.chat[-1].content == {"content": "-5°C"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((USER, "x" * 2049), "the text has 2049 bytes: the limit is 2048"),
        ((USER, " "), "the text must not be empty"),
        (("a b", "x"), "openid is not an openid"),
        ((USER,), "TEXT is missing"),
        ((USER, "two", "words"), "'words' is one argument too many"),
    ],
)
def test_send_nothing(arguments: tuple[str, ...], words: str, run: Run, wechat: WeChat) -> None:
    """What cannot be sent is not, and one line says why."""
    status, out, err = run("send", *arguments)
    assert (status, out) == (2, "")
    assert words in err
    assert one_line(err)
    assert not called(wechat, SEND)


def test_send_to_a_stranger(run: Run, wechat: WeChat) -> None:
    """What the platform refuses is one line with code, number and remedy."""
    wechat.stranger(USER)
    status, out, err = run("send", USER, "x")
    assert (status, out) == (1, "")
    assert re.fullmatch(
        rf"python -m api: {SEND}: 43004 require subscribe \(rid 6[0-9a-f-]+\): "
        "only followers can be written to\n",
        err,
    )


@pytest.mark.parametrize("account_kind", [AccountKind.UNVERIFIED_SERVICE])
def test_no_right(run: Run, user: User) -> None:
    """An account that may not is told so."""
    for command in (("send", USER, "x"), ("user", USER)):
        status, _, err = run(*command)
        assert (status, one_line(err)) == (1, True)
        assert "48001 api unauthorized" in err


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"lost": {"path": SEND}}, "it may have been done: repeat it only if"),
        ({"bad_gateway": {"path": SEND}}, "HTTP status 502: it may have been done"),
        ({"busy": {}}, "/cgi-bin/stable_token: -1 system error"),
        ({"not_whitelisted": {}}, f"add 127.0.0.1 to API IP白名单: {KEYS}"),
    ],
)
def test_faults(fault: Any, words: str, run: Run, user: User, wechat: WeChat) -> None:
    """Whatever fails is one line."""
    wechat.platform.order(**fault)
    status, _, err = run("send", USER, "x")
    assert (status, one_line(err)) == (1, True)
    assert words in err
    assert called(wechat, SEND) <= 1


def test_user(run: Run, user: User) -> None:
    """What the platform tells is listed, in lines that nobody can forge."""
    user.remark = "a\nsubscribe        False\x1b[31m"
    status, out, err = run("user", USER)
    assert (status, err) == (0, "")
    lines = [line.split(maxsplit=1) for line in out.splitlines()]
    told = {name: rest for name, *rest in lines}
    assert told["subscribe"] == ["True"]
    assert told["openid"] == [USER]
    assert told["remark"] == ["a subscribe        False [31m"]
    assert len(lines) == len(told) == 11
    assert "raw" not in told


def test_nobody(run: Run) -> None:
    """Of nobody nothing can be told."""
    status, out, err = run("user", "oNobody")
    assert (status, out, one_line(err)) == (1, "", True)
    assert "40003 invalid openid" in err
    assert run("user", "a b")[0] == 2
