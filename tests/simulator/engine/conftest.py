"""What every test of the engine is held to."""

import asyncio
import gc
from collections.abc import Iterator

import pytest
from tornado.ioloop import IOLoop


@pytest.fixture(autouse=True)
def nothing_left(io_loop: IOLoop) -> Iterator[None]:
    """Fail where a task is left; a socket that is left warns, and so fails, when collected."""
    yield
    loop = io_loop.asyncio_loop  # type: ignore[attr-defined]
    assert [task for task in asyncio.all_tasks(loop) if not task.done()] == []
    gc.collect(1)  # what the test has made is young
