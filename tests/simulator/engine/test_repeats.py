"""What fails at once is repeated at once; what of it can be switched off; and hang-ups amid it."""

from typing import Any

import pytest

from simulator.engine.conditions import Rules
from simulator.engine.record import Outcome, Shown
from tests.simulator.engine.scripts import HANGS, Script, answers, resets, sends
from tests.simulator.engine.services import (
    nobody,
    outcomes,
    push,
    reply_xml,
    serving,
    shown,
    signatures,
)
from wechat.crypto import EncryptionMode

SHORT = 0.15  # seconds: where nothing is answered
ENOUGH = 1.0  # seconds: for what must come before a hang-up, on a machine that may be busy
FAILS = answers("success", "201 Created")


@pytest.mark.parametrize("script", [FAILS, resets, sends(b"x")], ids=["201", "reset", "garbage"])
@pytest.mark.parametrize("mode", list(EncryptionMode))
@pytest.mark.gen_test
async def test_repeated_at_once(script: Script, mode: EncryptionMode) -> None:
    """What fails at once is sent four times, with one query and one body, then given up."""
    async with serving(script) as service:
        delivery = await push(service, mode=mode)
    assert len(service.received) == 4
    assert len({(got.line, got.body) for got in service.received}) == 1
    assert [attempt.number for attempt in delivery.attempts] == [1, 2, 3, 4]
    seen, reason = shown(delivery)
    assert seen is Shown.FAULT
    assert reason == f"4 attempts failed, the last one: {delivery.attempts[3].problem}"


@pytest.mark.gen_test
async def test_refused() -> None:
    """A refused connection is tried four times, too."""
    with nobody() as address:
        delivery = await push(f"http://{address}/")
    assert outcomes(delivery) == [Outcome.REFUSED] * 4
    assert shown(delivery)[0] is Shown.FAULT


@pytest.mark.parametrize("script", [resets, sends(b"x")], ids=["reset", "garbage"])
@pytest.mark.gen_test
async def test_broken_is_not_repeated(script: Script) -> None:
    """Switched off, a connection that broke is the end of the push."""
    async with serving(script) as service:
        delivery = await push(service, rules=Rules(repeat_broken=False))
    assert outcomes(delivery) == [Outcome.BROKEN]
    assert shown(delivery) == (Shown.FAULT, delivery.attempts[0].problem)


@pytest.mark.gen_test
async def test_refused_is_not_repeated() -> None:
    """Switched off, neither is a refused one."""
    with nobody() as address:
        delivery = await push(f"http://{address}/", rules=Rules(repeat_broken=False))
    assert outcomes(delivery) == [Outcome.REFUSED]


@pytest.mark.gen_test
async def test_status_is_repeated_always() -> None:
    """The switch is about connections: a status is repeated without it."""
    async with serving(FAILS) as service:
        await push(service, rules=Rules(repeat_broken=False))
    assert len(service.received) == 4


@pytest.mark.gen_test
async def test_repeat_that_goes_well() -> None:
    """A failure that passes leaves nothing behind for the user."""
    async with serving(FAILS, resets, answers(reply_xml())) as service:
        delivery = await push(service)
    assert outcomes(delivery) == [Outcome.STATUS, Outcome.BROKEN, Outcome.ANSWERED]
    assert shown(delivery) == (Shown.REPLY, "")


H, S, B = HANGS, FAILS, resets  # a hang-up, a status, a broken connection


MIXED = {
    "a hang-up counts among three": ([H, S, S, S], "HSS", {}),
    "a hang-up late": ([S, S, S, H], "SSSH", {}),
    "a hang-up second": ([S, H, S, S], "SHS", {}),
    "two hang-ups": ([H, H, B, B], "HHB", {}),
    "broken after a hang-up": ([H, B, B], "HB", {"repeat_broken": False}),
    "one attempt": ([H, S], "H", {"attempts": 1}),
    "one attempt, no hang-up": ([S], "SSSS", {"attempts": 1}),
    "one repeat": ([S], "S", {"repeats": 1}),
    "one repeat, hang-ups": ([H], "HHH", {"repeats": 1}),
    "a failure after a hang-up, not repeated": ([H, S, S], "HS", {"repeats": 1}),
    "more attempts than repeats": ([H], "HHHHH", {"attempts": 5, "repeats": 2}),
    "more repeats": ([S], "SSSSSS", {"repeats": 6}),
}


LETTERS = {Outcome.HUNG_UP: "H", Outcome.STATUS: "S", Outcome.BROKEN: "B"}


@pytest.mark.parametrize(("scripts", "expected", "rules"), MIXED.values(), ids=MIXED)
@pytest.mark.gen_test
async def test_mixed(scripts: list[Script], expected: str, rules: dict[str, Any]) -> None:
    """With a hang-up among them there are as many attempts as WeChat waits for, no more."""
    cutoff = SHORT if set(expected) == {"H"} else ENOUGH
    async with serving(*scripts) as service:
        delivery = await push(service, rules=Rules(cutoff=cutoff, **rules))
    assert "".join(LETTERS[o] for o in outcomes(delivery) if o) == expected


@pytest.mark.gen_test
async def test_signature_of_mixed_attempts() -> None:
    """After a hang-up the query is new, after a failure at once the same."""
    async with serving(S, H, S) as service:
        await push(service, rules=Rules(cutoff=ENOUGH))
    first, second, third = signatures(service.received)
    assert first == second
    assert second != third
