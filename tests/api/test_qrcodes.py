"""带参数二维码: four kinds of them, what they may say, and where the picture is."""

import json
import re
from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPClientError

from api.client import Api
from api.errors import NoRight
from api.qrcodes import LONGEST, QRCode
from simulator.account import AccountKind
from simulator.platform.state import Platform
from simulator.world import World
from tests.api.platform import START, Client, Clock, calls, failure

CREATE = "/cgi-bin/qrcode/create"


async def made(api: Api, scene: int | str, *, permanent: bool) -> QRCode:
    """Return a code."""
    create = api.qrcodes.create_permanent if permanent else api.qrcodes.create
    return await create(scene)


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("scene", "action"),
    [
        (1, "QR_SCENE"),
        ((1 << 32) - 1, "QR_SCENE"),
        ("x", "QR_STR_SCENE"),
        ("桌" * 64, "QR_STR_SCENE"),
        (1, "QR_LIMIT_SCENE"),
        (100_000, "QR_LIMIT_SCENE"),
        ("123", "QR_LIMIT_STR_SCENE"),
        ("x" * 64, "QR_LIMIT_STR_SCENE"),
    ],
)
async def test_kinds(
    scene: int | str, action: str, api: Api, platform: Platform, world: World
) -> None:
    """A scene is a number or a text, for some time or for ever."""
    permanent, field = "LIMIT" in action, "scene_str" if "STR" in action else "scene_id"
    code = await made(api, scene, permanent=permanent)
    [known] = platform.qrcodes
    assert (code.ticket, code.url) == (known.ticket, known.url)
    assert (known.scene, known.permanent) == (str(scene), permanent)
    assert known.expires_at == (None if permanent else START + LONGEST)
    assert code.expire_seconds == (None if permanent else LONGEST)
    assert code.raw["ticket"] == code.ticket
    sent = json.loads(calls(world, CREATE)[-1].request)
    lasts = {} if permanent else {"expire_seconds": LONGEST}
    assert sent == {"action_name": action, "action_info": {"scene": {field: scene}}} | lasts


@pytest.mark.gen_test
@pytest.mark.parametrize("seconds", [1, LONGEST])
async def test_expire_seconds(seconds: int, api: Api, platform: Platform) -> None:
    """How long it lasts can be chosen."""
    code = await api.qrcodes.create("x", expire_seconds=seconds)
    [known] = platform.qrcodes
    assert (code.expire_seconds, known.expires_at) == (seconds, START + seconds)


@pytest.mark.gen_test
async def test_permanent_again(api: Api, platform: Platform) -> None:
    """A permanent code of a scene that has one is that one, also where an answer was lost."""
    platform.order(lost={"path": CREATE, "calls": 1})
    assert await api.qrcodes.create_permanent("x") == await api.qrcodes.create_permanent("x")
    assert len(list(platform.qrcodes)) == 1


@pytest.mark.gen_test
@pytest.mark.parametrize("permanent", [False, True])
async def test_picture(
    *, permanent: bool, api: Api, http_client: AsyncHTTPClient, clock: Clock
) -> None:
    """At its URL is the picture, for as long as the code lasts."""
    code = await made(api, "table 7", permanent=permanent)
    response = await http_client.fetch(code.picture_url)
    assert response.headers["Content-Type"] == "image/png"
    assert response.body.startswith(b"\x89PNG")
    clock.now += LONGEST
    if not permanent:
        assert isinstance(await failure(http_client.fetch(code.picture_url)), HTTPClientError)


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("base", "shown"),
    [
        ("https://api.weixin.qq.com", "https://mp.weixin.qq.com"),
        ("https://sh.api.weixin.qq.com", "https://mp.weixin.qq.com"),
        ("https://proxy.example.com/wechat", "https://mp.weixin.qq.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
async def test_picture_url(base: str, shown: str, client: Client) -> None:
    """The picture is with WeChat by whatever host the API is called; a simulator has its own."""
    code = client.api(base=base).qrcodes._made({"ticket": "gQ+/=", "url": "u"})
    assert code.picture_url == f"{shown}/cgi-bin/showqrcode?ticket=gQ%2B%2F%3D"


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("scene", "options", "error"),
    [
        (0, {}, ValueError("scene is 0: it must be from 1 to 4294967295")),
        (-1, {}, ValueError("scene is -1")),
        (1 << 32, {}, ValueError("scene is 4294967296")),
        (True, {}, TypeError("scene must be int, not bool")),
        (1.0, {}, TypeError("scene must be int, not float")),
        (None, {}, TypeError("scene must be int, not NoneType")),
        ("", {}, ValueError("scene must not be empty")),
        ("x" * 65, {}, ValueError("scene has 65 characters: the limit is 64")),
        ("a\x01b", {}, ValueError("scene has '\\x01', which cannot be sent")),
        ("a\ud83d", {}, ValueError("scene has '\\ud83d', which cannot be sent")),
        ("x", {"expire_seconds": 0}, ValueError("expire_seconds is 0: it must be from 1 to")),
        ("x", {"expire_seconds": LONGEST + 1}, ValueError("from 1 to 2592000")),
        ("x", {"expire_seconds": 60.0}, TypeError("expire_seconds must be int, not float")),
    ],
)
async def test_refused(scene: Any, options: Any, error: Exception, api: Api, world: World) -> None:
    """What could never be a scene, or last so long, is refused before anything is sent."""
    with pytest.raises(type(error), match=re.escape(str(error))):
        await api.qrcodes.create(scene, **options)
    assert not calls(world)


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("scene", "words"),
    [
        (0, "scene is 0: it must be from 1 to 100000"),
        (100_001, "scene is 100001"),
        ("x" * 65, "the limit is 64"),
        (" ", "scene must not be empty"),
    ],
)
async def test_refused_for_ever(scene: int | str, words: str, api: Api, world: World) -> None:
    """So it is for a permanent code, of which fewer numbers can be."""
    with pytest.raises(ValueError, match=words):
        await api.qrcodes.create_permanent(scene)
    assert not calls(world)


@pytest.mark.gen_test
@pytest.mark.parametrize("account_kind", [AccountKind.VERIFIED_SUBSCRIPTION])
async def test_no_right(api: Api) -> None:
    """Only a verified service account may."""
    assert isinstance(await failure(api.qrcodes.create("x")), NoRight)
