"""Durations hang together, at any scale."""

from dataclasses import asdict

from delivery.times import Times


def test_scaled() -> None:
    """All but what is kept is scaled, the pauses between pushes too."""
    plain, scaled = asdict(Times()), asdict(Times().scaled(0.5))
    for name in ("kept", "kept_transfer"):
        assert scaled.pop(name) == plain.pop(name)
    assert scaled.pop("push_again") == (2.5, 15.0)
    assert plain.pop("push_again") == (5.0, 30.0)
    assert scaled == {name: value / 2 for name, value in plain.items()}


def test_order() -> None:
    """What must come before something does."""
    times = Times()
    assert times.twin < times.window < times.drop < times.idle < times.remembered
    assert times.renew < times.lease
