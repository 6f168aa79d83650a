"""Three attempts of so many seconds, each on a connection of its own, and their record."""

import asyncio

import pytest

from simulator.engine.conditions import Faults, Rules
from simulator.engine.delivery import Pusher
from simulator.engine.record import Attempt, Delivery, Outcome, Shown
from tests.pushes import USER
from tests.simulator.engine.scripts import HANGS, Received, answers
from tests.simulator.engine.services import (
    Service,
    account,
    outcomes,
    push,
    reply_xml,
    serving,
    shown,
    signatures,
    tap,
    text,
)
from wechat.crypto import EncryptionMode
from wechat.replies import TextReply

SHORT = 0.3  # seconds: for attempts of which none is answered
ENOUGH = 1.0  # seconds: for a hang-up before an answer that must be in time
FAILS = answers("success", "201 Created")
REPLIES = answers(reply_xml(Content="好"))


@pytest.mark.gen_test
async def test_answered() -> None:
    """What is answered in time is sent once, and the reply is shown."""
    async with serving(REPLIES) as service:
        delivery = await push(service)
    assert outcomes(delivery) == [Outcome.ANSWERED]
    assert len(service.received) == 1
    assert delivery.verdict
    assert (delivery.verdict.shown, delivery.verdict.reply) == (Shown.REPLY, TextReply("好"))
    assert (delivery.reply, delivery.fault) == (TextReply("好"), False)


@pytest.mark.gen_test
async def test_reply_beside_a_fault() -> None:
    """A reply that the fault line stands beside is in the verdict, but is none to rely on."""
    async with serving(answers(reply_xml() * 2)) as service:
        delivery = await push(service)
    assert delivery.verdict
    assert delivery.verdict.reply == TextReply("好")
    assert (delivery.reply, delivery.fault) == (None, True)


@pytest.mark.gen_test
async def test_three_attempts() -> None:
    """Never answered, it is sent three times in all, one after the other, each closed in time."""
    async with serving(HANGS) as service:
        delivery = await push(service, rules=Rules(cutoff=SHORT))
        await service.hung_up()
    assert outcomes(delivery) == [Outcome.HUNG_UP] * 3
    assert [attempt.number for attempt in delivery.attempts] == [1, 2, 3]
    assert len(service.received) == 3
    assert shown(delivery) == (
        Shown.FAULT,
        "3 attempts failed, the last one: no whole answer within 0.3 s",
    )
    assert delivery.fault
    ends = [attempt.ended for attempt in delivery.attempts]
    starts = [attempt.started for attempt in delivery.attempts]
    assert all(end and end <= start for end, start in zip(ends, starts[1:], strict=False))
    assert all(attempt.seconds and attempt.seconds >= SHORT for attempt in delivery.attempts)


