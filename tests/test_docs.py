"""The documentation says what the code does."""

import dataclasses
import inspect
import re
from pathlib import Path

import pytest

from api import messages
from api.client import Api
from api.diagnostics import Diagnostics
from api.errors import CODES, NoAnswer, Unclear
from api.media import Media
from api.menus import Menus
from api.qrcodes import QRCodes
from api.shortkeys import ShortKeys
from api.templates import Templates
from api.users import Users
from delivery.parked import MOST_PARKED
from delivery.quotas import AFTER_MESSAGE
from delivery.times import TIMES
from handlers.hooks import HOOKS
from settings import OWN, TOP
from wechat.messages import EVENTS, MESSAGES
from wechat.push import Event, Message, Push

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh-CN.md")


def row(kind: str, push: type[Push]) -> str:
    """Return the line of docs/hooks.md that a typed push must have."""
    base = Event if issubclass(push, Event) else Message
    common = {field.name for field in dataclasses.fields(base)}
    names = [field.name for field in dataclasses.fields(push) if field.name not in common]
    for cls in push.__mro__:
        names += [name for name, value in vars(cls).items() if isinstance(value, property)]
    attributes = " ".join(f"`{name}`" for name in names if name != "dedupe_key")
    return f"| {kind} | `{push.__name__}` | `{HOOKS[push]}` | {attributes} |".replace("|  |", "| |")


@pytest.mark.parametrize(("kind", "push"), [*MESSAGES.items(), *EVENTS.items()])
def test_every_push_is_listed(kind: str, push: type[Push]) -> None:
    """Each type of push stands in docs/hooks.md with its hook and its attributes."""
    assert row(kind, push) in (ROOT / "docs" / "hooks.md").read_text()


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_is_listed(readme: str) -> None:
    """Each README has a row for every setting, and for none that is not one."""
    listed = set(re.findall(r"^\| `WECHAT_([A-Z_]+)`", (ROOT / readme).read_text(), re.MULTILINE))
    assert {name.lower() for name in listed} == OWN | TOP


@pytest.mark.parametrize("pattern", [r"```(?:\w+)?\n.*?```", r"(?<=\]\()[^)]*", r"`[^`\n]+`"])
def test_readmes_are_equal(pattern: str) -> None:
    """Both READMEs hold the same code, the same links and the same names, but for prose."""

    def found(readme: str) -> list[str]:
        text = (ROOT / readme).read_text().replace("zh-CN.", "")
        if not pattern.startswith("```"):
            text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        return sorted(set(re.findall(pattern, text, flags=re.DOTALL)))

    assert found("README.md") == found("README.zh-CN.md")


def test_every_error_of_the_platform_is_listed() -> None:
    """docs/api.md has a row for each class of error, with its codes."""
    text = (ROOT / "docs" / "api.md").read_text()
    for error, codes in CODES.items():
        assert f"| `{error.__name__}` | {' '.join(map(str, sorted(codes)))} |" in text
    for error in (NoAnswer, Unclear):
        assert f"| `{error.__name__}` | |" in text


def test_every_call_of_the_platform_is_listed() -> None:
    """docs/api.md names each coroutine of self.api and of its parts."""
    text = (ROOT / "docs" / "api.md").read_text()
    parts = [Diagnostics, Media, Menus, QRCodes, ShortKeys, Templates, Users]
    for part in (Api, *parts):
        for name, method in vars(part).items():
            if inspect.iscoroutinefunction(method) and name[0] != "_" and name != "close":
                assert f".{name}(" in text, name
    for message in vars(messages).values():
        if isinstance(message, type) and issubclass(message, messages.CustomMessage):
            assert message is messages.CustomMessage or f"`{message.__name__}(" in text


DAY, MINUTE = 86_400.0, 60.0
KEPT = [
    ("an answer, for retries", "1 to 2 minutes", TIMES.remembered, MINUTE),
    ("a late reply, with its message", "a day at most", TIMES.kept, DAY),
    ("a parked reply", "a day at most, ten a user, none after an unsubscribe", TIMES.kept, DAY),
    ("a parked `TransferReply`", "10 minutes", TIMES.kept_transfer, 10 * MINUTE),
    ("what is set aside", "a day", TIMES.kept, DAY),
    ("a user's quota", "48 hours", AFTER_MESSAGE[1], 2 * DAY),
]


@pytest.mark.parametrize(("what", "said", "is_kept", "meant"), KEPT, ids=[k[0] for k in KEPT])
def test_every_age_is_listed(what: str, said: str, is_kept: float, meant: float) -> None:
    """docs/window.md says for how long each thing is kept, and that is how long it is."""
    text = (ROOT / "docs" / "window.md").read_text()
    [row] = [line for line in text.splitlines() if line.startswith(f"| {what} ")]
    assert said in row
    assert is_kept == meant


def test_most_parked_is_listed() -> None:
    """It says how many replies wait for one user, too."""
    assert MOST_PARKED == 10
