"""check: each thing that can be wrong with a set-up, found, and said where to mend it."""

import time
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

import pytest
from tornado.httputil import HTTPHeaders

from api.diagnostics import CallbackCheck, Pinged, Resolved
from api.errors import KEYS
from api.terminal.doctor import Finding, _clock, judged_callback, judged_clock
from api.transport import Request, Response
from settings import Account
from simulator.account import DEVELOPMENT_APP_ID
from simulator.testing import WeChat
from terminal.paper import Style
from tests.api.terminal.conftest import WRONG_SECRET, Run, called
from tests.conftest import MakeAccount

TOKEN, CLASSIC = "/cgi-bin/stable_token", "/cgi-bin/token"
IPS, CHECK = "/cgi-bin/getcallbackip", "/cgi-bin/callback/check"
ADD = f"add 127.0.0.1 to API IP白名单: {KEYS}"


def lines(out: str) -> dict[str, tuple[str, str]]:
    """Return what was found, and how good it is, by what was looked at."""
    found = {line[3:16].strip(): (line[:3].strip(), line[17:]) for line in out.splitlines()}
    assert len(found) == out.count("\n")
    return found


def test_right(run: Run) -> None:
    """Where all is well, each line says so, and the exit status too."""
    status, out, err = run("check")
    assert (status, err) == (0, "")
    assert lines(out) == {
        "settings": ("ok", f"account default, plaintext mode, AppID {DEVELOPMENT_APP_ID}"),
        "store": ("ok", "memory://"),
        "clock": ("ok", "agrees with WeChat's"),
        "access token": ("ok", "WeChat gives one: AppID and AppSecret are right"),
        "whitelist": ("ok", "allows this machine; WeChat has 1 addresses"),
        "callback": ("ok", "WeChat resolves the URL's host to 127.0.0.1"),
        "ping": ("ok", "127.0.0.1: 0% lost from DEFAULT, 0.100ms"),
    }


def test_no_secret(run: Run, monkeypatch: pytest.MonkeyPatch, wechat: WeChat) -> None:
    """Without an AppSecret the service works, but for the API; what can be seen is seen."""
    monkeypatch.delenv("WECHAT_APP_SECRET")
    monkeypatch.delenv("WECHAT_APP_ID")
    status, out, _ = run("check")
    found = lines(out)
    assert status == 0
    assert found["access token"] == ("!", "no WECHAT_APP_SECRET: self.api cannot be used")
    assert found["settings"] == ("ok", "account default, plaintext mode")
    assert found["clock"][0] == "ok"
    assert "callback" not in found
    assert called(wechat, IPS) == 1


