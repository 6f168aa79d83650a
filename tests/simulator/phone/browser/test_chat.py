"""The phone: what a user sends, and how the answers look."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.simulator.phone.browser.answers import HOSTILE
from tests.simulator.phone.browser.conftest import Simulator
from tests.simulator.phone.browser.steps import more, push, said, sent, write

# A picture of one pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d"
    "49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def test_text(page: Page) -> None:
    """Text with emoji and line breaks is echoed as it is."""
    field = page.get_by_role("textbox", name="消息", exact=True)
    field.fill("你好")
    page.get_by_role("button", name="表情").click()
    page.get_by_role("button", name="😀").click()
    field.press("Shift+Enter")
    field.press_sequentially("第二行")
    field.press("Enter")
    expect(sent(page, "你好😀")).to_be_visible()
    expect(said(page).locator(".text")).to_have_text("你好😀\n第二行", use_inner_text=True)
    expect(field).to_have_value("")


def test_empty_text(page: Page) -> None:
    """Nothing is sent where nothing was written."""
    write(page, "   ")
    write(page, "words")
    expect(said(page)).to_have_count(1)
    expect(sent(page)).to_have_count(1)


def test_hostile_text(page: Page) -> None:
    """Markup in a reply is text: it makes no element, and runs nothing."""
    write(page, "hostile")
    expect(said(page).locator(".text")).to_have_text(HOSTILE)
    expect(said(page).locator(".text *")).to_have_count(0)
    expect(page).to_have_title("微信模拟器")


def test_links(page: Page) -> None:
    """Links of a reply lead out of the page; those of a message menu answer for the user."""
    write(page, "links")
    link = said(page).get_by_role("link", name="good")
    expect(link).to_have_attribute("href", "https://example.com/?a=1&b=2")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    said(page).get_by_role("button", name="choose").click()
    expect(sent(page, "yes")).to_be_visible()
    expect(push(page)).to_contain_text("yes")
    push(page).click()
    expect(page.get_by_label("推送详情")).to_contain_text("<bizmsgmenuid><![CDATA[101]]>")


def test_article(page: Page) -> None:
    """An article is a card that leads to it; its picture elsewhere is not fetched."""
    write(page, "article")
    card = said(page).locator(".news")
    expect(card.get_by_role("link")).to_have_attribute("href", "https://pages.test/1")
    expect(card).to_contain_text("Article 1")
    expect(card).to_contain_text("pictures.test")


@pytest.mark.parametrize(("heard", "answer"), [("明天见", "明天见"), ("", "未识别")])
def test_voice(page: Page, heard: str, answer: str) -> None:
    """A voice carries what WeChat heard, if anything."""
    page.get_by_role("button", name="语音", exact=True).click()
    page.get_by_label("语音识别结果").fill(heard)
    page.get_by_role("dialog").get_by_role("button", name="发送").click()
    expect(sent(page, heard).get_by_role("button", name="播放语音")).to_be_visible()
    expect(said(page, answer)).to_be_visible()


def test_picture_of_a_file(page: Page, tmp_path: Path) -> None:
    """A chosen picture is uploaded, shown, and sent back by the account."""
    file = tmp_path / "pixel.png"
    file.write_bytes(PIXEL)
    with page.expect_file_chooser() as chooser:
        more(page, "照片")
    chooser.value.set_files(file)
    expect(sent(page).locator("img.photo")).to_have_js_property("naturalWidth", 1)
    expect(said(page).locator("img.photo")).to_have_js_property("naturalWidth", 1)


def test_sample_picture(page: Page) -> None:
    """Where no picture is at hand, the page draws one."""
    more(page, "拍摄")
    expect(said(page).locator("img.photo")).to_have_js_property("naturalWidth", 480)
    said(page).get_by_role("button", name="查看大图").click()
    expect(page.get_by_role("dialog").locator("img")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_other_kinds(page: Page) -> None:
    """A place, a link, a video and any other kind are sent, and drawn as cards."""
    more(page, "位置")
    page.get_by_role("button", name="广州塔").click()
    page.get_by_role("dialog").get_by_role("button", name="发送").click()
    expect(sent(page, "广州塔").locator(".place")).to_contain_text("23.1066")
    for way in ("链接", "视频"):
        page.get_by_role("group", name="更多功能").get_by_role("button", name=way).click()
        page.get_by_role("dialog").get_by_role("button", name="发送").click()
    expect(sent(page, "公众平台官网链接").get_by_role("link")).to_be_visible()
    expect(sent(page).locator(".video")).to_be_visible()
    page.get_by_role("group", name="更多功能").get_by_role("button", name="其他类型").click()
    page.get_by_role("dialog").get_by_role("button", name="file", exact=True).click()
    expect(page.locator('.line[data-kind="file"]')).to_have_count(1)


def test_service_is_down(page: Page, simulator: Simulator) -> None:
    """The user sees the fault line; it leads to the attempts that were refused."""
    simulator.configure(account={"url": "http://127.0.0.1:1/wechat"})
    write(page, "anybody?")
    fault = page.locator('.line[data-kind="fault"]')
    expect(fault).to_contain_text("该公众号提供的服务出现故障，请稍后再试")
    fault.get_by_role("button").click()
    details = page.get_by_label("推送详情")
    expect(details.locator("summary")).to_have_count(4)
    expect(details.locator("summary").first).to_contain_text("拒绝连接")
    expect(push(page)).to_contain_text("故障")
