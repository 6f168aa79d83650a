"""One thread that does what it is given, in order, so that the loop waits for no disk."""

from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


class Worker:
    """A thread, until end().

    It is a daemon, which an executor's thread is not: a process that ends without end()
    ends at once, whatever the thread waits for.
    """

    def __init__(self, name: str) -> None:
        self._jobs: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit(self, function: Callable[[], T]) -> Future[T]:
        """Have `function` called after all that came before; one can cancel until it begins."""
        future: Future[T] = Future()
        self._jobs.put((future, function))
        return future

    def end(self) -> None:
        """End the thread after all that came before."""
        self._jobs.put(None)

    def join(self) -> None:
        """Wait, after end(), until the thread has ended."""
        self._thread.join()

    def _work(self) -> None:
        while job := self._jobs.get():
            future, function = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(function())
            except BaseException as error:  # noqa: BLE001  # it is raised where it is awaited
                future.set_exception(error)