@pytest.mark.gen_test
async def test_closed_before_the_next() -> None:
    """A connection is closed before the message comes again on another."""
    open_before: list[int] = []
    service: Service

    async def script(
        received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        before = service.received[: service.received.index(received)]
        await asyncio.gather(*(got.ended.wait() for got in before))
        open_before.append(sum(not got.ended.is_set() for got in before))
        await received.wait(reader)

    async with serving(script) as service:
        await push(service, rules=Rules(cutoff=SHORT))
        await service.hung_up()
    assert open_before == [0, 0, 0]


@pytest.mark.parametrize("mode", list(EncryptionMode))
@pytest.mark.gen_test
async def test_same_message(mode: EncryptionMode) -> None:
    """Each attempt carries the same MsgId and CreateTime, under a fresh signature."""
    fields = text()
    async with serving(HANGS) as service:
        delivery = await push(service, fields, mode=mode, rules=Rules(cutoff=SHORT))
    bodies = {got.body for got in service.received}
    # Encrypted anew, the body is another; in plaintext it is the same, byte for byte.
    assert len(bodies) == (1 if mode is EncryptionMode.PLAINTEXT else 3)
    if mode is not EncryptionMode.SAFE:
        for got in service.received:
            assert got.fields["MsgId"] == str(fields["MsgId"])
            assert got.fields["CreateTime"] == str(fields["CreateTime"])
    assert len(set(signatures(service.received))) == 3
    assert [attempt.body for attempt in delivery.attempts] == [g.body for g in service.received]
    assert [attempt.target for attempt in delivery.attempts] == [
        got.line[1] for got in service.received
    ]


@pytest.mark.gen_test
async def test_event() -> None:
    """An event is sent again with the same CreateTime, too, by which it is known."""
    fields = tap()
    async with serving(HANGS) as service:
        await push(service, fields, rules=Rules(cutoff=SHORT))
    assert len(service.received) == 3
    assert {str(fields["CreateTime"])} == {got.fields["CreateTime"] for got in service.received}


@pytest.mark.gen_test
async def test_no_new_signature() -> None:
    """Switched off, the attempt after a hang-up has the query and the body of the first."""
    async with serving(HANGS) as service:
        rules = Rules(cutoff=SHORT, resign=False)
        await push(service, mode=EncryptionMode.SAFE, rules=rules)
    assert len({(got.line, got.body) for got in service.received}) == 1


@pytest.mark.gen_test
async def test_answer_to_the_last() -> None:
    """Two attempts may pass: the answer to the third is what the user sees."""
    async with serving(HANGS, HANGS, REPLIES) as service:
        delivery = await push(service, rules=Rules(cutoff=ENOUGH))
    assert outcomes(delivery) == [Outcome.HUNG_UP, Outcome.HUNG_UP, Outcome.ANSWERED]
    assert shown(delivery) == (Shown.REPLY, "")


@pytest.mark.gen_test
async def test_success_ends_it() -> None:
    """Success to the second attempt ends the push, though the first was never answered."""
    async with serving(HANGS, answers(), REPLIES) as service:
        delivery = await push(service, rules=Rules(cutoff=ENOUGH))
    assert len(service.received) == 2
    assert shown(delivery) == (Shown.SILENCE, "")


@pytest.mark.gen_test
async def test_answer_after_the_hang_up() -> None:
    """What comes on a connection that WeChat has closed is lost."""

    async def late(
        received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await received.wait(reader)
        await REPLIES(received, reader, writer)

    async with serving(late, answers()) as service:
        delivery = await push(service, rules=Rules(cutoff=ENOUGH))
        assert service.received[0].ended.is_set()
    assert delivery.attempts[0].answer == b""
    assert shown(delivery) == (Shown.SILENCE, "")


@pytest.mark.gen_test
async def test_record() -> None:
    """The record says who sent what, in which mode, and when."""
    async with serving(answers()) as service:
        pusher = Pusher(account(service.url), clock=lambda: 1_750_000_000.5)
        fields = text("hi")
        delivery, event = pusher.begin(fields), pusher.begin(tap("SCAN"))
        assert (delivery.verdict, delivery.attempts) == (None, [])
        assert await pusher.run(delivery) is delivery
    assert (delivery.openid, delivery.kind, delivery.is_event) == (USER, "text", False)
    assert (event.kind, event.is_event) == ("SCAN", True)
    assert (delivery.begun, delivery.cutoff) == (1_750_000_000.5, 5.0)
    assert delivery.id != event.id
    assert delivery.fields is fields
    assert delivery.xml == service.received[0].body.decode()
    assert delivery.attempts[0].address == service.address


@pytest.mark.parametrize(
    ("name", "awaited", "expected"),
    [("CLICK", True, True), ("CLICK", False, False), ("unsubscribe", True, False)],
)
def test_awaited(name: str, awaited: bool, expected: bool) -> None:  # noqa: FBT001
    """Nobody waits for the answer to some events, or if told so."""
    assert Pusher(account("http://h/")).begin(tap(name), awaited=awaited).awaited is expected


@pytest.mark.gen_test
async def test_progress() -> None:
    """Every step is told: each attempt as it begins and ends, and the verdict."""
    async with serving(FAILS, answers()) as service:
        pusher = Pusher(account(service.url))
        steps: list[tuple[int, Outcome | None, bool]] = []

        def keep(delivery: Delivery) -> None:
            attempts, last = delivery.attempts, delivery.attempts[-1]
            steps.append((len(attempts), last.outcome, delivery.verdict is not None))

        pusher.on_change = keep
        await pusher.push(text())
    assert steps == [
        (1, None, False),
        (1, Outcome.STATUS, False),
        (2, None, False),
        (2, Outcome.ANSWERED, False),
        (2, Outcome.ANSWERED, True),
    ]


@pytest.mark.gen_test
async def test_change_of_rules() -> None:
    """What is changed while a push runs holds for the next one."""
    async with serving(FAILS) as service:
        pusher = Pusher(account(service.url))

        def change(_: Delivery) -> None:
            pusher.rules, pusher.faults = Rules(repeats=1), Faults(twin=True)

        pusher.on_change = change
        first, second = await pusher.push(text()), await pusher.push(text())
    assert (len(first.attempts), len(second.attempts)) == (4, 2)


def test_seconds_of_a_running_attempt() -> None:
    """How long an attempt took is not known while it runs."""
    made = Attempt(number=1, address="", target="", body=b"", started=0.0)
    assert made.seconds is None
