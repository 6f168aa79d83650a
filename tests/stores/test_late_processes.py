"""Several processes and what they owe: races, and ends in the middle."""

from pathlib import Path

import pytest

from tests.stores.conftest import OpenSQLite
from tests.stores.late import ids, item, park
from tests.stores.late_child import ROUNDS
from tests.stores.processes import Child, racing, running

MANY = 4


def let_go(children: list[Child]) -> None:
    """Tell all children to go on."""
    for child in children:
        child.tell()


@pytest.mark.gen_test
async def test_claims(path: Path, open_sqlite: OpenSQLite) -> None:
    """Of processes that claim an exchange at once one runs the hook; each attempt counts."""
    await open_sqlite()
    with racing("claim", path, MANY) as children:
        let_go(children)
        said = [[child.hear().split() for child in children] for _ in range(ROUNDS)]
        let_go(children)
    for claims in said:
        assert len({owner for owner, _ in claims}) == 1
        assert sorted(int(attempt) for _, attempt in claims) == list(range(1, MANY + 1))
        [(runner, first)] = [claim for claim in claims if claim[1] == "1"]
        assert runner == claims[0][0], first


@pytest.mark.gen_test
async def test_agreement(path: Path, open_sqlite: OpenSQLite) -> None:
    """Processes that decide and finish at once all have the same way and the same reply."""
    store = await open_sqlite(shared=True)
    for number in range(ROUNDS):
        await store.claim(f"{number}", "test")
    with racing("agree", path, MANY) as children:
        let_go(children)
        said = [{child.hear() for child in children} for _ in range(ROUNDS)]
    for number, answers in enumerate(said):
        [answer] = answers
        reply, way = await store.finish(f"{number}", "too late")
        assert answer == f"{way} {(reply, way)}"
        assert way


@pytest.mark.gen_test
async def test_recover(path: Path, open_sqlite: OpenSQLite) -> None:
    """Each item is handed to just one of the processes that recover at once."""
    store = await open_sqlite()
    for number in range(60):
        await store.defer(item(f"{number}"), "nobody", lease=0)
    with racing("recover", path, MANY) as children:
        let_go(children)
        found = [id_ for child in children for id_ in child.hear().split()]
        assert sorted(found) == sorted(map(str, range(60)))
        assert [owed.runs for owed in await store.items()] == [1] * 60
        let_go(children)


@pytest.mark.gen_test
async def test_take(path: Path, open_sqlite: OpenSQLite) -> None:
    """Messages that come to two processes at once never hand over the same replies."""
    store = await open_sqlite()
    for number in range(ROUNDS):
        await park(store, *(item(f"{number}{name}", user=f"{number}") for name in "abc"))
    with racing("take", path, MANY) as children:
        let_go(children)
        found = [id_ for child in children for id_ in child.hear().split()]
        assert sorted(found) == sorted(ids(await store.items()))
        let_go(children)


@pytest.mark.parametrize("told", [1, 7, 40])
@pytest.mark.gen_test
async def test_kill(told: int, path: Path, open_sqlite: OpenSQLite) -> None:
    """A process killed while it defers leaves whole items, and all that it called safe."""
    with running("journal", path) as child:
        for _ in range(told):
            child.hear()
        child.popen.kill()
        last = told - 1
        while line := child.hear():
            last = int(line)
    found = await (await open_sqlite()).recover("test", limit=1000)
    assert len(found) in {last + 1, last + 2}
    for number, owed in enumerate(found):
        assert owed.item == item(f"{number}", message=f"message {number} " * 500)


@pytest.mark.gen_test
async def test_kill_in_the_middle(path: Path, open_sqlite: OpenSQLite) -> None:
    """Of a transaction in the middle of which the process ends nothing is left, and no damage."""
    with running("die", path) as child:
        assert child.hear() == "safe"
        child.tell()
        assert child.hear() == ""
        assert child.end() == -9
    store = await open_sqlite()
    assert ids(await store.recover("test")) == ["safe"]
    assert await store.defer(item("0"), "test")
