"""So many hooks run at once; the others wait in their order."""

import asyncio

import pytest

from delivery.places import Places


async def settled() -> None:
    """Let everything go as far as it can."""
    for _ in range(5):
        await asyncio.sleep(0)


def test_bound() -> None:
    """There are so many places, and one that was left is free."""
    places = Places(2)
    assert [places.is_free() for _ in range(3)] == [True, True, False]
    places.leave()
    assert places.is_free()
    assert not places.is_free()


@pytest.mark.gen_test
async def test_first_come(caplog: pytest.LogCaptureFixture) -> None:
    """Who waits longest is next, before anybody who comes in that moment; it is logged once."""
    places = Places(1)
    assert places.is_free()
    order: list[int] = []

    async def work(number: int) -> None:
        await places.wait(f"key{number}")
        order.append(number)

    tasks = [asyncio.create_task(work(number)) for number in range(3)]
    await settled()
    assert places.waiting == 3
    for count in range(1, 4):
        places.leave()
        assert not places.is_free()
        await settled()
        assert order == list(range(count))
    await asyncio.gather(*tasks)
    places.leave()
    assert places.running == 0
    assert [record.args and record.args[1] for record in caplog.records] == ["key0"]  # type: ignore[index]


@pytest.mark.gen_test
async def test_cancelled() -> None:
    """Who waits no longer takes no place."""
    places = Places(1)
    assert places.is_free()
    gone, next_one = (asyncio.create_task(places.wait(key)) for key in "ab")
    await settled()
    gone.cancel()
    await settled()
    assert places.waiting == 1
    places.leave()
    await next_one
    places.leave()
    assert places.running == 0


@pytest.mark.gen_test
@pytest.mark.parametrize("left_first", [True, False])
async def test_cancelled_in_the_same_moment(*, left_first: bool) -> None:
    """Who is cancelled as a place becomes free passes it on, and ends as cancelled."""
    places = Places(1)
    assert places.is_free()
    gone, next_one = (asyncio.create_task(places.wait(key)) for key in "ab")
    await settled()
    for step in (places.leave, gone.cancel)[:: 1 if left_first else -1]:
        step()
    with pytest.raises(asyncio.CancelledError):
        await gone
    await next_one
    places.leave()
    assert (places.running, places.waiting) == (0, 0)


@pytest.mark.gen_test
async def test_closed() -> None:
    """In the end nothing more begins: neither who comes nor who waits."""
    places = Places(1)
    assert places.is_free()
    waiting = asyncio.create_task(places.wait("key"))
    await settled()
    places.close()
    places.leave()
    await settled()
    assert not waiting.done()
    assert not places.is_free()
    waiting.cancel()
