"""Signing and verifying: one table of the documentation's signatures, both ways."""

from hashlib import sha1
from typing import Any

import pytest

from tests.wechat.samples import SIGNED, Signed
from wechat.errors import IncompleteQuery, InvalidSignature, StaleTimestamp
from wechat.signature import check_freshness, sign, verify

NOW = 1714037059
RIGHT = sign("token", "1714037059", "nonce")


@pytest.mark.parametrize("signed", SIGNED, ids=lambda signed: signed.id)
def test_official_signatures(signed: Signed) -> None:
    """What sign() returns is the documentation's signature, and verify() accepts it."""
    covered = (signed.timestamp, signed.nonce, *signed.encrypt)
    assert sign(signed.token, *covered) == signed.signature
    assert verify(signed.signature, [signed.token], *covered) == signed.token


@pytest.mark.parametrize("changed", ["token", "timestamp", "nonce", "encrypt", "signature"])
@pytest.mark.parametrize("signed", SIGNED, ids=lambda signed: signed.id)
def test_a_change_of_any_part(signed: Signed, changed: str) -> None:
    """A signature holds for nothing but exactly what it covers."""
    was = getattr(signed, changed)
    now: Any = ("0" if was[0] != "0" else "1") + was[1:] if isinstance(was, str) else ("other",)
    forged = signed._replace(**{changed: now})
    with pytest.raises(InvalidSignature):
        verify(forged.signature, [forged.token], forged.timestamp, forged.nonce, *forged.encrypt)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        RIGHT[:-1],
        f"{RIGHT}0",
        f"{RIGHT} ",
        RIGHT.upper(),
        f"{RIGHT[:-1]}é",
        "签名",
        "\ud800",
        "0" * 40,
        sign("", "1714037059", "nonce"),
    ],
)
def test_unlike_signatures(signature: str) -> None:
    """Only the very signature is accepted, and none is too odd to be compared."""
    with pytest.raises(InvalidSignature, match="timestamp and nonce does not match"):
        verify(signature, ["token"], "1714037059", "nonce")


def test_comparison_is_not_by_equality() -> None:
    """A signature is never compared by ==, whose time tells how far a guess was right."""

    class Incomparable(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            raise AssertionError("compared by equality")

    assert verify(Incomparable(RIGHT), ["token"], "1714037059", "nonce") == "token"


@pytest.mark.parametrize(
    ("tokens", "found"),
    [
        (["token"], "token"),
        (["token", "previous"], "token"),
        (["current", "token"], "token"),
        (["a", "b", "token"], "token"),
        (iter(["current", "token"]), "token"),
    ],
)
def test_the_previous_token_counts(tokens: list[str], found: str) -> None:
    """Any of the account's tokens may have signed, and the one that did is returned."""
    assert verify(RIGHT, tokens, "1714037059", "nonce") == found


def test_no_tokens() -> None:
    """Where there is no token, nothing is rightly signed."""
    with pytest.raises(InvalidSignature):
        verify(RIGHT, [], "1714037059", "nonce")


def test_the_error_names_what_was_covered() -> None:
    """The error of a ciphertext's signature differs from that of the query's."""
    with pytest.raises(InvalidSignature, match="over the ciphertext"):
        verify(RIGHT, ["token"], "1714037059", "nonce", "ciphertext")


@pytest.mark.parametrize(
    ("token", "timestamp", "nonce", "joined"),
    [
        ("b", "2", "a", "2ab"),
        ("a", "10", "9", "109a"),
        ("a", "1", "B", "1Ba"),
        ("Z", "é", "a", "Zaé"),
        ("\U0001f600", "\uffff", "a", "a\uffff\U0001f600"),
    ],
)
def test_parts_are_sorted_by_their_bytes(
    token: str, timestamp: str, nonce: str, joined: str
) -> None:
    """Parts are joined in the order of their UTF-8 bytes, wherever each one stands."""
    assert sign(token, timestamp, nonce) == sha1(joined.encode()).hexdigest()


def test_lone_surrogates_can_be_signed() -> None:
    """What no UTF-8 can hold still has a signature, since a query may come to it."""
    assert len(sign("token", "1", "\ud800")) == 40


@pytest.mark.parametrize(
    ("timestamp", "tolerance"),
    [
        (NOW, 300),
        (NOW - 300, 300),
        (NOW + 300, 300),
        (NOW - 1, 1),
        (NOW - 86400, 0),
        (NOW + 86400, 0),
        ("soon", 0),
        ("", 0),
    ],
)
def test_fresh(timestamp: object, tolerance: float) -> None:
    """A timestamp within the tolerance passes, again and again; without one, any does."""
    for _ in range(2):
        check_freshness(str(timestamp), NOW, tolerance)
    with pytest.raises(StaleTimestamp):
        check_freshness("0", NOW, 300)


@pytest.mark.parametrize(
    ("timestamp", "offset", "words"),
    [
        (NOW - 301, -301, "301 s behind"),
        (NOW + 301, 301, "301 s ahead of"),
        (0, -NOW, f"{NOW} s behind"),
        (10**19 - 1, 10**19 - 1 - NOW, "ahead of"),
    ],
)
def test_stale(timestamp: int, offset: int, words: str) -> None:
    """A timestamp further off is refused in either direction, and the error says how far."""
    with pytest.raises(StaleTimestamp, match=words) as raised:
        check_freshness(str(timestamp), NOW, 300)
    assert raised.value.offset == offset


def test_the_given_clock_may_have_fractions() -> None:
    """The tolerance is compared with the clock as given, not with whole seconds."""
    check_freshness(str(NOW), NOW + 300.0, 300)
    with pytest.raises(StaleTimestamp):
        check_freshness(str(NOW), NOW + 300.1, 300)


@pytest.mark.parametrize(
    "timestamp",
    ["", "now", "-1714037059", "+1", "1.5", "1e9", " 1714037059", "1714037059\n", "１７", "9" * 20],
)
def test_not_a_timestamp(timestamp: str) -> None:
    """A timestamp that is no plain number of seconds is an unreadable parameter."""
    with pytest.raises(IncompleteQuery, match="not a number of seconds") as raised:
        check_freshness(timestamp, NOW, 300)
    assert raised.value.parameter == "timestamp"
