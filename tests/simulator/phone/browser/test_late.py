"""The answer of a slow hook, as the page shows it: it comes by itself, or is fetched."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from simulator.account import DEVELOPMENT_URL, AccountKind
from tests.processes import Process, later_second, started
from tests.scenarios.served import CUTOFF, HANDLER, environ_of
from tests.simulator.phone.browser.conftest import Simulator
from tests.simulator.phone.browser.steps import push, said, write

NOTICE = "正在处理，请稍后回复“查看”获取结果"
# In one step, for both may change: how many answers there are once a push was acknowledged.
ACKNOWLEDGED = """() => document.querySelector(".delivery .chip.silence") && {
    answers: document.querySelectorAll('.line[data-sender="account"]').length
}"""


@pytest.fixture(scope="module")
def service() -> str:
    """Return where nobody is yet: this service has to know where the platform is."""
    return DEVELOPMENT_URL


@pytest.fixture
def slow(simulator: Simulator, kind: AccountKind, tmp_path: Path) -> Iterator[Process]:
    """Return a service with a slow hook; its times and WeChat's are scaled alike.

    A disk that is busy would not be, and may take longer than a parked reply is waited for.
    """
    (tmp_path / "slow.py").write_text(HANDLER, encoding="utf-8")
    account = replace(simulator.world.account, kind=kind)
    environ = environ_of(account, simulator.url, WECHAT_STORE="memory://")
    with started(tmp_path, "--port=0", environ=environ) as process:
        url = f"http://127.0.0.1:{process.port}/wechat"
        simulator.configure(account={"url": url, "kind": kind}, rules={"cutoff": CUTOFF})
        later_second()
        yield process


@pytest.mark.parametrize("kind", [AccountKind.VERIFIED_SERVICE])
def test_pushed(page: Page, slow: Process) -> None:
    """The push is acknowledged, and the answer of 20 seconds comes once, live."""
    page.evaluate("window.wasReloaded = false")
    write(page, "20 answer")
    acknowledged = page.wait_for_function(ACKNOWLEDGED)
    assert acknowledged.json_value() == {"answers": 0}
    expect(said(page, "answer")).to_contain_text("客服消息")
    write(page, "0 next")  # which would bring whatever was still owed
    expect(said(page, "next")).to_be_visible()
    expect(said(page)).to_have_count(2)
    assert page.evaluate("window.wasReloaded") is False
    assert slow.said.count("hook begins: answer") == 1


@pytest.mark.parametrize("kind", [AccountKind.UNVERIFIED_SUBSCRIPTION])
def test_picked_up(page: Page, slow: Process) -> None:
    """An account that may not push says so after 14.5 seconds; its word fetches the answer."""
    write(page, "20 answer")
    expect(said(page, NOTICE)).to_be_visible()
    expect(push(page).locator(".run.hung-up")).to_have_count(2)
    expect(said(page)).to_have_count(1)
    write(page, "查看")
    expect(said(page, "answer")).to_be_visible()
    expect(push(page)).to_contain_text("回复 · text")
    expect(said(page)).to_have_count(2)
    assert slow.said.count("hook begins") == 1
