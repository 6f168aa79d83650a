"""What an answer leaves over is journaled before the answer is written, and comes in order."""

import asyncio

import pytest

from delivery.policy import Policy
from tests.delivery.bench import USER, Bench, FakeLine, Hook, text
from tests.delivery.conftest import MakeBench, Until
from tests.delivery.running import talking
from wechat.replies import ImageReply, Reply, TextReply

ANSWER = TextReply("answer")
FIRST, REST = "a" * 1990, "b" * 100
LONG = f"{FIRST}\n{REST}"


@pytest.mark.gen_test
async def test_rest_of_a_long_text(bench: Bench, until: Until) -> None:
    """The first part waits for the note of the rest."""
    stalled = bench.store.stalled["defer"] = asyncio.Event()
    line = bench.attempt(text(), Hook(TextReply("a" * 2001)), Policy())
    await until(lambda: "defer" in bench.store.calls)
    await asyncio.sleep(0.05)
    assert line.answers == []
    stalled.set()
    await until(lambda: line.answers)


@pytest.mark.gen_test
async def test_own_answer(bench: Bench, until: Until) -> None:
    """So does a parked reply for that of the answer that does not fit behind it."""
    await bench.park(ImageReply("m"))
    stalled = bench.store.stalled["defer"] = asyncio.Event()
    line = bench.attempt(text(), Hook(TextReply("own")), Policy())
    await until(lambda: bench.store.calls.count("defer") == 2)
    await asyncio.sleep(0.05)
    assert line.answers == []
    stalled.set()
    await until(lambda: line.answers == [ImageReply("m")])


@pytest.mark.gen_test
@pytest.mark.parametrize("gone", [False, True])
async def test_second_attempt(*, gone: bool, bench: Bench, until: Until) -> None:
    """An attempt that comes before that gets what the others get."""
    await bench.park(ImageReply("m"))
    stalled = bench.store.stalled["defer"] = asyncio.Event()
    message, hook = text(), Hook(ANSWER)
    lines = [bench.attempt(message, hook)]
    await until(lambda: bench.store.calls.count("defer") == 2)
    if gone:
        bench.hang_up(lines.pop())
    lines.append(bench.attempt(message, hook))
    await asyncio.sleep(0.01)
    stalled.set()
    await asyncio.gather(*bench.tasks)
    assert [line.answers for line in lines] == [[ImageReply("m")]] * len(lines)
    await until(lambda: bench.late.parked[USER] and not bench.ledger._tasks)
    assert await bench.ask(text(), "next") == TextReply("answer\n\nnext")
    await until(lambda: not bench.ledger._tasks)
    assert await bench.rows() == []


async def answered(bench: Bench, said: str, until: Until) -> list[Reply]:
    """Return the answer to a text, behind which comes more, when nothing is left to do."""
    line = FakeLine()
    await bench.window.attend(text(), line, talking(bench, Hook(TextReply(said))), Policy())
    await until(lambda: not bench.ledger._tasks)
    return line.answers


@pytest.mark.gen_test
@pytest.mark.parametrize("may_push", [False, True])
async def test_order_of_a_rest(*, may_push: bool, make_bench: MakeBench, until: Until) -> None:
    """What a hook sends behind its answer comes behind all of it."""
    bench = make_bench(may_push=may_push)
    assert await answered(bench, LONG, until) == [TextReply(FIRST)]
    if may_push:
        assert bench.platform.texts == [REST, "more"]
    else:
        assert await bench.ask(text(), "next") == TextReply(f"{REST}\n\nmore\n\nnext")


@pytest.mark.gen_test
async def test_order_of_an_answer(bench: Bench, until: Until) -> None:
    """So it does where the answer itself has to wait."""
    await bench.park(ImageReply("m"))
    assert await answered(bench, "answer", until) == [ImageReply("m")]
    assert await bench.ask(text(), "next") == TextReply("answer\n\nmore\n\nnext")


@pytest.mark.gen_test
async def test_order_of_what_is_parked(bench: Bench, until: Until) -> None:
    """The rest of what was parked comes before what was parked after it."""
    await bench.park(TextReply(LONG), TextReply("younger"))
    assert await bench.ask(text(), "one") == TextReply(FIRST)
    await until(lambda: not bench.ledger._tasks)
    assert await bench.ask(text(), "two") == TextReply(f"{REST}\n\nyounger\n\none\n\ntwo")


@pytest.mark.gen_test
async def test_same_text_behind(bench: Bench, until: Until) -> None:
    """What is sent behind an answer, and says the same, is not taken back with it."""
    await bench.park(ImageReply("m"))
    message, again, hook = text(), FakeLine(), talking(bench, Hook(ANSWER), ANSWER)
    await bench.window.attend(message, FakeLine(works=False), hook, Policy())
    await until(lambda: not bench.ledger._tasks)
    await bench.window.attend(message, again, hook, Policy())
    await until(lambda: not bench.ledger._tasks)
    assert again.answers == [ImageReply("m")]
    assert await bench.ask(text(), "next") == TextReply("answer\n\nanswer\n\nnext")
