"""Every command does what it says to a running service, and tells what the user sees."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.terminal.commands import COMMANDS, PAGE
from terminal.command import Command
from tests.simulator.terminal.conftest import Run

PLACE = ("location", "--latitude=31.23", "--longitude=121.47", "--label=外滩")
SEEN = "The user sees:\n  "
NOTHING = "The user sees nothing."


@pytest.mark.parametrize(
    ("arguments", "seen"),
    [
        (("text", "你好 😀"), f"{SEEN}你好 😀\n"),
        (("text", "--", "-1"), f"{SEEN}-1\n"),
        (("image",), f"{SEEN}I love you, itcast!"),
        (("image", "http://127.0.0.1/a.png"), f"{SEEN}I love you, itcast!"),
        (("voice", "--recognition", "天气"), f"{SEEN}天气"),
        (("voice",), f"{SEEN}未识别"),
        (("video", "--short"), f"{SEEN}I love you, itcast!"),
        (PLACE, f"{SEEN}I love you, itcast!"),
        (("link", "题", "https://x"), f"{SEEN}I love you, itcast!"),
        (("message", "file", "Title=a.pdf"), f"{SEEN}I love you, itcast!"),
        (("message", "hologram", "Depth=3"), f"{SEEN}I love you, itcast!"),
        (("follow",), f"{SEEN}感谢您的关注!\n"),
        (("follow", "--scene=123"), f"{SEEN}感谢您的关注!场景值:123\n"),
        (("scan", "123"), f"{SEEN}您扫描的场景值为:123\n"),
        (("unfollow",), NOTHING),
        (("click", "buy"), NOTHING),
        (("view", "https://x"), NOTHING),
        (("event", "LOCATION"), NOTHING),
        (("event", "kf_create_session", "KfAccount=kf@shop"), NOTHING),
    ],
)
def test_acts(arguments: tuple[str, ...], seen: str, run: Run, url: str) -> None:
    """Each act of a user is pushed, and its answer is what the user sees: status 0."""
    status, out, err = run(arguments[0], f"--url={url}", *arguments[1:])
    assert (status, err) == (0, "")
    assert seen in out
    assert re.search(r"attempt 1  127\.0\.0\.1:\d+  [\d.]+–[\d.]+ s  status 200", out)


def test_picture_of_a_file(run: Run, url: str, tmp_path: Path) -> None:
    """A picture must be one that WeChat takes."""
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    assert run("image", str(picture), f"--url={url}")[0] == 0
    picture.write_text("no picture")
    status, _, err = run("image", str(picture), f"--url={url}")
    assert (status, "WeChat would not take" in err) == (2, True)
    status, _, err = run("image", str(tmp_path / "none.png"), f"--url={url}")
    assert (status, "cannot be read: No such file" in err) == (2, True)


def test_user(run: Run, url: str) -> None:
    """The openid is the one that is given."""
    assert "from oSomebody" in run("text", "hi", "--user=oSomebody", f"--url={url}")[1]


@pytest.mark.parametrize("mode", ["plaintext", "compatible"])
def test_other_mode(mode: str, run: Run, url: str) -> None:
    """A service in another mode refuses: status 1, the reason, and where to look."""
    status, out, _ = run("text", "hi", f"--mode={mode}", f"--url={url}")
    if mode == "plaintext":
        assert status == 1
        assert "该公众号提供的服务出现故障，请稍后再试" in out
        assert "Reason: 4 attempts failed, the last one: status 403 instead of 200" in out
        assert "Hint: do the service and the simulator have the same token" in out
    else:  # what a safe account reads of it is the same
        assert status == 0


def test_verbose(run: Run, url: str) -> None:
    """All that was sent and came can be seen: the query, what is encrypted, the answer."""
    out = run("text", "hi", "--verbose", f"--url={url}")[1]
    for part in ("> POST /wechat?signature=", "<Encrypt>", "< HTTP/1.1 200 OK", "decrypted:"):
        assert part in out
    assert "<Content><![CDATA[hi]]></Content>" in out
    assert "development" not in out  # the token


def test_verify(run: Run, url: str, foreign: str) -> None:
    """The console's verdict, and why: what is accepted is status 0, all else 1."""
    status, out, _ = run("verify", f"--url={url}")
    assert (status, "The console says: 提交成功" in out) == (0, True)
    for path, console, reason in (
        ("/302", "Token验证失败", "redirected to /elsewhere (status 302)"),
        ("/nonsense", "Token验证失败", "the answer is not echostr: 'nonsense'"),
        ("/never", "请求URL超时", "no whole answer within 0.2 s"),
    ):
        status, out, _ = run("verify", f"--url={foreign}{path}", "--cutoff=0.2")
        assert (status, f"The console says: {console}" in out) == (1, True)
        assert f"Reason: {reason}" in out


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/success", 0, NOTHING),
        ("/empty", 0, NOTHING),
        ("/nonsense", 1, "Reason: the answer is not XML"),
        ("/500", 1, "Reason: 4 attempts failed, the last one: status 500 instead of 200"),
        ("/404", 1, "Hint: nothing is served at the path of this URL"),
        ("/never", 1, "Reason: 3 attempts failed, the last one: no whole answer within 0.2 s"),
    ],
)
def test_foreign(path: str, status: int, words: str, run: Run, foreign: str) -> None:
    """Any service is judged, whatever it is written in."""
    found, out, _ = run("text", "hi", f"--url={foreign}{path}", "--cutoff=0.2")
    assert (found, words in out) == (status, True), out


def test_nobody(run: Run, unused_port: Callable[[], int]) -> None:
    """Where nobody listens, that is said, and where to look."""
    url = f"--url=http://127.0.0.1:{unused_port()}/"
    status, out, _ = run("text", "hi", url)
    assert (status, "refused: no connection to" in out) == (1, True)
    assert "Hint: is the service running, and is this its URL?" in out
    assert out.count("attempt ") == 4
    assert run("text", "hi", url, "--no-repeat-broken")[1].count("attempt ") == 1


def test_faults(run: Run, url: str) -> None:
    """Faults come to order: a lost answer is repeated, a twin comes twice."""
    status, out, _ = run("text", "hi", "--lose=1", f"--url={url}")
    assert (status, "lost: " in out, "attempt 2" in out) == (0, True, True)
    assert run("text", "hi", "--twin", f"--url={url}")[1].count("attempt 1 (twin)") == 2
    status, out, _ = run("text", "hi", "--skew=-900", f"--url={url}")
    assert (status, "status 403" in out) == (1, True)
    status, out, _ = run("text", "hi", "--latency=9", "--cutoff=0.1", f"--url={url}")
    assert (status, out.count("hung up")) == (1, 3)


@pytest.mark.parametrize("command", [*COMMANDS.values(), PAGE], ids=lambda command: command.name)
def test_help(command: Command, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command explains itself, with an example that is one of its own."""
    with pytest.raises(SystemExit) as ended:
        run(*filter(None, [command.name]), "--help")
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert f"example:\n  python -m simulator {command.example}" in said
    assert "--url" in said


def test_overview(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a command, --help names every one, and what the page takes."""
    with pytest.raises(SystemExit):
        run("--help")
    said = capsys.readouterr().out
    assert [name for name in COMMANDS if f"\n  {name} " not in said] == []
    for option in ("--port", "--app-secret", "--kind", "--cutoff"):
        assert f"\n  {option} " in said
