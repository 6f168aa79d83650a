"""The account: who follows it, its QR codes, its menu, its settings."""

import pytest
from playwright.sync_api import Page, expect

from tests.simulator.phone.browser.conftest import Simulator
from tests.simulator.phone.browser.steps import open_tab, push, said, sent, show_user, write


def make_code(page: Page, scene: str = "123") -> None:
    """Make a QR code."""
    open_tab(page, "二维码")
    page.get_by_label("场景值").fill(scene)
    page.get_by_role("button", name="生成", exact=True).click()


def publish_sample(page: Page) -> None:
    """Give the account the sample of a menu."""
    open_tab(page, "菜单")
    page.get_by_role("button", name="载入示例").click()
    page.get_by_role("button", name="发布").click()


def choose(page: Page, top: str, sub: str) -> None:
    """Tap a button in a list of the menu."""
    menu = page.get_by_role("group", name="公众号菜单")
    menu.get_by_role("button", name=top).click()
    page.get_by_role("menuitem", name=sub).click()


def test_follow_by_a_code(page: Page) -> None:
    """A stranger who scans a QR code follows, and is greeted with its scene."""
    show_user(page, "小红")
    expect(page.get_by_role("button", name="关注公众号")).to_be_visible()
    make_code(page)
    code = page.locator(".qrcode")
    expect(code.locator("img")).to_have_js_property("complete", value=True)
    code.get_by_role("button", name="小红 扫码关注").click()
    expect(said(page, "感谢您的关注!场景值:123")).to_be_visible()
    expect(page.get_by_role("button", name="关注公众号")).to_have_count(0)
    code.get_by_role("button", name="小红 扫码").click()
    expect(said(page, "您扫描的场景值为:123")).to_be_visible()


def test_follow_and_leave(page: Page) -> None:
    """A button makes a follower of a stranger; another ends that."""
    show_user(page, "小红")
    page.get_by_role("button", name="关注公众号").click()
    expect(said(page, "感谢您的关注!")).to_be_visible()
    page.get_by_role("button", name="公众号与用户资料").click()
    page.get_by_role("button", name="不再关注").click()
    expect(page.get_by_role("button", name="关注公众号")).to_be_visible()
    expect(push(page)).to_contain_text("unsubscribe")


def test_scan_on_the_phone(page: Page) -> None:
    """The user finds the account's codes behind 扫一扫."""
    make_code(page, "456")
    page.get_by_role("button", name="更多功能").click()
    page.get_by_role("button", name="扫一扫").click()
    page.get_by_role("dialog").get_by_role("button", name="二维码：456").click()
    expect(said(page, "您扫描的场景值为:456")).to_be_visible()


def test_menu(page: Page) -> None:
    """A menu that is made on the page is on the phone at once; a tap on it is answered."""
    publish_sample(page)
    page.get_by_role("button", name="今日歌曲").first.click()
    articles = said(page).locator(".news")
    expect(articles.get_by_role("link")).to_have_count(3)
    expect(page.locator('.line[data-kind="event"]')).to_contain_text("今日歌曲")
    page.get_by_role("button", name="删除菜单").click()
    expect(page.get_by_role("textbox", name="消息", exact=True)).to_be_visible()


def test_menu_that_opens(page: Page) -> None:
    """A button that opens a page says which."""
    publish_sample(page)
    choose(page, "更多", "搜索")
    link = page.get_by_role("dialog").get_by_role("link")
    expect(link).to_have_attribute("href", "https://www.example.com/search")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


@pytest.mark.parametrize(
    ("button", "confirm", "kind"),
    [
        ("扫码带提示", "扫码", "event"),
        ("拍照发图", "发送", "image"),
        ("发送位置", "发送", "location"),
    ],
)
def test_menu_that_asks(page: Page, button: str, confirm: str, kind: str) -> None:
    """A button that wants something asks for it, and sends it."""
    publish_sample(page)
    choose(page, "发送", button)
    page.get_by_role("dialog").get_by_role("button", name=confirm, exact=True).click()
    expect(sent(page).and_(page.locator(f'[data-kind="{kind}"]')).first).to_be_visible()


def test_menu_is_edited(page: Page) -> None:
    """Buttons are added, named and removed by hand; the JSON of the menu follows."""
    open_tab(page, "菜单")
    page.get_by_role("button", name="添加一级菜单").click()
    page.get_by_label("名称").fill("New one")
    page.get_by_label("KEY").fill("MINE")
    page.get_by_role("button", name="JSON").click()
    expect(page.get_by_label("JSON")).to_have_value(
        '{\n  "button": [\n    {\n      "name": "New one",\n      "type": "click",\n'
        '      "key": "MINE"\n    }\n  ]\n}'
    )
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_role("group", name="公众号菜单")).to_contain_text("New one")


def test_verification(page: Page, simulator: Simulator) -> None:
    """提交 says what the console would say."""
    open_tab(page, "设置")
    page.get_by_role("button", name="提交").click()
    verdict = page.locator(".verification")
    expect(verdict).to_contain_text("提交成功")
    simulator.configure(account={"url": "http://127.0.0.1:1/wechat"})
    page.get_by_role("button", name="提交").click()
    expect(verdict).not_to_contain_text("提交成功")
    expect(verdict.locator(".fault")).to_be_visible()


def test_settings(page: Page, simulator: Simulator) -> None:
    """A change takes effect at once; one that is refused says why."""
    open_tab(page, "设置")
    page.get_by_label("每个请求同时发两次").check()
    page.get_by_label("等待（秒）").fill("99")
    page.get_by_label("等待（秒）").press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("at most 60 seconds")
    expect(page.get_by_label("等待（秒）")).to_have_value("5")
    page.get_by_label("-1 系统繁忙").check()
    page.get_by_label("次数").fill("2")
    page.get_by_label("次数").press("Tab")
    write(page, "words")
    expect(said(page, "words")).to_be_visible()
    assert simulator.world.pusher.faults.twin
    assert simulator.world.pusher.rules.cutoff == 5
    busy = simulator.world.platform.faults.busy
    assert busy
    assert busy.calls == 2


def test_any_errcode(page: Page, simulator: Simulator) -> None:
    """A refusal can be ordered by its number, which is put back where it is none."""
    open_tab(page, "设置")
    page.get_by_label("任意 errcode").check()
    number = page.get_by_label("errcode", exact=True)
    expect(number).to_have_value("48001")
    number.fill("9410010")
    number.press("Tab")
    assert number.evaluate("input => input.scrollWidth <= input.clientWidth")
    number.fill("0")
    number.press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("an errcode is a number other than 0")
    expect(number).to_have_value("9410010")
    refused = simulator.world.platform.faults.refused
    assert refused
    assert (refused.errcode, refused.path, refused.calls) == (9410010, "/", None)
