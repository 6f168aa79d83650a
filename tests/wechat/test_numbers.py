"""Numbers in fields: exact integers, finite decimals, and nothing that merely looks alike."""

import pytest

from wechat.fields import decimal, integer
from wechat.xml import Value


@pytest.mark.parametrize(
    ("digits", "number"),
    [
        ("0", 0),
        ("007", 7),
        ("-1", -1),
        ("9007199254740993", 9007199254740993),
        ("9223372036854775807", 2**63 - 1),
        ("18446744073709551615", 2**64 - 1),
        ("+1", None),
        ("1.0", None),
        ("1e3", None),
        ("1_000", None),
        ("0x10", None),
        ("1 ", None),
        ("1\n", None),
        ("１", None),
        ("٣", None),
        ("-", None),
        ("9" * 21, None),
        (None, None),
        ({"a": "1"}, None),
    ],
)
def test_integer(digits: Value, number: int | None) -> None:
    """An integer is exact to 64 bits and more; what is not plain digits is none."""
    assert integer(digits) == number


@pytest.mark.parametrize(
    ("digits", "number"),
    [
        ("23.137466", 23.137466),
        ("-0.5", -0.5),
        ("+1.0", 1.0),
        ("113", 113.0),
        ("0.0000000000000000000000000000000000000001", 1e-40),
        ("nan", None),
        ("inf", None),
        ("-Infinity", None),
        ("1e5", None),
        ("1,5", None),
        ("1.", None),
        (".5", None),
        ("１.5", None),
        ("1.5\n", None),
        ("9" * 400, None),
        (None, None),
    ],
)
def test_decimal(digits: Value, number: float | None) -> None:
    """A decimal number is a finite float; what is not written plainly is none."""
    made = decimal(digits)
    assert made == number
    assert made is None or type(made) is float
