"""Each errcode of the platform arrives as its class, with what to do about it."""

import pytest

from api.client import Api
from api.errors import (
    AccountFrozen,
    ApiError,
    BadMedia,
    InvalidCredential,
    InvalidRequest,
    InvalidSecret,
    InvalidUser,
    IpNotAllowed,
    NoAnswer,
    NoRight,
    NotFollowing,
    QuotaExceeded,
    ReplyWindowClosed,
    SystemBusy,
    TooManyMessages,
    Unclear,
    UserRefused,
    refusal,
)
from simulator.platform.state import Platform
from tests.api.platform import USER, failure

PATH = "/cgi-bin/user/info"
CODES = {
    -1: SystemBusy,
    40001: InvalidCredential,
    40003: InvalidUser,
    40007: BadMedia,
    40013: InvalidSecret,
    40014: InvalidCredential,
    40033: InvalidRequest,
    40125: InvalidSecret,
    40164: IpNotAllowed,
    40243: AccountFrozen,
    41001: InvalidCredential,
    42001: InvalidCredential,
    43004: NotFollowing,
    43101: UserRefused,
    44002: InvalidRequest,
    44004: InvalidRequest,
    45002: InvalidRequest,
    45008: InvalidRequest,
    45009: QuotaExceeded,
    45011: QuotaExceeded,
    45015: ReplyWindowClosed,
    45047: TooManyMessages,
    47001: InvalidRequest,
    47003: InvalidRequest,
    48001: NoRight,
    48002: UserRefused,
    48004: AccountFrozen,
    48006: QuotaExceeded,
    50002: AccountFrozen,
    89503: IpNotAllowed,
    89506: IpNotAllowed,
    89507: IpNotAllowed,
    12345: ApiError,
}


@pytest.mark.gen_test
@pytest.mark.parametrize(("errcode", "expected"), CODES.items())
async def test_class(errcode: int, expected: type[ApiError], api: Api, platform: Platform) -> None:
    """A code is its class, and says code, path, number for the support and remedy in a line."""
    await api.tokens.get()
    platform.order(refused={"errcode": errcode, "path": PATH})
    error = await failure(api.users.info(USER))
    assert type(error) is expected
    assert isinstance(error, ApiError)
    assert (error.errcode, error.path) == (errcode, PATH)
    assert error.rid.startswith("6")
    assert "rid" not in error.errmsg
    assert error.remedy
    said = str(error)
    assert said.startswith(f"{PATH}: {errcode} {error.errmsg} (rid {error.rid}): ")
    assert said.endswith(error.remedy)
    assert said.isprintable()


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("errcode", "expected"),
    [
        (40001, InvalidSecret),
        (40013, InvalidSecret),
        (40125, InvalidSecret),
        (40164, IpNotAllowed),
        (40243, AccountFrozen),
        (50007, AccountFrozen),
        (45009, QuotaExceeded),
        (89503, IpNotAllowed),
    ],
)
async def test_class_of_a_token(
    errcode: int, expected: type[ApiError], api: Api, platform: Platform
) -> None:
    """Where a token is asked for, 40001 means the secret."""
    platform.order(refused={"errcode": errcode})
    error = await failure(api.users.info(USER))
    assert type(error) is expected
    assert isinstance(error, ApiError)
    assert error.path == "/cgi-bin/stable_token"


@pytest.mark.parametrize(
    ("errmsg", "ip"),
    [
        ("invalid ip 1.2.3.4 ipv6 ::ffff:1.2.3.4, not in whitelist rid: 6ab-1", "1.2.3.4"),
        ("invalid ip 2001:db8::1, not in whitelist", "2001:db8::1"),
        ("not in whitelist", ""),
    ],
)
def test_address(errmsg: str, ip: str) -> None:
    """The remedy names the address that must be allowed, as the platform sees it."""
    error = refusal({"errcode": 40164, "errmsg": errmsg}, PATH)
    assert isinstance(error, IpNotAllowed)
    assert error.ip == ip
    assert error.remedy.startswith(f"add {ip or 'the address of this machine'} to API IP白名单")


@pytest.mark.parametrize(
    ("errmsg", "said", "rid"),
    [
        ("invalid openid rid: 6ab-cd-ef", "invalid openid", "6ab-cd-ef"),
        (
            "invalid openid, hints: [ req_id: x ] rid: 6ab",
            "invalid openid, hints: [ req_id: x ]",
            "6ab",
        ),
        ("broken\r\nline\x1b[31m", "broken  line [31m", ""),
        ("x" * 1000, "x" * 300, ""),
        ("", "", ""),
    ],
)
def test_text(errmsg: str, said: str, rid: str) -> None:
    """What the platform says is one line, without the number, and not endless."""
    error = refusal({"errcode": 40003, "errmsg": errmsg}, PATH)
    assert (error.errmsg, error.rid) == (said, rid)


def test_no_answer() -> None:
    """An error without a code says whether anything was sent."""
    error = NoAnswer("no route", PATH, sent=False)
    assert str(error) == f"{PATH}: no route: {error.remedy}"
    assert (error.errcode, error.sent) == (0, False)
    assert Unclear("it broke", PATH).sent
