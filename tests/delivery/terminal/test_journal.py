"""What a person sees of the journal, and what they can do with it."""

import asyncio
import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from delivery.codec import reply_text
from delivery.terminal.journal import line_of
from delivery.terminal.main import main
from stores.base import Item, Owed, State
from stores.sqlite import SQLiteStore
from tests.processes import OURS
from wechat.replies import ImageReply, TextReply

Run = Callable[..., tuple[int, str, str]]
MESSAGE = json.dumps({"MsgType": "text", "Content": "你好"}, ensure_ascii=False)
NOW = 1_790_000_000.0


def item(key: str, account: str = "default", reply: str | None = None, age: float = 0) -> Item:
    """Return a row."""
    return Item(
        id=key,
        account=account,
        user="oUser",
        created=time.time() - age,
        expires=time.time() + 86_400,
        message=MESSAGE,
        reply=reply,
    )


async def fill(path: Path) -> None:
    """Put one of each state into a journal, as a process that has ended."""
    store = await SQLiteStore.open(path)
    await store.defer(item("default:oUser:1"), "gone", 30)
    await store.defer(item("default:oUser:2", reply=reply_text(TextReply("答案"))), "gone", 30)
    await store.park("default:oUser:2")
    await store.defer(item("shop:oUser:3", "shop"), "gone", 30)
    await store.set_aside("shop:oUser:3")
    await store.close()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a command line against that journal."""
    for name in list(os.environ):
        if name.startswith(OURS):
            monkeypatch.delenv(name)
    monkeypatch.setenv("WECHAT_TOKEN", "development")
    monkeypatch.setenv("WECHAT_STORE", f"sqlite:///{tmp_path}/x.db")

    def go(*argv: str) -> tuple[int, str, str]:
        # In this thread, asyncio.run would forget the loop that pytest-tornado left, unclosed.
        with ThreadPoolExecutor(1) as thread:
            status = thread.submit(main, argv).result()
        written = capsys.readouterr()
        return status, written.out, written.err

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, fill(tmp_path / "x.db")).result()
    return go


def test_list(run: Run) -> None:
    """Each has a line: its state, age, user and id, and what of the reply is known."""
    status, out, _ = run("list")
    assert status == 0
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert lines == [
        "open 0 s oUser default:oUser:1 no reply yet",
        "parked 0 s oUser default:oUser:2 text of 2 characters",
        "aside 0 s oUser shop:oUser:3 no reply yet",
    ]
    assert run("list", "--account=shop")[1].count("\n") == 1
    assert run("list", "--account=nobody")[1] == "nothing is owed\n"


def test_show(run: Run) -> None:
    """One is shown whole, by its id or the end of it."""
    status, out, _ = run("show", "oUser:2")
    assert status == 0
    assert MESSAGE in out
    assert "答案" in out
    assert "its hook is to run" in run("show", "default:oUser:1")[1]


def test_drop(run: Run) -> None:
    """What is dropped is owed no more."""
    assert run("drop", "default:oUser:2")[:2] == (0, "dropped\n")
    assert "oUser:2" not in run("list")[1]


def test_resend(run: Run) -> None:
    """What is parked or set aside is the service's to take up; what is open is already."""
    for key in ("default:oUser:2", "shop:oUser:3"):
        assert run("resend", key)[0] == 0
    assert {line.split()[0] for line in run("list")[1].splitlines()} == {"open"}
    assert run("resend", "default:oUser:1")[:2] == (1, "it is being delivered already\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "9"), "'9' is none of what is owed: see python -m delivery list"),
        (("show", "r:"), "'r:' is none of what is owed"),
        (("drop",), "ID is missing"),
        (("lst",), "'lst' is not a command: did you mean list?"),
        (("list", "--config=none.toml"), "--config none.toml cannot be read"),
    ],
)
def test_wrong(arguments: tuple[str, ...], words: str, run: Run) -> None:
    """What is wrong is said in one line, with status 2."""
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


def test_ambiguous(run: Run) -> None:
    """An end that several have is none."""
    assert "is several of what is owed" in run("show", "")[2]


def test_memory(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A journal in memory is its own process's."""
    monkeypatch.setenv("WECHAT_STORE", "memory://")
    assert "only the service itself can see it" in run("list")[2]


def test_no_command(run: Run) -> None:
    """Without a command it says which there are."""
    status, out, _ = run()
    assert status == 2
    assert "resend ID" in out


@pytest.mark.parametrize(
    ("age", "said"), [(-1, "0 s"), (59, "59 s"), (60, "1 min"), (7200, "2 h"), (200_000, "2 d")]
)
def test_age(age: float, said: str) -> None:
    """An age is in the unit that a person would use."""
    row = Owed(item=item("x", age=age), runs=2, state=State.OPEN)
    line = line_of(row, time.time())
    assert f" {said} " in line
    assert line.endswith("no reply yet, hook run 2 times again")


def test_replies() -> None:
    """Of a reply its kind is said, not its words."""
    for reply, said in (
        (reply_text(ImageReply("m")), "image"),
        ("{}", "a reply of another version"),
    ):
        row = Owed(item=item("x", reply=reply), runs=0, state=State.PARKED)
        assert line_of(row, NOW).endswith(said)