def test_store(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that cannot be opened is said, and everything else is looked at all the same."""
    monkeypatch.setenv("WECHAT_STORE", "sqlite:////proc/nowhere/x.db")
    status, out, err = run("check")
    found = lines(out)
    assert (status, err) == (1, "")
    assert found["store"][0] == "x"
    assert "/proc/nowhere" in found["store"][1]
    assert found["ping"][0] == "ok"


def test_unreachable(
    run: Run, monkeypatch: pytest.MonkeyPatch, unused_port: Callable[[], int]
) -> None:
    """A platform that is not reached is one line; what needs it is not tried."""
    monkeypatch.setenv("WECHAT_API_BASE", f"http://127.0.0.1:{unused_port()}")
    status, out, err = run("check")
    found = lines(out)
    assert (status, err) == (1, "")
    assert found["platform"][0] == "x"
    assert "look at this machine's network and DNS" in found["platform"][1]
    assert set(found) == {"settings", "store", "platform"}


def test_unreachable_without_a_secret(
    run: Run, monkeypatch: pytest.MonkeyPatch, wechat: WeChat
) -> None:
    """Both that are wrong are said."""
    monkeypatch.delenv("WECHAT_APP_SECRET")
    wechat.platform.order(bad_gateway={})
    status, out, _ = run("check")
    assert status == 1
    assert lines(out)["access token"][0] == "!"
    assert "HTTP status 502" in lines(out)["platform"][1]


FROZEN = f"the AppSecret is frozen: thaw it in the console: {KEYS}"
COMPARE = f"compare WECHAT_APP_ID and WECHAT_APP_SECRET with the console: {KEYS}"


@pytest.fixture(params=[TOKEN, CLASSIC])
def api(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the path at which tokens are asked for."""
    monkeypatch.setenv("WECHAT_ACCESS_TOKEN_API", request.param.rpartition("/")[2])
    return str(request.param)


@pytest.mark.parametrize(
    ("fault", "remedy"),
    [
        ({"refused": {"errcode": 40243}}, FROZEN),
        ({"refused": {"errcode": 40001}}, COMPARE),
        ({"refused": {"errcode": 40125}}, COMPARE),
        ({"not_whitelisted": {}}, ADD),
        ({"busy": {}}, "try again later"),
    ],
)
def test_no_token(
    fault: dict[str, dict[str, Any]], remedy: str, api: str, run: Run, wechat: WeChat
) -> None:
    """Where no token is given, it is said why; what needs one is not tried."""
    [(name, scope)] = fault.items()
    wechat.platform.order(**{name: {**scope, "path": api}})
    status, out, err = run("check")
    mark, said = lines(out)["access token"]
    assert (status, err, mark) == (1, "", "x")
    errcode = scope.get("errcode", {"not_whitelisted": 40164, "busy": -1}.get(name))
    assert said.startswith(f"{api}: {errcode} ")
    assert said.endswith(remedy)
    assert not {"whitelist", "callback", "platform"} & set(lines(out))
    assert called(wechat, IPS) == 1


def test_wrong_secret(
    run: Run, monkeypatch: pytest.MonkeyPatch, wechat: WeChat, tmp_path: Any
) -> None:
    """A secret that is wrong is found though the store has a token of before."""
    monkeypatch.setenv("WECHAT_STORE", f"sqlite:///{tmp_path}/x.db")
    assert run("menu", "show")[0] == 0
    monkeypatch.setenv("WECHAT_APP_SECRET", WRONG_SECRET)
    status, out, _ = run("check")
    assert status == 1
    assert "40125 invalid appsecret" in lines(out)["access token"][1]
    assert called(wechat, TOKEN) == 2


def test_classic(run: Run, monkeypatch: pytest.MonkeyPatch, wechat: WeChat, tmp_path: Any) -> None:
    """A classic token that is stored is not ended by asking for another."""
    monkeypatch.setenv("WECHAT_STORE", f"sqlite:///{tmp_path}/x.db")
    monkeypatch.setenv("WECHAT_ACCESS_TOKEN_API", "token")
    assert run("menu", "show")[0] == 0
    status, out, _ = run("check")
    assert (status, lines(out)["access token"]) == (0, ("ok", "there is one"))
    assert called(wechat, CLASSIC) == 1


def test_not_whitelisted(run: Run, wechat: WeChat) -> None:
    """An address that may have a token but call nothing is told where to add it."""
    wechat.platform.order(not_whitelisted={"path": "/cgi-bin/get", "calls": 2})  # one is the clock
    status, out, _ = run("check")
    mark, said = lines(out)["whitelist"]
    assert (status, mark) == (1, "x")
    assert said.endswith(ADD)
    assert lines(out)["ping"][0] == "ok"


def test_refused(run: Run, wechat: WeChat) -> None:
    """What else the platform refuses is not blamed on the whitelist."""
    wechat.platform.order(refused={"errcode": 45009, "path": IPS, "calls": 2})
    status, out, _ = run("check")
    assert (status, lines(out)["platform"][0]) == (1, "x")
    assert "45009" in lines(out)["platform"][1]
    assert "whitelist" not in lines(out)


@pytest.mark.parametrize(
    ("errcode", "words"),
    [
        (40201, "no URL is set: fill in 消息与事件推送 in the console"),
        (48001, "48001 api unauthorized"),
    ],
)
def test_callback(errcode: int, words: str, run: Run, wechat: WeChat) -> None:
    """An account without a URL is told where to enter it; any other refusal is as it came."""
    wechat.platform.order(refused={"errcode": errcode, "path": CHECK})
    status, out, _ = run("check")
    mark, said = lines(out)["callback"]
    assert (status, mark) == (1, "x")
    assert words in said


@pytest.mark.parametrize(
    ("found", "findings"),
    [
        (
            CallbackCheck(dns=(), ping=(), raw={}),
            [("callback", "WeChat cannot resolve the host of the URL", Style.BAD)],
        ),
        (
            CallbackCheck(
                dns=(
                    Resolved(ip="1.2.3.4", real_operator="UNICOM"),
                    Resolved(ip="::1", real_operator="UNICOM"),
                ),
                ping=(
                    Pinged(ip="1.2.3.4", from_operator="CAP", package_loss="100%", time=""),
                    Pinged(ip="::1", from_operator="CAP", package_loss="0%", time="2ms"),
                    Pinged(ip="::2", from_operator="CAP", package_loss="", time="2ms"),
                ),
                raw={},
            ),
            [
                ("callback", "WeChat resolves the URL's host to 1.2.3.4, ::1", Style.GOOD),
                ("ping", "1.2.3.4: 100% lost from CAP: it may only be that", Style.ODD),
                ("ping", "::1: 0% lost from CAP, 2ms", Style.GOOD),
                ("ping", "::2: 0% lost from CAP, 2ms", Style.GOOD),
            ],
        ),
    ],
)
def test_judged_callback(found: CallbackCheck, findings: list[tuple[str, str, Style]]) -> None:
    """No address is bad; pings that are lost may mean nothing."""
    judged = judged_callback(found)
    assert [(one.what, one.style) for one in judged] == [(f[0], f[2]) for f in findings]
    for one, (_, words, _) in zip(judged, findings, strict=True):
        assert one.found.startswith(words)


@pytest.mark.parametrize(
    ("ahead", "tolerance", "style", "words"),
    [
        (0.0, 300, Style.GOOD, "agrees with WeChat's"),
        (5.0, 300, Style.GOOD, "agrees"),
        (-5.0, 0, Style.GOOD, "agrees"),
        (5.1, 300, Style.ODD, "5 s ahead of WeChat's: timedatectl set-ntp true"),
        (-300.0, 300, Style.ODD, "300 s behind WeChat's: timedatectl"),
        (300.6, 300, Style.BAD, "301 s ahead of WeChat's: every push is refused as stale: timed"),
        (-3600.0, 300, Style.BAD, "3600 s behind WeChat's: every push is refused"),
        (3600.0, 0, Style.ODD, "3600 s ahead of WeChat's: timedatectl"),
        (4.0, 3, Style.BAD, "4 s ahead of WeChat's: every push is refused"),
    ],
)
def test_judged_clock(ahead: float, tolerance: int, style: Style, words: str) -> None:
    """A clock is bad once the service takes every push for an old one."""
    finding = judged_clock(ahead, tolerance)
    assert (finding.what, finding.style) == ("clock", style)
    assert finding.found.startswith(words)


class Dated:
    """A platform whose answers have a date, or none."""

    def __init__(self, date: str) -> None:
        self.headers = HTTPHeaders({"Date": date} if date else {})

    async def fetch(self, _: Request) -> Response:
        """Answer."""
        return Response(self.headers, b"{}")


async def clock(account: Account, date: str) -> Finding:
    """Return what is found out about the clock."""
    transport: Any = Dated(date)
    return await _clock(account, transport)


@pytest.fixture
def account(make_account: MakeAccount) -> Account:
    """Return an account."""
    return make_account()


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("off", "style", "words"),
    [
        (-7200, Style.BAD, "s ahead of WeChat's: every push"),
        (7200, Style.BAD, "s behind WeChat's: every push"),
        (150, Style.ODD, "s behind WeChat's: timedatectl"),
    ],
)
async def test_clock(off: int, style: Style, words: str, account: Account) -> None:
    """The clock is compared with the one that the platform's answers show."""
    finding = await clock(account, formatdate(time.time() + off, usegmt=True))
    assert finding.style is style
    assert words in finding.found


@pytest.mark.gen_test
@pytest.mark.parametrize("date", ["", "soon"])
async def test_no_clock(date: str, account: Account) -> None:
    """A platform that shows none is no error."""
    finding = await clock(account, date)
    assert finding.style is Style.ODD
    assert finding.found == "https://api.weixin.qq.com did not say what time it is"


def test_line() -> None:
    """A finding is one line, whatever it has in it."""
    assert Finding("ping", "1.2.3.4\nok clock  agrees", Style.BAD).line == (
        "x  ping          1.2.3.4 ok clock agrees"
    )
