"""What really happened: attempts on the axis of time, and all about each."""

from pathlib import Path

from playwright.sync_api import Page, expect

from simulator.account import DEVELOPMENT_APP_ID, DEVELOPMENT_KEY, DEVELOPMENT_TOKEN
from tests.processes import started
from tests.simulator.phone.browser.conftest import Simulator
from tests.simulator.phone.browser.steps import open_tab, push, said, write
from wechat.crypto import EncryptionMode


def test_details(page: Page) -> None:
    """A push shows what was sent and what came back, to the last header."""
    write(page, "words")
    expect(push(page)).to_contain_text("回复 · text")
    page.get_by_role("button", name="推送 1").click()
    details = page.get_by_label("推送详情")
    expect(details).to_contain_text("<Content><![CDATA[words]]></Content>")
    expect(details).to_contain_text("signature")
    expect(details).to_contain_text("HTTP/1.1 200 OK")
    details.get_by_role("button", name="关闭详情").click()
    expect(details).to_be_hidden()


def test_hang_ups(page: Page, simulator: Simulator) -> None:
    """A service that takes too long is tried three times; the bar grows while it is."""
    simulator.configure(rules={"cutoff": 1.0})
    write(page, "slow")
    running = push(page).locator(".run.running")
    begun = running.bounding_box()
    assert begun
    page.wait_for_function(
        "width => document.querySelector('.run.running')?.offsetWidth > width + 10",
        arg=begun["width"],
    )
    expect(push(page).locator(".run.hung-up")).to_have_count(3)
    expect(push(page)).to_contain_text("故障")
    expect(page.locator(".failure-line")).to_contain_text("3/30")


def test_twins(page: Page, simulator: Simulator) -> None:
    """A request that is sent twice at once has a bar for each, one above the other."""
    simulator.configure(faults={"twin": True})
    write(page, "words")
    expect(said(page)).to_be_visible()
    expect(push(page).locator(".lane")).to_have_count(2)


def test_safe_mode(page: Page, simulator: Simulator, tmp_path: Path) -> None:
    """What went encrypted over the wire is shown so, and decrypted beside it."""
    environ = {
        "WECHAT_TOKEN": DEVELOPMENT_TOKEN,
        "WECHAT_APP_ID": DEVELOPMENT_APP_ID,
        "WECHAT_ENCODING_AES_KEY": DEVELOPMENT_KEY,
        "WECHAT_MODE": "safe",
    }
    key = {"encoding_aes_key": DEVELOPMENT_KEY, "mode": EncryptionMode.SAFE}
    with started(tmp_path, "--port=0", environ=environ) as process:
        url = f"http://127.0.0.1:{process.port}/wechat"
        simulator.configure(account={"url": url, **key})
        write(page, "words")
        expect(said(page, "words")).to_be_visible()
    push(page).click()
    details = page.get_by_label("推送详情")
    expect(details.locator(".block", has_text="<Encrypt>")).to_have_count(2)
    expect(details.locator(".block", has_text="[words]")).to_have_count(2)


def test_answer_that_is_no_xml(page: Page, simulator: Simulator) -> None:
    """Whatever came back is shown as it came."""
    simulator.configure(account={"token": "another"})
    write(page, "words")
    expect(push(page)).to_contain_text("故障")
    push(page).click()
    details = page.get_by_label("推送详情")
    details.locator("summary").first.click()
    expect(details.locator(".block", has_text="HTTP/1.1 403").first).to_be_visible()


def test_clear(page: Page) -> None:
    """The list can be emptied; the chat stays."""
    write(page, "words")
    push(page).click()
    page.get_by_role("button", name="清空").click()
    expect(push(page)).to_have_count(0)
    expect(page.get_by_label("推送详情")).to_be_hidden()
    expect(said(page, "words")).to_be_visible()


def test_other_events(page: Page) -> None:
    """Any event that the platform knows can be pushed from a list."""
    open_tab(page, "更多推送")
    page.get_by_role("button", name="kf_create_session").click()
    open_tab(page, "时间线")
    expect(push(page)).to_contain_text("kf_create_session")


def test_burst(page: Page) -> None:
    """Many users at once: their results are counted."""
    open_tab(page, "更多推送")
    for name, value in (("用户数", "4"), ("每秒条数", "20"), ("持续秒数", "0.5")):
        page.get_by_label(name).fill(value)
    page.get_by_role("button", name="开始").click()
    results = page.locator(".burst")
    expect(results).to_contain_text("已完成")
    expect(results.locator("div", has_text="已推送").last).to_contain_text("10")
