"""What the log says of refused requests, how often, and whom it blames."""

import logging
from ipaddress import ip_network
from pathlib import Path

import pytest

from handlers.refusals import NoHttp, RefusalLog, client_address, remedy
from handlers.service import Service
from setting_values import LOOPBACK, Network
from settings import load
from tests import pushes
from tests.handlers.sending import Send, logged
from wechat.crypto import EncryptionMode
from wechat.errors import (
    AppIdMismatch,
    DecryptionError,
    IncompleteQuery,
    InvalidSignature,
    MalformedMessage,
    ModeMismatch,
    ProtocolError,
    StaleTimestamp,
    WrongIdentity,
)

PROXIES = (*LOOPBACK, ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
CLIENT = "203.0.113.7"


class Clock:
    """Shows the time that it is set to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_no_http(caplog: pytest.LogCaptureFixture) -> None:
    """What is no HTTP is told as seldom as other refusals, and without what it quotes."""
    general = logging.getLogger("a general logger")
    general.addFilter(NoHttp(RefusalLog(most=2, clock=Clock())))
    for _ in range(3):
        general.info("Malformed HTTP message from %s: bad %r", "192.0.2.1", "signature=secret\n")
    general.warning("worth a line")
    assert [record.message for record in caplog.records] == [
        "refused: Malformed HTTP message from 192.0.2.1: bad (is it TLS, or a scanner?)",
        "refused: Malformed HTTP message from 192.0.2.1: bad (is it TLS, or a scanner?)",
        "worth a line",
    ]


def test_rate(caplog: pytest.LogCaptureFixture) -> None:
    """Of one kind so many lines are written in a period; then the rest is counted."""
    clock = Clock()
    refusals = RefusalLog(most=3, period=60.0, clock=clock)
    for number in range(10):
        refusals.write("kind", f"line {number}")
        clock.now += 1
    assert logged(caplog) == ["line 0", "line 1", "line 2"]
    clock.now = 160.0
    refusals.write("kind", "line 10")
    assert logged(caplog)[3:] == ["7 more like this: line 2", "line 10"]
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


def test_count_without_another(caplog: pytest.LogCaptureFixture) -> None:
    """The count is told though nothing of its kind follows, and once."""
    clock = Clock()
    refusals = RefusalLog(most=1, period=60.0, clock=clock)
    for _ in range(3):
        refusals.write("kind", "line")
    refusals.tell()
    clock.now += 60
    refusals.tell()
    refusals.tell()
    assert logged(caplog) == ["line", "2 more like this: line"]


@pytest.mark.parametrize("count", [1, 3])
def test_nothing_to_count(count: int, caplog: pytest.LogCaptureFixture) -> None:
    """A period in which every line was written is not summed up."""
    clock = Clock()
    refusals = RefusalLog(most=3, period=60.0, clock=clock)
    for _ in range(count):
        refusals.write("kind", "before")
    clock.now += 60
    refusals.write("kind", "after")
    assert logged(caplog) == ["before"] * count + ["after"]


def test_kinds_are_counted_apart(caplog: pytest.LogCaptureFixture) -> None:
    """A scan of one kind does not hide a refusal of another."""
    refusals = RefusalLog(most=1)
    for kind in ("scan", "scan", "token", "scan", "token"):
        refusals.write(kind, kind)
    assert logged(caplog) == ["scan", "token"]


def test_percent_signs(caplog: pytest.LogCaptureFixture) -> None:
    """A line is written as it is, whatever it contains."""
    RefusalLog().write("kind", "%s %d %(x)s")
    assert logged(caplog) == ["%s %d %(x)s"]


@pytest.mark.gen_test
async def test_scan(service: Service, send: Send, caplog: pytest.LogCaptureFixture) -> None:
    """Under a scan ten lines are written; another refusal still has its own."""
    for number in range(15):
        assert (await send("", path=f"/scan{number}")).code == 404
    assert len(logged(caplog)) == 10
    assert (await send(pushes.query(signature="0"), b"x")).code == 403
    assert "WECHAT_TOKEN" in logged(caplog)[10]
    assert len(service.refusals._windows) == 2


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        (CLIENT, "", CLIENT),
        # An untrusted peer can say whatever it likes.
        (CLIENT, "198.51.100.1", CLIENT),
        (CLIENT, "127.0.0.1", CLIENT),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", CLIENT, CLIENT),
        ("::1", CLIENT, CLIENT),
        ("0.0.0.0", CLIENT, CLIENT),
        ("0.0.0.0", "", "0.0.0.0"),
        # What a client wrote itself stands to the left of what the proxy appended.
        ("127.0.0.1", f"198.51.100.1, {CLIENT}", CLIENT),
        ("127.0.0.1", f"127.0.0.1, {CLIENT}", CLIENT),
        ("127.0.0.1", f"{CLIENT},10.1.2.3 , 10.0.0.1", CLIENT),
        ("127.0.0.1", f"198.51.100.1, {CLIENT}, 10.0.0.1, 127.0.0.1", CLIENT),
        ("10.0.0.1", "10.0.0.2, 10.0.0.3", "10.0.0.2"),
        # Garbage ends the walk at the last address that somebody trusted wrote.
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", f"{CLIENT}, unknown, 10.0.0.1", "10.0.0.1"),
        ("127.0.0.1", f"{CLIENT}, , 10.0.0.1", "10.0.0.1"),
        ("127.0.0.1", f"{CLIENT}:4711", "127.0.0.1"),
        ("127.0.0.1", "\r\nforged line", "127.0.0.1"),
        ("127.0.0.1", "2001:db8::1%\x85forged line", "127.0.0.1"),
        ("127.0.0.1", "fe80::1%" + "x" * 1000, "127.0.0.1"),
        # IPv6
        ("2001:db8::1", CLIENT, "2001:db8::1"),
        ("fd00::1", "2001:DB8:0::7", "2001:db8::7"),
        ("::ffff:127.0.0.1", CLIENT, CLIENT),
        ("::ffff:203.0.113.7", "198.51.100.1", CLIENT),
        ("127.0.0.1", "::ffff:203.0.113.7", CLIENT),
        ("127.0.0.1", f"{CLIENT}, ::ffff:10.0.0.1", CLIENT),
    ],
)
def test_client_address(peer: str, forwarded: str, client: str) -> None:
    """The client is the last address before the trusted proxies, who alone are believed."""
    assert client_address(peer, forwarded, PROXIES) == client


def test_no_proxy_is_trusted() -> None:
    """Without trusted proxies the header is never believed, not even from loopback."""
    assert client_address("127.0.0.1", CLIENT, ()) == "127.0.0.1"


@pytest.mark.parametrize(("trusted", "client"), [(LOOPBACK, CLIENT), ((), "127.0.0.1")])
@pytest.mark.gen_test
async def test_client_in_the_log(
    trusted: tuple[Network, ...], client: str, send: Send, caplog: pytest.LogCaptureFixture
) -> None:
    """A refusal names the client that a trusted proxy forwards."""
    send.endpoint.service.trusted_proxies = trusted
    headers = {"X-Forwarded-For": f"198.51.100.1, {CLIENT}"}
    await send("", b"x", headers=headers)
    assert logged(caplog)[0].startswith(f"refused POST /wechat from {client}: ")


SAFE = {
    "WECHAT_TOKEN": pushes.TOKEN,
    "WECHAT_APP_ID": pushes.APP_ID,
    "WECHAT_ENCODING_AES_KEY": pushes.AES_KEY,
}
SAFE_ACCOUNT = load(SAFE).accounts[0]
ERRORS = [
    (IncompleteQuery("nonce", "missing", query_is_empty=True), "end proxy_pass at the port"),
    (IncompleteQuery("nonce", "repeated"), "or it was a scanner"),
    (InvalidSignature(""), "the Token of WeChat's console and WECHAT_TOKEN differ"),
    (
        StaleTimestamp(-400),
        "clock is off by 400 s, ahead (timedatectl set-ntp true)",
    ),
    (
        StaleTimestamp(400),
        "clock is off by 400 s, behind (timedatectl set-ntp true)",
    ),
    (ModeMismatch(""), "not set to 安全模式: choose it there, or set WECHAT_MODE"),
    (AppIdMismatch("wx"), "WECHAT_APP_ID is not the app id of this account"),
    (DecryptionError(""), "EncodingAESKey of the console and WECHAT_ENCODING_AES_KEY differ"),
    (WrongIdentity("ToUserName", ""), "compare WECHAT_ORIGINAL_ID with 原始ID in the console"),
    (WrongIdentity("FromUserName", ""), "choose 安全模式"),
    (MalformedMessage(""), "a proxy changes the body, or the request was forged"),
]


@pytest.mark.parametrize(("error", "advice"), ERRORS)
def test_remedy(error: ProtocolError, advice: str) -> None:
    """Every refusal has a remedy, which names the setting of the default account."""
    assert advice in remedy(error, SAFE_ACCOUNT)


def test_remedy_of_a_named_account(tmp_path: Path) -> None:
    """The setting is named as it stands in the file, where the account came from there."""
    table = [f'{name.removeprefix("WECHAT_").lower()} = "{SAFE[name]}"\n' for name in SAFE]
    config = tmp_path / "wechat.toml"
    config.write_text("[accounts.shop]\n" + "".join(table), encoding="utf-8")
    [account] = load({}, str(config)).accounts
    assert account.mode is EncryptionMode.SAFE
    assert "[accounts.shop] token differ" in remedy(InvalidSignature(""), account)
    assert "[accounts.shop] app_id is not" in remedy(AppIdMismatch("wx"), account)
