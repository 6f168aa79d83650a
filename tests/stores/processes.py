"""Other processes that use a store, for as long as a test needs them."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

from tests.processes import PATIENCE

ROOT = Path(__file__).parents[2]


@dataclass
class Child:
    """A process of child.py; it is killed when patience ends, so that nothing waits forever."""

    popen: subprocess.Popen[str]

    def hear(self) -> str:
        """Return the next line that it says, "" if it ended without one."""
        assert self.popen.stdout
        return self.popen.stdout.readline().rstrip("\n")

    def tell(self) -> None:
        """Let it go on."""
        assert self.popen.stdin
        self.popen.stdin.write("\n")
        self.popen.stdin.flush()

    def end(self) -> int:
        """Return its exit status, once it has ended."""
        return self.popen.wait(PATIENCE)


@contextmanager
def running(command: str, path: Path, *arguments: str) -> Iterator[Child]:
    """Run a command of child.py, and let it end; kill it where the test fails."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.stores.child", command, str(path), *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as popen:
        timer = Timer(2 * PATIENCE, popen.kill)
        timer.start()
        try:
            yield Child(popen)
            assert popen.stdin
            popen.stdin.close()
            popen.wait(PATIENCE)
        finally:
            timer.cancel()
            popen.kill()


@contextmanager
def racing(command: str, path: Path, number: int) -> Iterator[list[Child]]:
    """Run so many of the same, each by its number, until each has said that it is ready."""
    with ExitStack() as stack:
        children = [stack.enter_context(running(command, path, str(n))) for n in range(number)]
        assert [child.hear() for child in children] == ["ready"] * number
        yield children
