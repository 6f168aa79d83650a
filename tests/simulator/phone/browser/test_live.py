"""What comes by itself: messages of the account, other users, the connection."""

import json
from typing import Any
from urllib.request import Request, urlopen

from playwright.sync_api import Page, WebSocketRoute, expect

from simulator.user import WeChatUser
from simulator.world import World
from tests.processes import PATIENCE
from tests.simulator.phone.browser.conftest import FOLLOWER, STRANGER, Simulator, Watched
from tests.simulator.phone.browser.steps import open_tab, push, said, sent, show_user, write


def call(simulator: Simulator, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Call the platform's API, as the service does."""
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(simulator.url + path, data), timeout=PATIENCE) as response:
        answer: dict[str, Any] = json.load(response)
    return answer


def access(simulator: Simulator) -> str:
    """Return the query that has a new access token."""
    account = simulator.world.account
    credential = f"appid={account.app_id}&secret={account.app_secret}"
    answer = call(simulator, f"/cgi-bin/token?grant_type=client_credential&{credential}")
    return f"?access_token={answer['access_token']}"


def test_customer_service(page: Page, simulator: Simulator) -> None:
    """A customer service message comes without being asked for, and is marked as one."""
    write(page, "words")
    expect(said(page, "words")).to_be_visible()
    query = access(simulator)
    typing = {"touser": FOLLOWER, "command": "Typing"}
    assert call(simulator, f"/cgi-bin/message/custom/typing{query}", typing)["errcode"] == 0
    expect(page.get_by_role("heading", name="对方正在输入")).to_be_visible()
    text = {"touser": FOLLOWER, "msgtype": "text", "text": {"content": "later"}}
    assert call(simulator, f"/cgi-bin/message/custom/send{query}", text)["errcode"] == 0
    expect(said(page, "later")).to_contain_text("客服消息")
    expect(page.get_by_role("heading", name="示例服务号")).to_be_visible()
    open_tab(page, "接口调用")
    expect(page.locator(".call").first).to_contain_text("/cgi-bin/message/custom/send")


def test_two_users(page: Page, simulator: Simulator) -> None:
    """What comes for somebody else is counted, and there when they are shown."""

    async def follow(world: World) -> None:
        user: WeChatUser = world.user(STRANGER)
        await user.follow()
        await user.text("other")

    simulator.do(follow)
    people = page.get_by_role("tablist", name="用户")
    expect(people.get_by_role("tab", name="小红")).to_have_accessible_name("小红, 2 条未读")
    show_user(page, "小红")
    expect(said(page, "other")).to_be_visible()
    expect(people.get_by_role("tab", name="小红")).to_have_accessible_name("小红")
    show_user(page, "小明")
    expect(said(page)).to_have_count(0)


def test_two_phones(page: Page) -> None:
    """Two phones can lie side by side, each with its own chat."""
    page.get_by_role("button", name="两部手机并排").click()
    first, second = page.locator(".phone").all()
    first.get_by_role("textbox", name="消息", exact=True).fill("words")
    first.get_by_role("textbox", name="消息", exact=True).press("Enter")
    expect(first.locator('.line[data-sender="account"]')).to_have_count(1)
    expect(second.get_by_role("button", name="关注公众号")).to_be_visible()


def test_new_user(page: Page) -> None:
    """Anybody can be added, and begins as a stranger."""
    page.get_by_role("button", name="添加用户").click()
    page.get_by_label("昵称").fill("<b>小李</b>")
    page.get_by_role("dialog").get_by_role("button", name="添加用户").click()
    show_user(page, "<b>小李</b>")
    expect(page.get_by_role("button", name="关注公众号")).to_be_visible()


def test_connection_is_lost(watched: Watched, simulator: Simulator) -> None:
    """Without the simulator the page says so, keeps what was written, and comes back."""
    watched.allowed = "WebSocket|ERR_CONNECTION_REFUSED"
    page = watched.page
    simulator.stop()
    expect(page.get_by_role("status").first).to_contain_text("连接已断开")
    write(page, "unsent")
    expect(page.get_by_role("textbox", name="消息", exact=True)).to_have_value("unsent")
    expect(page.get_by_role("alert")).to_contain_text("断开")
    simulator.start()
    expect(page.get_by_role("status").first).to_contain_text("已连接")
    page.get_by_role("textbox", name="消息", exact=True).press("Enter")
    expect(sent(page, "unsent")).to_be_visible()
    expect(said(page, "unsent")).to_be_visible()
    expect(push(page)).to_contain_text("unsent")


def test_late_failure(page: Page) -> None:
    """An act that fails after it had begun is told of, too."""

    def fail(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        socket.send(json.dumps({"type": "error", "id": 999, "text": "the push was lost"}))

    page.route_web_socket("**/live", fail)
    page.reload()
    expect(page.get_by_role("alert")).to_have_text("the push was lost")
    write(page, "words")
    expect(said(page, "words")).to_be_visible()
