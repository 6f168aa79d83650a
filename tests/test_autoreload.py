"""The service follows the edits of who writes a handler, where that is asked for."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import pushes
from tests.processes import PATIENCE, Process, answer, started, text

BOT = """
from handlers.wechat import WeChatHandler


class Bot(WeChatHandler):
    async def on_text(self, message):
        return "{}"
"""
ENVIRON = {"WECHAT_TOKEN": pushes.TOKEN, "WECHAT_HANDLER": "mybot:Bot"}


def asked(process: Process) -> bytes:
    """Return the answer to a text message."""
    with process.connect() as connection:
        return answer(connection, text("hi"))


def test_edit(tmp_path: Path, unused_port: Callable[[], int]) -> None:
    """With --autoreload an edit is served without a word from the person."""
    bot = tmp_path / "mybot.py"
    bot.write_text(BOT.format("one"))
    options = (f"--port={unused_port()}", "--autoreload=true")
    with started(tmp_path, *options, environ=ENVIRON) as process:
        assert b"one" in asked(process)
        deadline = time.monotonic() + PATIENCE
        while "mybot.py modified; restarting server" not in process.said:
            assert time.monotonic() < deadline
            bot.write_text(BOT.format("other"))  # again, if it came before the first look
            time.sleep(0.1)
        process.wait_for("restarting server(?s:.*)serving on")
        assert b"other" in asked(process)
        assert "refused" not in process.said


def test_no_edit(tmp_path: Path) -> None:
    """Without it, as in production, an edit waits for the next start."""
    bot = tmp_path / "mybot.py"
    bot.write_text(BOT.format("one"))
    with started(tmp_path, "--port=0", environ=ENVIRON) as process:
        assert b"one" in asked(process)
        bot.write_text(BOT.format("other"))
        assert b"one" in asked(process)
        process.signal()
        assert process.end() == 0
        assert "modified" not in process.said


@pytest.mark.parametrize("value", ["--autoreload", "--autoreload=perhaps"])
def test_value(value: str, tmp_path: Path) -> None:
    """A value that is neither true nor false stops the start."""
    with started(tmp_path, value, environ=ENVIRON) as process:
        assert process.end() == 2
        assert "autoreload" in process.said
