"""The service as a process, whose hooks call the platform that the simulator plays."""

import asyncio
import os
import sqlite3
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from server import CANNOT_STORE
from simulator.account import DEVELOPMENT_APP_ID, DEVELOPMENT_SECRET, Account
from simulator.engine.conditions import Rules
from simulator.testing import WeChat
from simulator.users import Sender
from tests.processes import Process, started
from tests.test_examples import READMES, block
from wechat.replies import TextReply

TOKEN = "development"
HANDLER = """
from handlers.wechat import WeChatHandler
from wechat.replies import Article, NewsReply


class Calling(WeChatHandler):
    async def on_text(self, message):
        info = await self.api.users.info(message.from_user)
        await self.api.send(message.from_user, NewsReply([Article("今日", url="https://a.example/")]))
        return f"{info.openid} since {info.subscribe_time}"
"""


@pytest.fixture
def platform() -> Iterator[WeChat]:
    """Return WeChat around an account whose service is still to be started."""
    with WeChat(Account(), Rules(cutoff=30)).running() as running:
        yield running


@pytest.fixture
def environ(platform: WeChat, tmp_path: Path) -> dict[str, str]:
    """Return the settings of a service with that platform."""
    (tmp_path / "calling.py").write_text(HANDLER, encoding="utf-8")
    return {
        "WECHAT_TOKEN": TOKEN,
        "WECHAT_APP_ID": DEVELOPMENT_APP_ID,
        "WECHAT_APP_SECRET": DEVELOPMENT_SECRET,
        "WECHAT_API_BASE": platform.base_url,
        "WECHAT_HANDLER": "calling:Calling",
        "WECHAT_ERROR_REPLY": "sorry",
    }


def said(platform: WeChat, process: Process, text: str = "你好") -> Any:
    """Return what the service replies to a follower's text."""
    return done(platform, process, platform.user("oFollower").text(text))


def done(platform: WeChat, process: Process, act: Coroutine[Any, Any, Any]) -> Any:
    """Return what the service replies to an act."""
    platform.configure(account={"url": f"http://127.0.0.1:{process.port}/wechat"})
    # In this thread, asyncio.run would forget the loop that pytest-tornado left, unclosed.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, act).result().reply


def asked(platform: WeChat) -> list[str]:
    """Return the paths that the service called."""
    return [call.path.removeprefix("/cgi-bin/") for call in platform.calls]


def test_hook(platform: WeChat, environ: dict[str, str], tmp_path: Path) -> None:
    """A hook calls the platform by self.api, and what it sends stands in the chat."""
    with started(tmp_path, "--port=0", environ=environ) as process:
        reply = said(platform, process)
    user = platform.user("oFollower").user
    assert reply == TextReply(f"oFollower since {user.subscribe_time}")
    pushed = [item for item in user.chat if item.pushed]
    assert [(item.sender, item.kind) for item in pushed] == [(Sender.ACCOUNT, "news")]
    assert asked(platform) == ["stable_token", "user/info", "message/custom/send"]


@pytest.mark.parametrize("readme", READMES)
def test_hook_of_the_readme(
    readme: str, platform: WeChat, environ: dict[str, str], tmp_path: Path
) -> None:
    """The hook that the README shows greets a follower, with the scene, and sends a card."""
    code = block(readme, "from handlers.wechat import WeChatHandler\nfrom wechat.replies")
    (tmp_path / "mybot.py").write_text(code, encoding="utf-8")
    environ["WECHAT_HANDLER"] = "mybot:Guide"
    with started(tmp_path, "--port=0", environ=environ) as process:
        reply = done(platform, process, platform.stranger("oStranger").follow(scene="table-7"))
    assert reply == TextReply("欢迎关注!")
    [card] = [item for item in platform.user("oStranger").user.chat if item.pushed]
    assert card.content["articles"][0]["description"] == "场景值 table-7"


