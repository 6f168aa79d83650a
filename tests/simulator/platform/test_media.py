"""临时素材: what may be uploaded, and how it comes back."""

import json
from typing import Any

import pytest
from tornado.httpclient import HTTPResponse

from simulator.platform import media
from simulator.platform.state import Platform
from tests.simulator.platform.calling import START, Api, Clock, answer

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
JPEG = b"\xff\xd8\xff\xe0" + bytes(20)
MP4 = b"\0\0\0\x20ftypisom" + bytes(20)
AMR = b"#!AMR\n" + bytes(20)
FORMATS = [
    ("image", PNG, "image/png"),
    ("image", JPEG, "image/jpeg"),
    ("image", b"GIF89a", "image/gif"),
    ("image", b"BM1234", "image/bmp"),
    ("voice", AMR, "audio/amr"),
    ("voice", b"ID3\x04", "audio/mpeg"),
    ("voice", b"\xff\xfb\x90", "audio/mpeg"),
    ("video", MP4, "video/mp4"),
    ("thumb", JPEG, "image/jpeg"),
]
SIZES = [
    ("image", PNG, 10 << 20, 40009),
    ("voice", AMR, 2 << 20, 40006),
    ("video", MP4, 10 << 20, 40006),
    ("thumb", JPEG, 64 << 10, 40006),
]
BOUNDARY = "----boundary"
MULTIPART = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def part(data: bytes, name: str = "media", filename: str = "a.png") -> bytes:
    """Return a multipart body of one file."""
    named = f'; filename="{filename}"' if filename else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n'
    typed = f"{head}Content-Type: application/octet-stream\r\n\r\n"
    return typed.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()


async def post(api: Api, kind: str, body: bytes, headers: dict[str, str] = MULTIPART) -> Any:
    """Return the answer to an upload."""
    query = {"type": kind} if kind else {}
    sent = await api.fetch("media/upload", method="POST", query=query, body=body, headers=headers)
    return answer(sent)


async def get(api: Api, media_id: str) -> HTTPResponse:
    """Return what comes of a media id."""
    return await api.fetch("media/get", query={"media_id": media_id})


@pytest.mark.parametrize(("kind", "data", "content_type"), FORMATS)
@pytest.mark.gen_test
async def test_formats(
    kind: str, data: bytes, content_type: str, api: Api, platform: Platform
) -> None:
    """Every format of every kind is taken, and known by how it begins."""
    made = await post(api, kind, part(data))
    name = "thumb_media_id" if kind == "thumb" else "media_id"
    assert made == {"type": kind, name: made[name], "created_at": int(START)}
    kept = platform.media.get(made[name])
    assert kept
    assert (kept.kind, kept.filename, kept.data) == (kind, "a.png", data)
    assert kept.content_type == content_type


@pytest.mark.gen_test
async def test_get(api: Api) -> None:
    """A file comes back as it was, under a name of the platform's."""
    media_id = (await post(api, "image", part(PNG, filename="<é>.png")))["media_id"]
    response = await get(api, media_id)
    assert response.body == PNG
    assert response.headers["Content-Type"] == "image/png"
    disposition = response.headers["Content-Disposition"]
    assert disposition == f'attachment; filename="{media_id}.png"'


@pytest.mark.gen_test
async def test_get_a_video(api: Api) -> None:
    """Of a video the platform tells where it is."""
    media_id = (await post(api, "video", part(MP4)))["media_id"]
    url = f"http://127.0.0.1:8080/media/{media_id}"
    assert json.loads((await get(api, media_id)).body) == {"video_url": url}


@pytest.mark.gen_test
async def test_get_what_a_user_sent(api: Api, platform: Platform) -> None:
    """Whatever type a page gave it, it does no harm to who fetches it."""
    kept = platform.media.add("image", "x", "text/html\r\nX: y", b"<script>")
    response = await get(api, kept.media_id)
    assert response.body == b"<script>"
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].endswith('.bin"')


