"""What is kept of a call: enough to understand it, and no secret."""

import asyncio
from typing import Any

import pytest

from simulator.world import Change, World
from tests.simulator.platform.calling import START, Api, dumped
from tests.simulator.platform.conftest import Published
from tests.simulator.platform.test_media import PNG, part, post
from tests.simulator.platform.test_tokens import CREDENTIAL

SECRET = CREDENTIAL["secret"]


@pytest.mark.gen_test
async def test_recorded(api: Api, world: World, published: Published) -> None:
    """A call is kept and published, whatever became of it."""
    await api.get("user/info", openid="o 名", lang="en")
    (call,) = world.calls
    assert published == [(Change.CALL, call)]
    assert (call.at, call.method, call.path) == (START, "GET", "/cgi-bin/user/info")
    assert call.query == "openid=o%20%E5%90%8D&lang=en&access_token=***"
    assert (call.request, call.status, call.errcode) == ("", 200, 40003)
    assert call.answer.startswith('{"errcode":40003,"errmsg":"invalid openid rid: 6')
    assert 0 < call.seconds < 30


@pytest.mark.gen_test
async def test_numbers(api: Api, world: World) -> None:
    """Calls have numbers of their own, also those at unknown paths."""
    await api.get("getcallbackip")
    await api.get("nothing")
    assert [(call.id, call.errcode) for call in world.calls] == [(1, 0), (2, 40066)]


@pytest.mark.gen_test
async def test_secrets(api: Api, world: World) -> None:
    """Neither the secret nor any token is kept, wherever it stood."""
    token = api.token
    await api.get("token", token="", **CREDENTIAL)
    await api.post("stable_token", CREDENTIAL, token="")
    await api.post("stable_token", b'{"secret": "' + SECRET[:20].encode(), token="")
    await api.post("stable_token", b'{"secret": "a\\"b\nc", "x": 1}', token="")
    await api.post("clear_quota/v2", b"", token="", appid="x", appsecret=SECRET)
    await api.post("menu/create", f"{SECRET} {token}".encode())
    await api.post("menu/create", dumped({"access_token": "other", "key": token}))
    await api.get("getcallbackip", token=SECRET)
    kept = repr(world.calls)
    for hidden in (SECRET, SECRET[:20], token, token[:30], 'b\\nc"', "other"):
        assert hidden not in kept
    assert world.calls[0].answer == '{"access_token":"***","expires_in":7200}'
    assert world.calls[1].request.count("***") == 1
    assert world.calls[3].request == '{"secret": "***", "x": 1}'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"\xff\xfe", "2 bytes that are no text"),
        (b"text\xff", "5 bytes that are no text"),
        ("名".encode()[:2], "2 bytes that are no text"),
        (b"x" * 4000, "x" * 4000),
        (b"x" * 4001, "x" * 4000 + "… (4001 bytes in all)"),
        ("名".encode() * 6000, "名" * 4000 + "… (18000 bytes in all)"),
        ("😀".encode() * 5000, "😀" * 4000 + "… (20000 bytes in all)"),
        (b"x" + "😀".encode() * 5000, "x" + "😀" * 3999 + "… (20001 bytes in all)"),
        (b"x" * (12 << 20), "x" * 4000 + "… (12582912 bytes in all)"),
        (b"x" * 16000 + b"\xff" * 100, "16100 bytes that are no text"),
    ],
)
@pytest.mark.gen_test
async def test_size(body: bytes, expected: str, api: Api, world: World) -> None:
    """Of a long body there is the beginning, of a binary one only its size."""
    await api.post("menu/create", body)
    assert world.calls[-1].request == expected


@pytest.mark.gen_test
async def test_files(api: Api, world: World) -> None:
    """Files are described, in both directions."""
    media_id = (await post(api, "image", part(PNG)))["media_id"]
    assert world.calls[-1].request == f"{len(part(PNG))} bytes of multipart/form-data"
    await api.fetch("media/get", query={"media_id": media_id})
    assert world.calls[-1].answer == "28 bytes of image/png"


@pytest.mark.gen_test
async def test_long_query_and_answer(api: Api, world: World) -> None:
    """Nothing that is kept is long."""
    await api.get("getcallbackip", x="y" * 20_000)
    assert len(world.calls[-1].query) < 4_050
    buttons: list[dict[str, Any]] = [
        {
            "name": "x",
            "sub_button": [{"type": "view", "name": "x", "url": "http://" + "u" * 1000}] * 5,
        }
    ]
    await api.post("menu/create", {"button": buttons})
    await api.get("menu/get")
    assert world.calls[-1].answer.endswith("bytes in all)")
    assert len(world.calls[-1].answer) < 4_050


@pytest.mark.gen_test
async def test_together(api: Api, world: World) -> None:
    """Calls at once are kept apart."""
    await asyncio.gather(*(api.get("user/info", openid=f"o{n}") for n in range(20)))
    assert len({call.query for call in world.calls}) == 20
    assert sorted(call.id for call in world.calls) == list(range(1, 21))
