"""Recorded pushes sent again, and many users at once."""

import io
import json
from pathlib import Path

import pytest

from tests import pushes
from tests.simulator.terminal.conftest import Run

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
TEXT = pushes.body(pushes.message(Content="recorded", CreateTime=1_700_000_000)).decode()
EVENT = pushes.body(pushes.event("SCAN", EventKey="7", Ticket="t")).decode()


def test_raw(run: Run, url: str, tmp_path: Path) -> None:
    """A push is sent as recorded, its id and its time too; --fresh makes them new."""
    file = tmp_path / "push.xml"
    file.write_text(TEXT, encoding="utf-8")
    status, out, _ = run("raw", str(file), "--verbose", f"--url={url}")
    assert (status, "recorded" in out) == (0, True)
    assert "<CreateTime>1700000000</CreateTime>" in out
    fresh = run("raw", str(file), "--fresh", "--user=oOther", "--verbose", f"--url={url}")[1]
    assert "<CreateTime>1700000000</CreateTime>" not in fresh
    assert "from oOther" in fresh


def test_standard_input(run: Run, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file - is what is piped in."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
    status, out, _ = run("raw", "-", f"--url={url}")
    assert (status, "  recorded\n" in out) == (0, True)


def test_folder(run: Run, url: str, tmp_path: Path) -> None:
    """Of a folder its recordings are sent, and nothing else that is in it."""
    status, _, err = run("replay", str(tmp_path), f"--url={url}")
    assert (status, "has no files that end in .json, .jsonl, .txt, .xml" in err) == (2, True)
    (tmp_path / "more.xml").mkdir()
    (tmp_path / "notes.md").write_text("no push", encoding="utf-8")
    (tmp_path / "push.xml").write_text(TEXT, encoding="utf-8")
    status, out, _ = run("replay", str(tmp_path), f"--url={url}")
    assert (status, "1 pushes: 1 replies" in out) == (0, True)


def test_sealed_recording(run: Run, url: str, tmp_path: Path) -> None:
    """One that was recorded encrypted is opened by the account's key, and sent."""
    plain = pushes.message(Content="sealed")
    _, body = pushes.sealed(
        pushes.body(plain),
        pushes.query(),
        key="DevelopmentDevelopmentDevelopmentDevelopmen",
        app_id=pushes.APP_ID,
    )
    (tmp_path / "push.xml").write_bytes(body)
    status, out, _ = run("raw", str(tmp_path / "push.xml"), f"--url={url}")
    assert (status, "  sealed\n" in out) == (0, True)


@pytest.mark.parametrize(
    "recording",
    [
        TEXT + "\n" + EVENT,
        json.dumps({"xml": TEXT}) + "\n" + json.dumps({"body": EVENT}) + "\n",
        json.dumps([TEXT, EVENT]),
    ],
    ids=["xml", "lines", "list"],
)
def test_replay(recording: str, run: Run, url: str, tmp_path: Path) -> None:
    """A file may hold several pushes in several forms: each is a line, and all are summed up."""
    file = tmp_path / "day.jsonl"
    file.write_text(recording, encoding="utf-8")
    status, out, _ = run("replay", str(file), f"--url={url}")
    assert (status, "2 pushes: 2 replies, 0 without one, 0 failed" in out) == (0, True)
    assert f"{file}:1" in out
    assert f"{file}:2" in out
    status, out, _ = run(
        "replay", str(tmp_path), "--token=another", "--mode=plaintext", f"--url={url}"
    )
    assert (status, "2 failed" in out) == (1, True)
    assert run("raw", str(file), f"--url={url}")[0] == 2


def test_replay_of_samples(run: Run, url: str) -> None:
    """Every recorded push of the tests goes through the service and back."""
    folders = [str(SAMPLES / name) for name in ("messages", "events", "platform_events")]
    status, out, err = run("replay", *folders, f"--url={url}")
    assert (status, err) == (0, "")
    assert ", 0 failed" in out


@pytest.mark.parametrize(
    ("recording", "words"),
    [
        (b"", "it is empty"),
        (b"nothing", "is no recorded push"),
        (b"<xml><a>", "it is not XML"),
        (b"<xml><MsgType>text</MsgType></xml>", "it has no ToUserName"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"[1]", "neither XML nor JSON"),
        (b"[]", "it is an empty list"),
        (b"[" * 200_000, "it is nested too deeply"),
    ],
)
def test_no_recording(recording: bytes, words: str, run: Run, tmp_path: Path) -> None:
    """A file that is something else is refused before anything is sent."""
    file = tmp_path / "push.txt"
    file.write_bytes(recording)
    status, out, err = run("replay", str(file))
    assert (status, out) == (2, "")
    assert words in err


def test_burst(run: Run, url: str, foreign: str) -> None:
    """Many users write at a rate; the count of fault lines decides the status."""
    numbers = ("--users=3", "--rate=50", "--seconds=0.4")
    status, out, _ = run("burst", *numbers, f"--url={url}")
    assert (status, "20 messages in " in out) == (0, True)
    assert "replies     20" in out
    assert "p50 " in out
    assert "p99 " in out
    status, out, _ = run("burst", *numbers, f"--url={foreign}/nonsense")
    assert (status, "fault line  20, seen by 3 users" in out) == (1, True)
    assert "20 × the answer is not XML" in out
    status, out, _ = run(
        "burst", "--rate=10", "--seconds=0.1", "--cutoff=0.1", f"--url={foreign}/never"
    )
    assert (status, "hang-ups    3" in out) == (1, True)