@pytest.mark.gen_test
async def test_three_days(api: Api, clock: Clock) -> None:
    """A file is kept for three days."""
    media_id = (await post(api, "image", part(PNG)))["media_id"]
    clock.now += 3 * 86400 - 1
    assert (await get(api, media_id)).body == PNG
    clock.now += 1
    assert answer(await get(api, media_id))["errcode"] == 40007


@pytest.mark.gen_test
async def test_get_nothing(api: Api) -> None:
    """There has to be a media id, and a file of it."""
    assert (await api.get("media/get"))["errcode"] == 41006
    assert answer(await get(api, "x"))["errcode"] == 40007


@pytest.mark.parametrize(("kind", "data", "most", "expected"), SIZES)
@pytest.mark.gen_test
async def test_sizes(kind: str, data: bytes, most: int, expected: int, api: Api) -> None:
    """The largest file is taken, one byte more is not."""
    assert "errcode" not in await post(api, kind, part(data.ljust(most)))
    assert (await post(api, kind, part(data.ljust(most + 1))))["errcode"] == expected


@pytest.mark.parametrize(("kind", "expected"), [("image", 40009), ("video", 40006), ("x", 40004)])
@pytest.mark.gen_test
async def test_huge(kind: str, expected: int, api: Api) -> None:
    """What is far too large is refused like what is a little so, and nothing of it kept."""
    body = part(PNG.ljust(30 << 20))
    assert (await post(api, kind, body))["errcode"] == expected
    assert api.world.calls[-1].request == f"{len(body)} bytes of multipart/form-data"


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("image", MP4),
        ("image", b"<svg/>"),
        ("voice", PNG),
        ("video", AMR),
        ("thumb", PNG),
        ("image", b"\x89PNG"),
    ],
)
@pytest.mark.gen_test
async def test_wrong_formats(kind: str, data: bytes, api: Api) -> None:
    """A file of another kind is refused whatever its name says."""
    assert (await post(api, kind, part(data)))["errcode"] == 40005


@pytest.mark.parametrize("kind", ["", "file", "Image"])
@pytest.mark.gen_test
async def test_wrong_kinds(kind: str, api: Api) -> None:
    """There are four kinds."""
    assert (await post(api, kind, part(PNG)))["errcode"] == 40004


@pytest.mark.parametrize(
    ("body", "headers", "expected"),
    [
        (b"", MULTIPART, 44002),
        (part(PNG, "file"), MULTIPART, 41005),
        (part(PNG, filename=""), MULTIPART, 41005),
        (part(b""), MULTIPART, 41005),
        (PNG, MULTIPART, 41005),
        (part(PNG), {"Content-Type": "multipart/form-data"}, 41005),
        (part(PNG), {"Content-Type": "application/json"}, 41005),
        (b"%zz" * 5, {"Content-Type": "application/x-www-form-urlencoded"}, 41005),
    ],
)
@pytest.mark.gen_test
async def test_no_file(body: bytes, headers: dict[str, str], expected: int, api: Api) -> None:
    """The file is the multipart field `media`, and has a name."""
    assert (await post(api, "image", body, headers))["errcode"] == expected


def test_memory(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of too much the oldest is forgotten, but never the newest."""
    monkeypatch.setattr(media, "MOST_BYTES", 100)
    files = [platform.media.add("image", "x", "image/png", bytes(40)) for _ in range(3)]
    found = [platform.media.get(file.media_id) for file in files]
    assert found == [None, *files[1:]]
    large = platform.media.add("image", "x", "image/png", bytes(400))
    assert platform.media.get(large.media_id) == large
    assert platform.media.get(files[2].media_id) is None
    assert platform.media._bytes == 400


def test_old_files_are_dropped(platform: Platform, clock: Clock) -> None:
    """What has expired does not fill the memory."""
    platform.media.add("image", "x", "image/png", b"x")
    clock.now += 3 * 86400
    platform.media.add("image", "x", "image/png", b"x")
    assert len(platform.media._files) == 1
