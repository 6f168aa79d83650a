"""Late replies: pushed in their order, or parked."""

import asyncio
from dataclasses import replace

import pytest

from api.errors import (
    ApiError,
    NoAnswer,
    NoRight,
    ReplyWindowClosed,
    SystemBusy,
    TooManyMessages,
    Unclear,
)
from delivery.counts import ASIDE
from delivery.ledger import Ledger
from delivery.parked import MOST_PARKED, Owed
from stores.base import StoreError
from tests.delivery.bench import ACCOUNT, USER, Bench, event, item, text
from tests.delivery.conftest import MakeBench, Until
from wechat.replies import ACK, Article, NewsReply, Reply, TextReply, TransferReply, VideoReply

REFUSAL = ApiError(12345, "no", "/send")


def deliver(bench: Bench, reply: Reply, user: str = USER) -> Owed:
    """Let a late reply go its way."""
    owed = Owed(item(reply, user), reply)
    bench.late.begin(user)
    bench.late.deliver(owed)
    return owed


@pytest.fixture
def pushing(make_bench: MakeBench) -> Bench:
    """Return one whose account may push."""
    return make_bench(may_push=True, push_again=(0.01, 0.01))


@pytest.mark.gen_test
async def test_pushed(pushing: Bench, until: Until) -> None:
    """What is pushed is owed no longer."""
    deliver(pushing, TextReply("answer"))
    assert pushing.late.has(USER)
    await until(lambda: not pushing.late.has(USER))
    await until(lambda: "settle" in pushing.store.calls)
    assert pushing.platform.texts == ["answer"]
    assert await pushing.rows() == []


@pytest.mark.gen_test
async def test_nothing_to_say(pushing: Bench, until: Until) -> None:
    """None is settled, and nobody is told."""
    await pushing.ledger.defer((owed := Owed(item(), ACK)).item)
    pushing.late.begin(USER)
    pushing.late.deliver(owed)
    await until(lambda: not pushing.late.has(USER))
    await until(lambda: "settle" in pushing.store.calls)
    assert pushing.platform.sent == []
    assert await pushing.rows() == []


@pytest.mark.gen_test
async def test_order(pushing: Bench, until: Until) -> None:
    """A user's replies come in their order; another user does not wait for them."""
    pushing.platform.errors = [SystemBusy(-1, "busy", "/send")]
    for number in range(3):
        deliver(pushing, TextReply(f"{number}"))
    await until(lambda: not pushing.platform.errors)
    deliver(pushing, TextReply("other"), "oOther")
    await until(lambda: not pushing.late.pending)
    assert [text for text in pushing.platform.texts if text != "other"] == ["0", "1", "2"]
    assert not pushing.late._turns


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "error",
    [NoAnswer("nobody", "/send", sent=False), SystemBusy(-1, "busy", "/send"), Unclear("?", "/s")],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("times", [2, 3])
