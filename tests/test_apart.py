"""The service and the simulator know nothing of each other."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LISTING = "import sys, {}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"


@pytest.mark.parametrize(
    ("program", "unknown"),
    [
        ("server", {"simulator", "segno"}),
        ("simulator.terminal.main", {"server", "handlers", "settings", "commandline", "listening"}),
        ("simulator.testing", {"server", "handlers", "settings", "commandline", "listening"}),
    ],
)
def test_apart(program: str, unknown: set[str]) -> None:
    """What one of them imports has no trace of the other."""
    listing = subprocess.run(
        [sys.executable, "-c", LISTING.format(program)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    loaded = set(listing.stdout.split())
    assert program.split(".", maxsplit=1)[0] in loaded
    assert not loaded & unknown
