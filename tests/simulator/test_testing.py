"""The pytest face, used as an account's author uses it."""

import subprocess
import sys
from pathlib import Path

import pytest

from simulator.testing import served
from tests.simulator.test_develop import inherited

OPTIONS = ("-q", "-W", "error", "-p", "no:cacheprovider", "-p", "no:tornado")
CONFTEST = """
import pytest

from simulator.engine.conditions import Rules

pytest_plugins = ["simulator.testing"]


@pytest.fixture(scope="session")
def wechat_settings():
    return {"WECHAT_HANDLER": "mybot:Bot"}


@pytest.fixture(scope="session")
def wechat_rules():
    return Rules(cutoff=0.5)
"""
BOT = """
import asyncio

from handlers.wechat import WeChatHandler


class Bot(WeChatHandler):
    async def on_text(self, message):
        await asyncio.sleep(3 * (message.content == "slow"))
        return message.content + "!"

    async def on_subscribe_event(self, message):
        return "welcome " + message.scene
"""
TESTS = """
import asyncio
import json
import urllib.request

from simulator.engine.record import Outcome
from wechat.replies import TextReply


def test_text(wechat):
    assert asyncio.run(wechat.user().text("你好")).reply == TextReply("你好!")


def test_stranger(wechat):
    delivery = asyncio.run(wechat.stranger().follow(scene="123"))
    assert delivery.reply == TextReply("welcome 123")


def test_several(wechat):
    async def both():
        one, other = wechat.user(), wechat.user()
        assert one.openid != other.openid
        return await asyncio.gather(one.text("1"), other.text("2"))

    assert [d.reply.content for d in asyncio.run(both())] == ["1!", "2!"]


def test_slow(wechat):
    delivery = asyncio.run(wechat.user().text("slow"))
    assert [a.outcome for a in delivery.attempts] == [Outcome.HUNG_UP] * 3
    assert delivery.fault


def test_faults(wechat):
    with wechat.faults(lose=frozenset({1})):
        delivery = asyncio.run(wechat.user().text("lost"))
    assert (len(delivery.attempts), delivery.reply) == (2, TextReply("lost!"))
    assert len(asyncio.run(wechat.user().text("found")).attempts) == 1


def test_api(wechat):
    query = f"grant_type=client_credential&appid={wechat.account.app_id}"
    url = f"{wechat.base_url}/cgi-bin/token?{query}&secret={wechat.account.app_secret}"
    with urllib.request.urlopen(url) as response:
        assert json.load(response)["expires_in"] == 7200
"""


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the author's tests in `folder`."""
    for name, code in (("conftest", CONFTEST), ("mybot", BOT), ("test_bot", TESTS)):
        (folder / f"{name}.py").write_text(code, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", *OPTIONS, *options],
        cwd=folder,
        env=inherited(),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def test_own_process(tmp_path: Path) -> None:
    """Started for the tests, with their settings: text, scene, retries, faults, the API."""
    result = run(tmp_path)
    assert "6 passed" in result.stdout, result.stdout


def test_url_of_one_that_runs(tmp_path: Path) -> None:
    """A service that runs already is used as it is."""
    environ = inherited(WECHAT_TOKEN="another", WECHAT_MODE="plaintext")
    with served(environ) as address:
        url = f"--wechat-url={address}/wechat"
        refused = run(tmp_path, url, "-k", "text")
        assert "1 failed" in refused.stdout, refused.stdout
    environ = inherited(
        WECHAT_TOKEN="development",
        WECHAT_MODE="safe",
        WECHAT_APP_ID="wx0123456789abcdef",
        WECHAT_ENCODING_AES_KEY="DevelopmentDevelopmentDevelopmentDevelopmen",
    )
    with served(environ) as address:  # the demo account, which only echoes
        url = f"--wechat-url={address}/wechat"
        assert "TextReply(content='你好') == TextReply" in run(tmp_path, url, "-k", "text").stdout


def test_service_that_does_not_start() -> None:
    """What the service says is what the error says."""
    failing = served(inherited(WECHAT_TOKEN="x"))
    with pytest.raises(RuntimeError, match="WECHAT_TOKEN must be 3 to 32"), failing:
        pass
