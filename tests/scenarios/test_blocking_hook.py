"""A hook blocks the process, and with it every user: it is caught in the act."""

from pathlib import Path

from tests import pushes
from tests.processes import answer, started, text

HANDLER = """
import time

from handlers.wechat import WeChatHandler


class Blocking(WeChatHandler):
    async def on_text(self, message):
        return compute(float(message.content))


def compute(seconds):
    time.sleep(seconds)
    return "answer"
"""


def test_named(tmp_path: Path) -> None:
    """The log names the hook and where it stands, and for how long; its user is answered."""
    (tmp_path / "blocks.py").write_text(HANDLER, encoding="utf-8")
    environ = {
        "WECHAT_TOKEN": pushes.TOKEN,
        "WECHAT_HANDLER": "blocks:Blocking",
        "WECHAT_BLOCKING_WARNING": "0.2",
    }
    with started(tmp_path, "--port=0", environ=environ) as process, process.connect() as line:
        assert b"answer" in answer(line, text("1"))
        process.wait_for(r"Blocking\.on_text blocks every user: .*asyncio\.to_thread")
        process.wait_for(r"in compute\n +time\.sleep\(seconds\)")
        process.wait_for(r"Blocking\.on_text blocked the loop for [01]\.\d s")
