"""Files come from the page only, are what their kind says, and are no danger to who looks."""

import asyncio
import gc
import json

import pytest

from simulator.phone.media import UploadHandler
from simulator.world import World
from tests.handlers.sending import connection, until
from tests.simulator.phone.pages import Fetch, OpenPage

MOST = 10 * 1024 * 1024
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
FILES = [
    ("image", PNG, "image/png"),
    ("image", b"\xff\xd8\xff\xe0" + b"\0" * 20, "image/jpeg"),
    ("image", b"GIF89a" + b"\0" * 20, "image/gif"),
    ("image", b"BM" + b"\0" * 20, "image/bmp"),
    ("voice", b"#!AMR\n" + b"\0" * 20, "audio/amr"),
    ("voice", b"ID3\x04" + b"\0" * 20, "audio/mpeg"),
    ("voice", b"\xff\xfb\x90\x00" + b"\0" * 20, "audio/mpeg"),
    ("voice", b"\x1a\x45\xdf\xa3" + b"\0" * 20, "audio/webm"),
    ("voice", b"OggS" + b"\0" * 20, "audio/ogg"),
    ("voice", b"\0\0\0\x20ftypM4A " + b"\0" * 20, "audio/mp4"),
    ("video", b"\0\0\0\x20ftypisom" + b"\0" * 20, "video/mp4"),
    ("thumb", b"\xff\xd8\xff\xdb" + b"\0" * 20, "image/jpeg"),
]


@pytest.mark.parametrize(("kind", "data", "content_type"), FILES)
@pytest.mark.gen_test
async def test_upload(
    kind: str, data: bytes, content_type: str, fetch: Fetch, world: World
) -> None:
    """A file is known by its bytes, whatever its sender says, and served as that."""
    response = await fetch.upload(kind, data, Content_Type="text/html")
    assert response.code == 200
    media = world.platform.media.get(json.loads(response.body)["media_id"])
    assert media
    assert (media.kind, media.content_type, media.data) == (kind, content_type, data)
    shown = await fetch(f"/media/{media.media_id}")
    assert (shown.code, shown.body, shown.headers["Content-Type"]) == (200, data, content_type)
    assert "Content-Disposition" not in shown.headers


@pytest.mark.gen_test
async def test_picture_of_a_message(page: OpenPage, fetch: Fetch, world: World) -> None:
    """A picture that was uploaded is shown in the chat, and the service can fetch it."""
    response = await fetch.upload("image", PNG)
    world.user("oMe")
    await page.do("image", user="oMe", media_id=json.loads(response.body)["media_id"])
    url = page.of("chat")[0]["item"]["content"]["url"]
    assert url.startswith(f"{world.base_url}/media/")
    path = url.removeprefix(world.base_url)
    assert (await fetch(path, Host="host.docker.internal:8080")).body == PNG


REFUSED = [
    ("image", SVG, 415, "image must be one of png, jpeg, gif, bmp"),
    ("image", b"<html>", 415, "image must be one of"),
    ("image", b"", 415, "image must be one of"),
    ("image", b"RIFF0000WEBP", 415, "image must be one of"),
    ("image", b"#!AMR\n", 415, "image must be one of"),
    ("voice", PNG, 415, "voice must be one of amr, mp3, mp4, webm, ogg"),
    ("video", b"\x1a\x45\xdf\xa3", 415, "video must be one of mp4"),
    ("thumb", PNG, 415, "thumb must be one of jpeg"),
    ("file", PNG, 400, "kind must be one of image, voice, video, thumb"),
    ("", PNG, 400, "kind must be one of"),
    ("image", PNG + b"\0" * MOST, 413, "over 10 MB: send a smaller one"),
]


@pytest.mark.parametrize(("kind", "data", "status", "words"), REFUSED)
@pytest.mark.gen_test
async def test_refused(kind: str, data: bytes, status: int, words: str, fetch: Fetch) -> None:
    """What the phone could not have sent is refused in words."""
    async with connection(int(fetch.url.rpartition(":")[2])) as (reader, writer):
        writer.write(head(fetch, f"/upload?kind={kind}", len(data)) + data[:1000])
        answer = await reader.read()
    assert answer.split()[1] == str(status).encode()
    assert words in answer.decode()
    assert b"text/plain" in answer


def head(fetch: Fetch, path: str, length: int, **headers: str) -> bytes:
    """Return the head of an upload by the page, of a connection that then ends."""
    host = fetch.url.removeprefix("http://")
    given = {"Host": host, "Origin": fetch.url, "Connection": "close"} | headers
    lines = [f"{name}: {value}" for name, value in given.items() if value]
    first = [f"POST {path} HTTP/1.1", f"Content-Length: {length}"]
    return "\r\n".join([*first, *lines, "", ""]).encode()


