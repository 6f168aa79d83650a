"""What goes wrong to order: latency, loss, twins, several processes, a clock that is ahead."""

import asyncio

import pytest

from simulator.engine.conditions import Faults, Rules
from simulator.engine.delivery import Pusher
from simulator.engine.record import Outcome, Shown
from tests.simulator.engine.scripts import HANGS, Received, Script, answers
from tests.simulator.engine.sealing import seal
from tests.simulator.engine.services import account, nobody, push, reply_xml, serving, text
from wechat.crypto import EncryptionMode
from wechat.replies import TextReply

NOW = 1_750_000_000.0
TWIN = Faults(twin=True)
OTHER = "of two requests at once, the other"


@pytest.mark.gen_test
async def test_latency() -> None:
    """A request arrives later by the latency, which is part of what WeChat waits."""
    async with serving(answers()) as service:
        delivery = await push(service, faults=Faults(latency=0.2))
    [attempt] = delivery.attempts
    assert attempt.outcome is Outcome.ANSWERED
    assert attempt.seconds
    assert attempt.seconds >= 0.2


@pytest.mark.gen_test
async def test_latency_beyond_the_cutoff() -> None:
    """What arrives too late is as if it had never been answered."""
    async with serving(answers()) as service:
        delivery = await push(service, rules=Rules(cutoff=0.1), faults=Faults(latency=30))
    assert [attempt.outcome for attempt in delivery.attempts] == [Outcome.HUNG_UP] * 3
    assert service.received == []


@pytest.mark.gen_test
async def test_loss() -> None:
    """The service has answered, WeChat has nothing of it, and sends the same again at once."""
    async with serving(answers(reply_xml())) as service:
        delivery = await push(service, faults=Faults(lose=frozenset({1})))
    assert [a.outcome for a in delivery.attempts] == [Outcome.LOST, Outcome.ANSWERED]
    assert [a.answer for a in delivery.attempts] == [b"", reply_xml().encode()]
    assert "to order" in delivery.attempts[0].problem
    assert len({(got.line, got.body) for got in service.received}) == 1
    assert delivery.verdict
    assert delivery.verdict.shown is Shown.REPLY


@pytest.mark.gen_test
async def test_all_lost() -> None:
    """Lost each time, it is given up after four."""
    async with serving(answers()) as service:
        delivery = await push(service, faults=Faults(lose=frozenset(range(1, 9))))
    assert [a.outcome for a in delivery.attempts] == [Outcome.LOST] * 4
    assert delivery.fault


@pytest.mark.gen_test
async def test_nothing_to_lose() -> None:
    """Where no answer begins, there is none to lose: WeChat hangs up."""
    async with serving(HANGS) as service:
        faults = Faults(lose=frozenset({1}))
        delivery = await push(service, rules=Rules(cutoff=0.1, attempts=1), faults=faults)
    assert [a.outcome for a in delivery.attempts] == [Outcome.HUNG_UP]


