"""The page itself: languages, windows of any size, the keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.simulator.phone.browser.steps import open_tab, push, said, write

KEYS = """async () => {
    const { strings } = await import("/static/js/strings.js");
    return Object.values(strings).map((words) => Object.keys(words).sort());
}"""


def test_same_keys(page: Page) -> None:
    """Both languages have words for the same things, and none is without."""
    chinese, english = page.evaluate(KEYS)
    assert chinese == english


@pytest.mark.parametrize("window", [{"locale": "en-GB"}], indirect=True)
def test_language(page: Page) -> None:
    """The page begins in the browser's language, and remembers another that is chosen."""
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("tab", name="Time line")).to_be_visible()
    page.get_by_role("button", name="切换到中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.reload()
    expect(page.get_by_role("tab", name="时间线")).to_be_visible()
    expect(page).to_have_title("微信模拟器")


@pytest.mark.parametrize("window", [{"viewport": {"width": 390, "height": 844}}], indirect=True)
def test_small_window(page: Page) -> None:
    """A small window shows the phone, or what is behind it, and nothing is cut off."""
    write(page, "words")
    expect(said(page, "words")).to_be_visible()
    expect(push(page)).to_be_hidden()
    page.get_by_role("tab", name="幕后").click()
    push(page).click()
    expect(page.get_by_label("推送详情")).to_be_visible()
    for name in ("接口调用", "二维码", "菜单", "更多推送", "设置"):
        open_tab(page, name)
        panel = page.get_by_role("tabpanel")
        assert panel.evaluate("panel => panel.scrollWidth - panel.clientWidth") <= 0, name
    page.get_by_role("tab", name="手机").click()
    expect(said(page, "words")).to_be_visible()


def test_keyboard(page: Page) -> None:
    """All of a chat can be had without a mouse."""
    field = page.get_by_role("textbox", name="消息", exact=True)
    field.focus()
    page.keyboard.type("words")
    page.keyboard.press("Enter")
    expect(said(page, "words")).to_be_visible()
    expect(field).to_be_focused()
    page.get_by_role("tab", name="时间线").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="菜单")).to_be_focused()
    page.get_by_role("button", name="载入示例").press("Enter")
    page.get_by_role("button", name="发布").press("Enter")
    opener = page.get_by_role("group", name="公众号菜单").get_by_role("button", name="更多")
    opener.press("Enter")
    expect(page.get_by_role("menuitem", name="搜索")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("menuitem", name="赞一下我们")).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(said(page).locator(".news")).to_be_visible()


def test_tabs_of_people(page: Page) -> None:
    """Arrow keys go from one user to the next, and round."""
    people = page.get_by_role("tablist", name="用户")
    people.get_by_role("tab", name="小明").focus()
    page.keyboard.press("ArrowDown")
    expect(people.get_by_role("tab", name="小红")).to_be_focused()
    expect(page.get_by_role("button", name="关注公众号")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(people.get_by_role("tab", name="小明")).to_be_focused()


@pytest.mark.parametrize("window", [{"color_scheme": "dark"}], indirect=True)
def test_dark(page: Page) -> None:
    """Where the system is dark, so is the page."""
    background = page.locator(".screen").evaluate("e => getComputedStyle(e).backgroundColor")
    assert background == "rgb(17, 17, 17)"
