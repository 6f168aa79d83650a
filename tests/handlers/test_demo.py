"""The worked example does exactly what it says."""

from xml.etree import ElementTree as ET

import pytest
from tornado.httpclient import AsyncHTTPClient

from handlers.demo import DemoHandler
from handlers.wechat import WeChatHandler
from tests import pushes
from wechat.xml import Output


@pytest.fixture
def handler() -> type[WeChatHandler]:
    """Serve the demo account."""
    return DemoHandler


@pytest.mark.parametrize(
    ("push", "text"),
    [
        (pushes.message("text", Content=" 你好\n"), " 你好\n"),
        (pushes.message("voice", Recognition="天气"), "天气"),
        (pushes.message("voice", Recognition=""), "未识别"),
        (pushes.message("image", PicUrl="http://x", MediaId="m"), "I love you, itcast!"),
        (pushes.message("location", Location_X="1", Location_Y="2"), "I love you, itcast!"),
        (pushes.message("hologram"), "I love you, itcast!"),
        (pushes.event("subscribe", EventKey=""), "感谢您的关注!"),
        (pushes.event("subscribe", EventKey="qrscene_42"), "感谢您的关注!场景值:42"),
        (pushes.event("subscribe", EventKey="last_trade_no_4"), "感谢您的关注!"),
        (pushes.event("SCAN", EventKey="42"), "您扫描的场景值为:42"),
    ],
)
@pytest.mark.gen_test
async def test_answers(
    push: dict[str, Output], text: str, http_client: AsyncHTTPClient, base_url: str
) -> None:
    """Each of these pushes is answered with its text."""
    target = base_url + pushes.url("/wechat", pushes.query())
    response = await http_client.fetch(target, method="POST", body=pushes.body(push))
    assert ET.fromstring(response.body).findtext("Content") == text


@pytest.mark.parametrize("name", ["unsubscribe", "LOCATION", "CLICK", "VIEW", "poi_check_notify"])
@pytest.mark.gen_test
async def test_acknowledges(name: str, http_client: AsyncHTTPClient, base_url: str) -> None:
    """Every other event is acknowledged without a reply."""
    push = pushes.event(name, EventKey="k", Latitude="1", Longitude="2")
    target = base_url + pushes.url("/wechat", pushes.query())
    response = await http_client.fetch(target, method="POST", body=pushes.body(push))
    assert response.body == b"success"