@pytest.mark.gen_test
async def test_twin() -> None:
    """The same request comes on two connections at once, and both are recorded."""
    both = asyncio.Barrier(2)

    async def script(
        received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await both.wait()  # neither is answered before the other has come
        await answers(reply_xml())(received, reader, writer)

    async with serving(script) as service:
        delivery = await push(service, mode=EncryptionMode.COMPATIBLE, faults=TWIN)
    assert len({(got.line, got.body) for got in service.received}) == 1
    assert [(a.number, a.twin) for a in delivery.attempts] == [(1, True), (1, True)]
    assert [a.outcome for a in delivery.attempts] == [Outcome.ANSWERED] * 2
    assert delivery.verdict
    assert (delivery.verdict.shown, delivery.verdict.warnings) == (Shown.REPLY, ())


def in_order(*scripts: Script) -> Script:
    """Answer two requests that come at once by one script each, the first one first."""
    both, done = asyncio.Barrier(2), [asyncio.Event() for _ in scripts]

    async def script(
        received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        number = await both.wait()
        if number:
            await done[number - 1].wait()
            await asyncio.sleep(0.1)
        await scripts[number](received, reader, writer)
        writer.close()
        done[number].set()

    return script


REPLY = answers(reply_xml(Content="好"))
DIFFERENT = {
    "silence first": (answers(), REPLY, Shown.SILENCE, f"{OTHER} was answered differently: with"),
    "a reply first": (REPLY, answers(), Shown.REPLY, f"{OTHER} was answered differently: with not"),
    "two replies": (
        REPLY,
        answers(reply_xml(Content="不好")),
        Shown.REPLY,
        f"{OTHER} was answered differently: with another reply",
    ),
    "no reply": (
        REPLY,
        answers("{}"),
        Shown.REPLY,
        f"{OTHER} was answered differently: the answer",
    ),
    "a status": (REPLY, answers("", "500 x"), Shown.REPLY, f"{OTHER} failed: status 500 instead"),
}


@pytest.mark.parametrize(("first", "second", "shown", "warning"), DIFFERENT.values(), ids=DIFFERENT)
@pytest.mark.gen_test
async def test_different_twins(first: Script, second: Script, shown: Shown, warning: str) -> None:
    """What is answered first is shown; that the other was not answered alike is a warning."""
    async with serving(in_order(first, second)) as service:
        delivery = await push(service, faults=TWIN)
    assert delivery.verdict
    assert delivery.verdict.shown is shown
    [said] = delivery.verdict.warnings
    assert said.startswith(warning)


@pytest.mark.gen_test
async def test_other_twin_first() -> None:
    """Whichever is answered first is shown, in whatever order they were sent."""
    done = asyncio.Event()

    async def early(
        received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await REPLY(received, reader, writer)
        writer.close()
        done.set()

    async def late(
        received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await done.wait()
        await asyncio.sleep(0.1)
        await answers()(received, reader, writer)

    async with serving(late) as one, serving(early) as two:
        faults = Faults(twin=True, addresses=(one.address, two.address))
        delivery = await push(one, faults=faults)
    assert delivery.verdict
    assert delivery.verdict.shown is Shown.REPLY


@pytest.mark.parametrize("mode", [EncryptionMode.SAFE, EncryptionMode.COMPATIBLE])
@pytest.mark.gen_test
async def test_equal_twins(mode: EncryptionMode) -> None:
    """Replies that differ in CreateTime and ciphertext alone are alike."""
    first, second = (answers(seal(reply_xml(CreateTime=number))) for number in (1, 2))
    async with serving(in_order(first, second)) as service:
        delivery = await push(service, mode=mode, faults=TWIN)
    assert delivery.verdict
    assert (delivery.verdict.reply, delivery.verdict.warnings) == (TextReply("好"), ())


@pytest.mark.gen_test
async def test_twin_that_fails() -> None:
    """Twins that both fail are sent again as twins; one hang-up makes it three attempts."""
    async with serving(answers("", "500 x")) as service:
        failing = await push(service, faults=TWIN)
    assert [a.number for a in failing.attempts] == [1, 1, 2, 2, 3, 3, 4, 4]
    async with serving(HANGS, answers("", "500 x")) as service:
        hanging = await push(service, rules=Rules(cutoff=1.0), faults=TWIN)
    assert [a.number for a in hanging.attempts] == [1, 1, 2, 2, 3, 3]
    targets = [attempt.target for attempt in hanging.attempts]
    assert targets[0] == targets[1] != targets[2]  # signed anew, since WeChat waited for one


@pytest.mark.gen_test
async def test_addresses() -> None:
    """Attempts go round the processes; the request stays that of the URL."""
    async with serving(answers("", "500 x")) as one, serving(answers("", "500 x")) as two:
        pusher = Pusher(
            account("http://service.example/wechat"),
            rules=Rules(repeats=3),
            faults=Faults(addresses=(one.address, two.address)),
        )
        first, second = await pusher.push(text()), await pusher.push(text())
    at = [attempt.address for attempt in (*first.attempts, *second.attempts)]
    assert at == [one.address, two.address] * 3
    assert (len(one.received), len(two.received)) == (3, 3)
    assert {g.headers["host"] for g in one.received + two.received} == {"service.example"}


@pytest.mark.gen_test
async def test_twin_to_two_processes() -> None:
    """Of a twin each goes to a process of its own."""
    async with serving(answers()) as one, serving(answers()) as two:
        faults = Faults(twin=True, addresses=(one.address, two.address))
        await push(one, faults=faults)
    [first], [second] = one.received, two.received
    assert (first.line, first.body) == (second.line, second.body)


@pytest.mark.gen_test
async def test_process_that_is_gone() -> None:
    """Where one process is gone, the next attempt finds the other."""
    with nobody() as gone:
        async with serving(answers()) as service:
            delivery = await push(service, faults=Faults(addresses=(gone, service.address)))
    assert [a.outcome for a in delivery.attempts] == [Outcome.REFUSED, Outcome.ANSWERED]


@pytest.mark.parametrize("skew", [0.0, 3600.0, -3600.0])
@pytest.mark.gen_test
async def test_skew(skew: float) -> None:
    """WeChat's clock may be ahead, or behind: what is signed says so."""
    async with serving(answers()) as service:
        pusher = Pusher(account(service.url), faults=Faults(skew=skew), clock=lambda: NOW)
        delivery = await pusher.push(text())
    assert pusher.now == NOW + skew
    assert service.received[0].query["timestamp"] == str(int(NOW + skew))
    assert delivery.begun == NOW  # of the record, by this machine's
