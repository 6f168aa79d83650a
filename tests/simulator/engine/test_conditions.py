"""The bounds of what can be set up or go wrong to order."""

from typing import Any

import pytest

from simulator.engine.conditions import Faults, Rules


def test_default_rules() -> None:
    """By default WeChat waits 5 seconds, tries three times, repeats what fails up to four."""
    rules = Rules()
    assert (rules.cutoff, rules.attempts, rules.repeats) == (5.0, 3, 4)
    assert (rules.repeat_broken, rules.resign, rules.pause_after) == (True, True, 0)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"cutoff": 0}, "cut-off"),
        ({"cutoff": -1}, "cut-off"),
        ({"cutoff": 60.5}, "cut-off"),
        ({"cutoff": float("nan")}, "cut-off"),
        ({"attempts": 0}, "at least one attempt"),
        ({"repeats": 0}, "at least one attempt"),
        ({"pause_after": -1}, "no negative number"),
    ],
)
def test_wrong_rules(values: dict[str, Any], words: str) -> None:
    """A rule that would never end, or never begin, is refused."""
    with pytest.raises(ValueError, match=words):
        Rules(**values)


@pytest.mark.parametrize(
    "address", ["127.0.0.1:80", "localhost:65535", "[::1]:8000", "example.com:1"]
)
def test_address(address: str) -> None:
    """An address of a process is host:port."""
    assert Faults(addresses=(address,)).addresses == (address,)


@pytest.mark.parametrize(
    "address",
    ["", "127.0.0.1", ":80", "127.0.0.1:", "a:0", "a:65536", "a:x", "a:-1", "a:²", "a: 1"],
)
def test_wrong_address(address: str) -> None:
    """Anything else is refused, and named."""
    with pytest.raises(ValueError, match="is not host:port") as caught:
        Faults(addresses=("127.0.0.1:80", address))
    assert repr(address) in str(caught.value)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"latency": -0.1}, "latency"),
        ({"latency": 61}, "latency"),
        ({"latency": float("nan")}, "latency"),
        ({"skew": float("nan")}, "skew"),
        ({"skew": float("inf")}, "skew"),
    ],
)
def test_wrong_faults(values: dict[str, Any], words: str) -> None:
    """A fault that no clock could hold is refused."""
    with pytest.raises(ValueError, match=words):
        Faults(**values)
