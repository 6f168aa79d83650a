"""WeChat on a thread of its own, an account in the environment, and the command line."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from api import repeating
from api.terminal.main import main
from simulator.account import (
    DEVELOPMENT_APP_ID,
    DEVELOPMENT_SECRET,
    DEVELOPMENT_TOKEN,
    Account,
    AccountKind,
)
from simulator.engine.conditions import Rules
from simulator.testing import WeChat
from tests.processes import OURS

Run = Callable[..., tuple[int, str, str]]
WRONG_SECRET = "f" * 32


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what the environment of whoever runs the tests says, and do not pause."""
    for name in list(os.environ):
        if name.startswith(OURS):
            monkeypatch.delenv(name)
    monkeypatch.setattr(repeating, "FIRST_PAUSE", 0.0)


@pytest.fixture
def account_kind() -> AccountKind:
    """Return the kind of the account; parametrize it for another."""
    return AccountKind.VERIFIED_SERVICE


@pytest.fixture
def wechat(account_kind: AccountKind) -> Iterator[WeChat]:
    """Return WeChat, with its platform served."""
    account = Account(url="http://127.0.0.1:9/wechat", kind=account_kind)
    with WeChat(account, Rules()).running() as wechat:
        yield wechat


@pytest.fixture
def environ(wechat: WeChat, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """Return the settings of the environment, which are those of the account."""
    values = {
        "WECHAT_TOKEN": DEVELOPMENT_TOKEN,
        "WECHAT_APP_ID": DEVELOPMENT_APP_ID,
        "WECHAT_APP_SECRET": DEVELOPMENT_SECRET,
        "WECHAT_API_BASE": wechat.base_url,
        "WECHAT_STORE": "memory://",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return values


@pytest.fixture
def run(environ: Mapping[str, str], wechat: WeChat, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a command line: its status, and what it wrote, which holds no secret."""

    def go(*argv: str) -> tuple[int, str, str]:
        # In this thread, asyncio.run would forget the loop that pytest-tornado left, unclosed.
        with ThreadPoolExecutor(1) as thread:
            status = thread.submit(main, argv).result()
        written = capsys.readouterr()
        for secret in (DEVELOPMENT_SECRET, WRONG_SECRET, *wechat.platform.tokens._known):
            assert secret not in written.out + written.err
        return status, written.out, written.err

    return go


def called(wechat: WeChat, path: str = "") -> int:
    """Return how often the platform was asked for `path`, or for anything."""
    return sum(call.path == path or not path for call in wechat.calls)


def one_line(err: str) -> bool:
    """Return whether an error is one line, of this program."""
    return err.startswith("python -m api: ") and err.count("\n") == 1