def test_hook_of_the_documentation(
    platform: WeChat, environ: dict[str, str], tmp_path: Path
) -> None:
    """The hook of docs/api.md asks its question, and meets each of its errors."""
    code = block("docs/api.md", "from api.errors import")
    (tmp_path / "mybot.py").write_text(code, encoding="utf-8")
    environ["WECHAT_HANDLER"] = "mybot:Survey"
    send = "/cgi-bin/message/custom/send"
    with started(tmp_path, "--port=0", environ=environ) as process:
        assert said(platform, process) is None
        platform.platform.order(refused={"errcode": 45015, "path": send, "calls": 1})
        assert said(platform, process) == TextReply("请先发送一条消息")
        platform.platform.order(refused={"errcode": 45047, "path": send, "calls": 1})
        assert said(platform, process) == TextReply("出错了: 45047")
        platform.platform.order(lost={"path": send, "calls": 1})
        assert said(platform, process) is None
    pushed = [item.kind for item in platform.user("oFollower").user.chat if item.pushed]
    assert pushed == ["msgmenu", "msgmenu"]


def test_hook_of_the_window(platform: WeChat, environ: dict[str, str], tmp_path: Path) -> None:
    """The hook of docs/window.md answers, and sends one more message behind the answer."""
    code = block("docs/window.md", "from delivery.policy import")
    (tmp_path / "mybot.py").write_text(code, encoding="utf-8")
    environ["WECHAT_HANDLER"] = "mybot:Bot"
    with started(tmp_path, "--port=0", environ=environ) as process:
        assert said(platform, process) == TextReply("第 1 次请求: 你好")
        user = platform.user("oFollower").user
        deadline = time.monotonic() + 30
        while not (pushed := [item.content for item in user.chat if item.pushed]):
            assert time.monotonic() < deadline
            time.sleep(0.02)
    assert pushed == [{"content": "还有问题吗?"}]


def test_restart(platform: WeChat, environ: dict[str, str], tmp_path: Path) -> None:
    """The access token outlives the process, in a file that is its user's alone."""
    for _ in range(2):
        with started(tmp_path, "--port=0", environ=environ) as process:
            assert isinstance(said(platform, process), TextReply)
            process.signal()
            assert process.end() == 0
    assert asked(platform).count("stable_token") == 1
    folder = tmp_path / "data"
    assert oct(folder.stat().st_mode & 0o777) == "0o700"
    assert {oct(file.stat().st_mode & 0o777) for file in folder.iterdir()} == {"0o600"}


def test_nothing_secret_is_said(platform: WeChat, environ: dict[str, str], tmp_path: Path) -> None:
    """Neither a secret nor a token stands in the log, whatever fails and however much is said."""
    with started(tmp_path, "--port=0", "--logging=debug", environ=environ) as process:
        said(platform, process)
        platform.platform.order(revoked={"calls": 1})
        said(platform, process)
        platform.platform.order(dropped={})
        assert said(platform, process) == TextReply("sorry")
        platform.platform.order(dropped=None, not_whitelisted={}, revoked={})
        assert said(platform, process) == TextReply("sorry")
        log = process.wait_for(r"(?s).*add 127\.0\.0\.1 to API IP白名单.*")[0]
    tokens = list(platform.platform.tokens._known)
    assert len(tokens) == 2
    assert not [secret for secret in (DEVELOPMENT_SECRET, *tokens) if secret in log]


def test_no_secret(environ: dict[str, str], platform: WeChat, tmp_path: Path) -> None:
    """Without an AppSecret the service serves, and a hook that wants the API says what to set."""
    del environ["WECHAT_APP_SECRET"]
    with started(tmp_path, "--port=0", environ=environ) as process:
        assert said(platform, process) == TextReply("sorry")
        process.wait_for("self.api needs the AppSecret: set WECHAT_APP_SECRET")
    assert asked(platform) == []


@pytest.mark.parametrize("content", [b"no database at all " * 100, b""])
def test_store_that_cannot_be_used(content: bytes, environ: dict[str, str], tmp_path: Path) -> None:
    """A store that is damaged, or another program's, stops the start by one line; it stays."""
    path = tmp_path / "wechat.db"
    path.write_bytes(content)
    if not content:
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE theirs(x)")
        database.close()
    before = path.read_bytes()
    environ["WECHAT_STORE"] = f"sqlite:///{path}"
    with started(tmp_path, "--port=0", environ=environ) as process:
        assert process.end() == CANNOT_STORE
        [line] = process.said.splitlines()
    assert line.startswith("server.py: ")
    assert os.fspath(path) in line
    assert path.read_bytes() == before