@pytest.mark.gen_test
async def test_largest_file(fetch: Fetch, world: World) -> None:
    """A file of 10 MB passes, byte for byte, and nobody waits for it."""
    data = PNG + bytes(MOST - len(PNG))
    response = await fetch.upload("image", data)
    media = world.platform.media.get(json.loads(response.body)["media_id"])
    assert media
    assert media.data == data


@pytest.mark.gen_test
async def test_endless_file(fetch: Fetch, world: World) -> None:
    """A file whose length nobody told is refused at its end, and not kept until then."""
    chunk = b"10000\r\n" + b"\0" * 65_536 + b"\r\n"
    request = head(fetch, "/upload?kind=image", 0, **{"Transfer-Encoding": "chunked"})
    request = request.replace(b"Content-Length: 0\r\n", b"")
    async with connection(int(fetch.url.rpartition(":")[2])) as (reader, writer):
        writer.write(request)
        for _ in range(MOST // 65_536 + 8):
            writer.write(chunk)
            await writer.drain()
        handlers = [o for o in gc.get_objects() if isinstance(o, UploadHandler)]
        await until(lambda: any(len(handler._data) > MOST for handler in handlers))
        assert max(len(handler._data) for handler in handlers) == MOST + 1
        writer.write(b"0\r\n\r\n")
        answer = await reader.read()
    assert answer.split()[1] == b"413"
    assert world.platform.media._bytes == 0


STRANGERS = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://127.0.0.1:1"},
    {"Host": "evil.example", "Origin": "http://evil.example"},
]


@pytest.mark.parametrize("headers", STRANGERS)
@pytest.mark.gen_test
async def test_strangers(headers: dict[str, str], fetch: Fetch) -> None:
    """Who is not the page is refused before the file is read."""
    async with connection(int(fetch.url.rpartition(":")[2])) as (reader, writer):
        writer.write(head(fetch, "/upload?kind=image", MOST, **headers))
        answer = await asyncio.wait_for(reader.read(), 10)
    assert answer.split()[1] == b"403"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.gen_test
async def test_methods(method: str, fetch: Fetch) -> None:
    """Files come by POST."""
    body = b"x" if method == "PUT" else None
    response = await fetch("/upload?kind=image", body, method=method, Origin=fetch.url)
    assert response.code == 405


@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        ("image/svg+xml", SVG),
        ("text/html", b"<script>alert(1)</script>"),
        ("text/html; charset=image/png", b"<script>"),
        ("application/pdf", b"%PDF"),
        ("", b"x"),
        ("image/png\r\nX-Evil: 1", b"x"),
    ],
)
@pytest.mark.gen_test
async def test_dangerous_files(content_type: str, data: bytes, fetch: Fetch, world: World) -> None:
    """What could hold a script can be saved, and never runs where the page does."""
    media = world.platform.media.add("image", "a.svg", content_type, data)
    response = await fetch(f"/media/{media.media_id}")
    assert (response.code, response.body) == (200, data)
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"] == "attachment"
    assert "X-Evil" not in response.headers


@pytest.mark.gen_test
async def test_every_file(fetch: Fetch, world: World) -> None:
    """A file that claims to be a picture is taken for nothing else."""
    media = world.platform.media.add("image", "a.png", "image/png", b"<script>")
    response = await fetch(f"/media/{media.media_id}")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    response = await fetch(f"/media/{media.media_id}", method="HEAD")
    assert (response.code, response.headers["Content-Length"], response.body) == (200, "8", b"")


@pytest.mark.gen_test
async def test_unknown_file(fetch: Fetch) -> None:
    """Of a file that is not there, or no more, the answer says so."""
    response = await fetch("/media/unknown")
    assert response.code == 404
    assert b"three days" in response.body


RANGES = [
    ("bytes=0-", (206, b"0123456789", "bytes 0-9/10")),
    ("bytes=2-4", (206, b"234", "bytes 2-4/10")),
    ("bytes=8-99", (206, b"89", "bytes 8-9/10")),
    ("bytes=-3", (206, b"789", "bytes 7-9/10")),
    ("bytes=-99", (206, b"0123456789", "bytes 0-9/10")),
    ("bytes=10-", (416, b"", "bytes */10")),
    ("bytes=4-2", (416, b"", "bytes */10")),
    ("bytes=-0", (416, b"", "bytes */10")),
    ("bytes=-", (200, b"0123456789", None)),
    ("bytes=0-1,3-4", (200, b"0123456789", None)),
    ("lines=0-1", (200, b"0123456789", None)),
]


@pytest.mark.parametrize(("asked", "expected"), RANGES)
@pytest.mark.gen_test
async def test_ranges(
    asked: str, expected: tuple[int, bytes, str | None], fetch: Fetch, world: World
) -> None:
    """A player may ask for parts of a file."""
    media = world.platform.media.add("voice", "a.mp3", "audio/mpeg", b"0123456789")
    response = await fetch(f"/media/{media.media_id}", Range=asked)
    assert (response.code, response.body, response.headers.get("Content-Range")) == expected