async def test_again(error: ApiError, times: int, pushing: Bench, until: Until) -> None:
    """What may go another time is pushed three times in all; then it is parked."""
    pushing.platform.errors = [error] * times
    deliver(pushing, TextReply("answer"))
    await until(lambda: not pushing.late.pending)
    assert pushing.platform.texts == ([] if times == 3 else ["answer"])
    assert pushing.late.parked[USER] == (times == 3)


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("error", "counted"),
    [
        (NoAnswer("nobody", "/send", sent=False), 1),
        (SystemBusy(-1, "busy", "/send"), 1),
        (Unclear("?", "/s"), 2),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_count(error: ApiError, counted: int, pushing: Bench, until: Until) -> None:
    """A push counts unless the platform surely did not take it."""
    pushing.late.quotas.triggered(text(), asyncio.get_running_loop().time())
    pushing.platform.errors = [error]
    deliver(pushing, TextReply("answer"))
    await until(lambda: not pushing.late.pending)
    assert pushing.late.quotas.left(USER, asyncio.get_running_loop().time()) == 5 - counted


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("error", "mine", "others"),
    [
        (NoRight(48001, "", "/"), False, False),
        (ReplyWindowClosed(45015, "", "/"), False, True),
        (TooManyMessages(45047, "", "/"), False, True),
        (REFUSAL, True, True),
        (LookupError("a mistake"), True, True),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_refused(
    error: Exception, *, mine: bool, others: bool, pushing: Bench, until: Until
) -> None:
    """Any other refusal, or mistake, parks it at once; what it says of the next is known."""
    pushing.platform.errors = [error, *[REFUSAL] * 9]
    deliver(pushing, TextReply("answer"))
    await until(lambda: pushing.late.parked[USER])
    assert len(pushing.platform.errors) == 9
    assert pushing.late.may_push(USER) == mine
    assert pushing.late.may_push("oOther") == others
    assert [state for state, _ in await pushing.rows()] == ["parked"]


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "reply",
    [TransferReply(), VideoReply("m"), NewsReply([Article("a"), Article("b")])],
    ids=lambda reply: reply.kind,
)
async def test_no_form(reply: Reply, pushing: Bench, until: Until) -> None:
    """What no customer service message can be is parked, unsent and uncounted."""
    deliver(pushing, reply)
    await until(lambda: pushing.late.parked[USER])
    assert pushing.platform.sent == []


@pytest.mark.gen_test
async def test_quota(pushing: Bench, until: Until) -> None:
    """After a tap three are pushed; the fourth is parked before the platform refuses it."""
    pushing.late.quotas.triggered(event("CLICK"), asyncio.get_running_loop().time())
    for number in range(4):
        deliver(pushing, TextReply(f"{number}"))
    await until(lambda: not pushing.late.pending)
    assert pushing.platform.texts == ["0", "1", "2"]
    assert pushing.late.parked[USER] == 1


@pytest.mark.gen_test
async def test_long_text(pushing: Bench, until: Until) -> None:
    """A long text is pushed in parts, each counted; of what is refused only the rest is parked."""
    pushing.late.quotas.triggered(event("CLICK"), asyncio.get_running_loop().time())
    lines = [f"{n} " + "长" * 600 for n in range(5)]
    deliver(pushing, TextReply("\n".join(lines)))
    await until(lambda: not pushing.late.pending)
    await until(lambda: "settle" in pushing.store.calls)
    assert pushing.platform.texts == lines[:3]
    [taken] = await pushing.late.take(USER)
    assert taken.reply
    assert lines[2] not in taken.reply
    assert all(line in taken.reply for line in lines[3:])


@pytest.mark.gen_test
async def test_slow_journal(
    make_bench: MakeBench, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    """The user does not wait for the journal; but what is not in it is not parked."""
    bench = make_bench(may_push=True, journal=0.01)
    bench.store.stalled["defer"] = asyncio.Event()
    deliver(bench, TextReply("answer"))
    await until(lambda: bench.platform.texts == ["answer"])
    assert "before the journal has it" in caplog.text
    bench.platform.errors = [REFUSAL]
    deliver(bench, TextReply("second"))
    await until(lambda: not bench.platform.errors)
    await asyncio.sleep(0.02)
    assert "park" not in bench.store.calls
    bench.store.stalled["defer"].set()
    await until(lambda: bench.late.parked[USER])
    assert "parked" in [state for state, _ in await bench.rows()]


@pytest.mark.gen_test
async def test_another_process(pushing: Bench, until: Until) -> None:
    """What another process holds is its own to push."""
    owed = Owed(item(TextReply("answer")), TextReply("answer"))
    await Ledger(pushing.store, pushing.times).defer(owed.item)
    pushing.late.begin(USER)
    pushing.late.deliver(owed)
    await until(lambda: not pushing.late.pending)
    assert pushing.platform.sent == []


class TestParked:
    """What waits for the user's next message."""

    @pytest.mark.gen_test
    async def test_taken(self, bench: Bench) -> None:
        """It is taken oldest first, once, and held."""
        items = await bench.park(TextReply("one"), TextReply("two"))
        assert bench.late.has(USER)
        assert list(await bench.late.take(USER)) == items
        assert not bench.late.has(USER)
        assert await bench.late.take(USER) == []
        assert {each.id for each in items} <= bench.ledger._held

    @pytest.mark.gen_test
    async def test_given_back(self, bench: Bench) -> None:
        """What is given back is there again, in its place."""
        items = await bench.park(TextReply("one"), TextReply("two"))
        await bench.late.give_back((await bench.late.take(USER))[:1])
        await bench.park(TextReply("three"))
        assert bench.late.parked[USER] == 2
        assert (await bench.late.take(USER))[0] == items[0]

    @pytest.mark.gen_test
    async def test_given_back_later(self, make_bench: MakeBench, until: Until) -> None:
        """Where the store fails, it is there again when that works: never known, and not there."""
        bench = make_bench(silent=0.01)
        items = await bench.park(TextReply("one"))
        taken = await bench.late.take(USER)
        bench.store.failing.add("renew")
        await bench.late.give_back(taken)
        assert not bench.late.has(USER)
        assert await bench.late.take(USER) == []
        bench.store.failing.clear()
        await until(lambda: bench.late.has(USER))
        assert list(await bench.late.take(USER)) == items

    @pytest.mark.gen_test
    async def test_ten(self, bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
        """The eleventh drops the oldest, and the log names it."""
        items = await bench.park(*(TextReply(str(n)) for n in range(MOST_PARKED + 1)))
        assert bench.late.parked[USER] == MOST_PARKED
        assert f"{items[0].id}: dropped" in caplog.text
        assert list(await bench.late.take(USER)) == items[1:]

    @pytest.mark.gen_test
    async def test_user_left(self, bench: Bench) -> None:
        """Who leaves gets nothing any more; nothing of it is kept in mind."""
        [kept] = await bench.park(TextReply("one"), user="oOther")
        [gone] = await bench.park(TextReply("two"))
        await bench.late.forget(USER)
        await bench.late.forget("oStranger")
        assert bench.store.calls.count("drop_user") == 1
        assert not bench.late.withdraw(gone.id, USER)
        assert [row.item.id for row in await bench.store.items(ACCOUNT)] == [kept.id]
        assert dict(bench.late.parked) == {"oOther": 1}

    @pytest.mark.gen_test
    async def test_withdrawn(self, bench: Bench) -> None:
        """What is given after all is parked no longer, even before the store knows."""
        first, second = await bench.park(TextReply("one"), TextReply("two"))
        assert bench.late.withdraw(first.id, USER)
        assert not bench.late.withdraw(first.id, USER)
        assert bench.late.parked[USER] == 1
        assert await bench.late.take(USER) == [second]
        assert not bench.late.withdraw(second.id, USER)

    @pytest.mark.gen_test
    async def test_count_is_right(self, bench: Bench) -> None:
        """What has expired, or was taken, is not counted off twice."""
        [first] = await bench.park(TextReply("one"))
        bench.store._entries[first.id].item = replace(first, expires=1)
        assert await bench.late.take(USER) == []
        bench.late.gone(first)
        assert not bench.late.has(USER)
        await bench.park(TextReply("two"))
        assert bench.late.parked[USER] == 1

    @pytest.mark.gen_test
    async def test_unreadable(
        self, bench: Bench, until: Until, caplog: pytest.LogCaptureFixture
    ) -> None:
        """What another version parked is set aside, and the others are taken."""
        [good] = await bench.park(TextReply("one"))
        [bad] = await bench.park(TextReply("two"))
        entry = bench.store._entries[bad.id]
        entry.item = type(bad)(**{n: getattr(bad, n) for n in bad.__slots__} | {"reply": "{}"})
        assert await bench.late.take(USER) == [good]
        assert f"{bad.id} is set aside" in caplog.text
        await until(lambda: entry.state.value == "aside")
        await until(lambda: bench.ledger.counts[ASIDE])

    @pytest.mark.gen_test
    async def test_store_fails(self, bench: Bench) -> None:
        """What cannot be read is left where it is, and asked for another time."""
        [first] = await bench.park(TextReply("one"))
        bench.store.failing |= {"take", "drop_user"}
        with pytest.raises(StoreError):
            await bench.late.take(USER)
        assert bench.late.has(USER)
        bench.store.failing.clear()
        assert await bench.late.take(USER) == [first]


@pytest.mark.gen_test
async def test_changed(bench: Bench, until: Until) -> None:
    """Who waits for what a user is owed learns of its end."""
    bench.late.begin(USER)
    waiting = [asyncio.create_task(bench.late.changed(USER)) for _ in range(2)]
    await asyncio.sleep(0)
    waiting.pop().cancel()
    await asyncio.sleep(0)
    bench.late.end(USER)
    await asyncio.gather(*waiting)
    assert not bench.late.pending
