"""Queries that WeChat did not sign, or not now, or that somebody changed: no hook runs."""

import time

import pytest

from handlers.service import Service
from settings import Account
from tests import pushes
from tests.handlers.sending import Refuses, Send
from wechat.crypto import EncryptionMode
from wechat.signature import sign

MODES = list(EncryptionMode)
PUSH = pushes.body(pushes.message(Content="hello"))
TOKEN_DIFFERS = "the Token of WeChat's console and WECHAT_TOKEN differ"
ONCE = "WeChat sends it just once: a proxy changes the query"


def signed(**changed: str | None) -> dict[str, str]:
    """Return a signed query in which some parameters are changed or, for None, left out."""
    values = pushes.query() | changed
    return {name: value for name, value in values.items() if value is not None}


@pytest.mark.parametrize("account", MODES, indirect=True)
@pytest.mark.parametrize("body", [None, PUSH], ids=["GET", "POST"])
@pytest.mark.parametrize(
    "signature",
    [
        sign("othertoken", "1", "n"),
        sign(pushes.TOKEN, "1", "n"),
        "0" * 40,
        "x",
        "ſignature",
        sign(pushes.TOKEN, "1", "n").upper(),
    ],
)
@pytest.mark.gen_test
async def test_wrong_signature(signature: str, body: bytes | None, refuses: Refuses) -> None:
    """A signature that no token of the account made is refused, in every mode."""
    query = signed(signature=signature, echostr="echoed")
    cause = "the signature over timestamp and nonce does not match"
    await refuses(query, body, 403, cause, TOKEN_DIFFERS)


@pytest.mark.parametrize("body", [None, PUSH], ids=["GET", "POST"])
@pytest.mark.parametrize("name", ["signature", "timestamp", "nonce"])
@pytest.mark.parametrize(("value", "problem"), [(None, "missing"), ("", "empty")])
@pytest.mark.gen_test
async def test_incomplete(
    name: str, value: str | None, problem: str, body: bytes | None, refuses: Refuses
) -> None:
    """A query that lacks what the signature needs is refused, and the log names what."""
    query = signed(**{name: value}, echostr="echoed")
    await refuses(query, body, 403, f"query parameter '{name}' is {problem}", ONCE)


@pytest.mark.parametrize("body", [None, PUSH], ids=["GET", "POST"])
@pytest.mark.gen_test
async def test_no_query(body: bytes | None, refuses: Refuses) -> None:
    """A request without any query is refused with a word about proxies that drop it."""
    await refuses("", body, 403, "'signature' is missing", "a proxy drops it", "proxy_pass")


@pytest.mark.parametrize(
    "name",
    ["signature", "timestamp", "nonce", "echostr", "openid", "encrypt_type", "msg_signature"],
)
@pytest.mark.parametrize("same", [True, False])
@pytest.mark.parametrize("body", [None, PUSH], ids=["GET", "POST"])
@pytest.mark.gen_test
async def test_repeated(name: str, *, same: bool, body: bytes | None, refuses: Refuses) -> None:
    """A parameter that comes twice is refused, even with the same value."""
    query = signed(echostr="echoed", openid=pushes.USER, encrypt_type="raw", msg_signature="m")
    again = f"{pushes.url('', query)}&{name}={query[name] if same else 'other'}"
    await refuses(again.removeprefix("?"), body, 403, f"'{name}' is repeated", ONCE)


@pytest.mark.parametrize("name", ["openid", "echostr", "encrypt_type", "msg_signature"])
@pytest.mark.gen_test
async def test_not_utf8(name: str, refuses: Refuses) -> None:
    """A parameter that is read here and is no UTF-8 is refused."""
    query = pushes.url("", pushes.query()).removeprefix("?")
    await refuses(f"{query}&{name}=%ff%fe", PUSH, 403, f"'{name}' is not UTF-8")


@pytest.mark.parametrize("stamp", ["soon", "1.5", "-1", "1" * 20, "１７"])
@pytest.mark.gen_test
async def test_not_a_time(stamp: str, refuses: Refuses) -> None:
    """A timestamp that is no number of seconds is refused, though rightly signed."""
    query = {"signature": sign(pushes.TOKEN, stamp, "n1"), "timestamp": stamp, "nonce": "n1"}
    await refuses(query, PUSH, 403, "'timestamp' is not a number of seconds")


@pytest.mark.parametrize("account", MODES, indirect=True)
@pytest.mark.parametrize("body", [None, PUSH], ids=["GET", "POST"])
@pytest.mark.parametrize(("offset", "direction"), [(-3600, "behind"), (3600, "ahead of")])
@pytest.mark.gen_test
async def test_stale(
    offset: int, direction: str, body: bytes | None, service: Service, refuses: Refuses
) -> None:
    """A timestamp an hour away is refused in either direction, with how far the clock is off."""
    service.clock = lambda: 1_700_000_000.0
    query = pushes.query(timestamp=1_700_000_000 + offset, echostr="echoed")
    cause, remedy = f"3600 s {direction} this machine's clock", "clock is off by 3600 s"
    await refuses(query, body, 403, cause, remedy, "timedatectl set-ntp true")


@pytest.mark.parametrize(
    ("account", "offset", "status"),
    [
        ({}, -290, 200),
        ({}, 290, 200),
        ({"timestamp_tolerance": 30}, -60, 403),
        ({"timestamp_tolerance": 30}, 60, 403),
        ({"timestamp_tolerance": 86_400}, -3600, 200),
        ({"timestamp_tolerance": 0}, -1_000_000, 200),
        ({"timestamp_tolerance": 0}, 1_000_000, 200),
    ],
    indirect=["account"],
)
@pytest.mark.gen_test
async def test_tolerance(account: Account, offset: int, status: int, send: Send) -> None:
    """The tolerance of the account decides what is stale; 0 switches the check off."""
    response = await send(pushes.query(timestamp=time.time() + offset), PUSH)
    assert response.code == status
