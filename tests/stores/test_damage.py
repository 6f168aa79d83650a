"""Files that are not whole: refused in words, and left as they are."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from stores.base import StoredToken, StoreError
from tests.stores.conftest import OpenSQLite
from tests.stores.files import content, names, put

PAGE = 4096


def overwritten(data: bytes, number: int) -> bytes:
    """Return a database of which page `number`, from 0, is junk."""
    return data[: number * PAGE] + b"\xff" * PAGE + data[(number + 1) * PAGE :]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: random.Random(0).randbytes(len(data)),
        lambda data: random.Random(0).randbytes(500),
        lambda data: b"token = 'text'\n",
        lambda data: b"x",
        lambda data: bytes(len(data)),
        lambda data: data[: len(data) // 2],
        lambda data: data[:PAGE],
        lambda data: data[:50],
        lambda data: overwritten(data, 0),
        lambda data: overwritten(data, 1),
        lambda data: overwritten(data, 2),
        lambda data: data[: PAGE - 500] + bytes(500) + data[PAGE:],
    ],
)
@pytest.mark.gen_test
async def test_damaged(
    damage: Callable[[bytes], bytes], path: Path, open_sqlite: OpenSQLite
) -> None:
    """It is refused with a word about backups, and nothing is made in its place."""
    store = await open_sqlite()
    for number in range(20):
        await store.save_token(f"key {number}", StoredToken("text" * 100, 1.0))
    await store.close()
    put(path, damaged := damage(content(path) or b""))
    words = "damaged.*: move it away with its -wal and -shm, and put a backup there or begin anew"
    with pytest.raises(StoreError, match=rf"store\.db is {words}") as caught:
        await open_sqlite()
    assert "\n" not in str(caught.value)
    assert content(path) == damaged
    assert names(path.parent) == {"store.db"}
