"""What is wrong on the command line is said in one line with its remedy: status 2."""

import pytest

from tests.simulator.terminal.conftest import Run


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("txt", "hi"), "'txt' is not a command: did you mean text?"),
        (("dance",), "'dance' is not a command: see python -m simulator --help"),
        (("text",), "TEXT is missing"),
        (("text", "two", "words"), "'words' is one argument too many: put what has spaces"),
        (("text", "hi", "--urll=http://x"), "--urll is not an option: did you mean --url?"),
        (("text", "hi", "--url=nowhere"), "'nowhere' is not a URL as in http://127.0.0.1:8000"),
        (("text", "hi", "--url=http://x:99999/"), "host or port is wrong"),
        (("text", "hi", "--mode=clear"), "is not a mode: plaintext, compatible or safe"),
        (("text", "hi", "--aes-key=short"), "43 letters and digits"),
        (("text", "hi", "--token=t", "--mode=safe"), "set WECHAT_ENCODING_AES_KEY, or give"),
        (("text", "hi", "--cutoff=soon"), "'soon' is not a number, as in 0.5"),
        (("text", "hi", "--cutoff=0"), "the cut-off is more than 0"),
        (("text", "hi", "--user=a b"), "is not an openid"),
        (("text", "hi", "--lose=0"), "is not a whole number from 1"),
        (("text", "hi", "--address=here"), "'here' is not host:port"),
        (("location", "--latitude=91"), "-90 to 90 degrees"),
        (("event", "subscrib"), "'subscrib' is unknown: did you mean subscribe"),
        (("message", "hologram"), "a new one needs a FIELD=VALUE"),
        (("event", "CLICK", "EventKey"), "is not FIELD=VALUE"),
        (("event", "CLICK", "Event=VIEW"), "Event cannot be set by a field: it is the NAME"),
        (("message", "text", "MsgType=event"), "MsgType cannot be set by a field"),
        (
            ("message", "text", "FromUserName="),
            "FromUserName cannot be set by a field: give --user",
        ),
        (("event", "CLICK", "ToUserName=x"), "set WECHAT_ORIGINAL_ID"),
        (("raw", "/none"), "/none cannot be read: No such file or directory"),
        (("burst", "--users=0"), "is not a whole number from 1"),
        (("burst", "--rate=0"), "--rate is more than 0"),
        (("--port=70000",), "is not a port: 0 (any) to 65535"),
        (("--kind=best",), "is not a kind"),
    ],
)
def test_wrong(arguments: tuple[str, ...], words: str, run: Run) -> None:
    """Nothing is sent, and one line says what would be right."""
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert words in err
    assert err.startswith("python -m simulator: ")
    assert err.count("\n") == 1


def test_wrong_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is wrong is named."""
    monkeypatch.setenv("WECHAT_MODE", "clear")
    status, _, err = run("text", "hi")
    assert (status, "WECHAT_MODE is 'clear'" in err) == (2, True)
