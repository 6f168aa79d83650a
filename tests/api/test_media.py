"""临时素材: what may be uploaded, checked before it is sent, and how it comes back."""

import asyncio
import os
import re
from pathlib import Path
from typing import Any

import pytest

from api.client import Api
from api.download import Download
from api.errors import BadMedia, NoRight
from api.media import KINDS
from simulator.account import AccountKind
from simulator.platform.state import Platform
from simulator.world import World
from tests.api.platform import START, Clock, calls, failure

UPLOAD, GET = "/cgi-bin/media/upload", "/cgi-bin/media/get"
PNG, JPEG = b"\x89PNG\r\n\x1a\n" + bytes(20), b"\xff\xd8\xff\xe0" + bytes(20)
MP4, AMR, MP3 = b"\0\0\0\x20ftypisom" + bytes(20), b"#!AMR\n" + bytes(20), b"ID3\x04" + bytes(20)
FILES = [
    ("image", "a.png", PNG, "image/png"),
    ("image", "a.JPG", JPEG, "image/jpeg"),
    ("image", "a.jpeg", JPEG, "image/jpeg"),
    ("image", "a.gif", b"GIF89a", "image/gif"),
    ("image", "a.bmp", b"BM1234", "image/bmp"),
    ("voice", "a.amr", AMR, "audio/amr"),
    ("voice", "a.mp3", MP3, "audio/mpeg"),
    ("video", "a.mp4", MP4, "video/mp4"),
    ("thumb", "a.jpg", JPEG, "image/jpeg"),
    ("thumb", "a.jpeg", JPEG, "image/jpeg"),
]
SIZES = [
    ("image", "a.png", PNG, 10 << 20),
    ("voice", "a.amr", AMR, 2 << 20),
    ("video", "a.mp4", MP4, 10 << 20),
    ("thumb", "a.jpg", JPEG, 64 << 10),
]


def beside(path: Path) -> list[str]:
    """Return the names in a folder."""
    return sorted(file.name for file in path.iterdir())


def kept(platform: Platform, media_id: str) -> Any:
    """Return what the platform has."""
    found = platform.media.get(media_id)
    assert found
    return found


@pytest.mark.gen_test
@pytest.mark.parametrize("file", FILES, ids=str)
async def test_kinds(file: tuple[str, str, bytes, str], api: Api, platform: Platform) -> None:
    """Every format of every kind is taken, and said to be what it is."""
    kind, name, data, content_type = file
    made = await api.media.upload(kind, data, filename=name)
    assert (made.type, made.created_at) == (kind, int(START))
    assert made.media_id in made.raw.values()
    known = kept(platform, made.media_id)
    assert (known.kind, known.filename, known.data) == (kind, name, data)
    assert known.content_type == KINDS[kind].formats[Path(name.lower()).suffix] == content_type


@pytest.mark.gen_test
@pytest.mark.parametrize("named", [Path, str])
async def test_path(named: Any, api: Api, platform: Platform, tmp_path: Path) -> None:
    """A path is a Path or text, and the name is its own unless another is given."""
    path = tmp_path / "照片 1.png"
    path.write_bytes(PNG)
    made = await api.media.upload("image", named(path))
    assert kept(platform, made.media_id).filename == "照片 1.png"
    made = await api.media.upload("image", named(path), filename="b.png")
    assert kept(platform, made.media_id).filename == "b.png"
    assert kept(platform, made.media_id).data == PNG


@pytest.mark.gen_test
async def test_path_with_another_ending(api: Api, platform: Platform, tmp_path: Path) -> None:
    """The ending that counts is the name's that is given."""
    path = tmp_path / "upload.tmp"
    path.write_bytes(PNG)
    made = await api.media.upload("image", path, filename="a.png")
    assert kept(platform, made.media_id).content_type == "image/png"


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("given", "arrives"),
    [
        ('a"; filename="b.png', "a%22; filename=%22b.png"),
        ("a\r\nX: y\r\n\r\nb.png", "a%0D%0AX: y%0D%0A%0D%0Ab.png"),
        ("a\\b'.png", "a\\b'.png"),
        ("a\udcff.png", "a?.png"),
    ],
)
async def test_names(given: str, arrives: str, api: Api, platform: Platform) -> None:
    """A name is nothing but a name, whatever is in it."""
    made = await api.media.upload("image", PNG, filename=given)
    known = kept(platform, made.media_id)
    assert (known.data, known.filename.replace("\\\\", "\\")) == (PNG, arrives)


@pytest.mark.gen_test
async def test_name_that_is_no_text(api: Api, platform: Platform, tmp_path: Path) -> None:
    """A file can be sent whose name on the disk is not UTF-8."""
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.png")
    await asyncio.to_thread(Path(path).write_bytes, PNG)
    made = await api.media.upload("image", path)
    assert kept(platform, made.media_id).filename == "?.png"


@pytest.mark.gen_test
@pytest.mark.parametrize("limit", SIZES, ids=str)
async def test_sizes(
    limit: tuple[str, str, bytes, int], api: Api, world: World, tmp_path: Path
) -> None:
    """The largest file is taken; one byte more is refused before any of it is sent."""
    kind, name, data, most = limit
    assert (await api.media.upload(kind, data.ljust(most), filename=name)).media_id
    large = data.ljust(most + 1)
    path = tmp_path / name
    path.write_bytes(large)
    words = f"'{name}' has {most + 1} bytes: the limit of {kind} is {most}"
    for file in (large, path):
        with pytest.raises(ValueError, match=words):
            await api.media.upload(kind, file, filename=name)
    assert len(calls(world, UPLOAD)) == 1


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("file", "error"),
    [
        (("file", PNG, "a.png"), ValueError("kind is 'file': it must be one of image, thumb, vid")),
        (("", PNG, "a.png"), ValueError("kind must not be empty")),
        ((5, PNG, "a.png"), TypeError("kind must be str, not int")),
        (("image", PNG, ""), ValueError("bytes need a filename, as in photo.jpg")),
        (("image", b"", "a.png"), ValueError("'a.png' is empty")),
        (("image", PNG, "a.webp"), ValueError("'a.webp' cannot be image: its ending must be .png")),
        (("image", PNG, "a"), ValueError("'a' cannot be image")),
        (("image", PNG, "a.png.exe"), ValueError("'a.png.exe' cannot be image")),
        (("voice", MP3, "a.wav"), ValueError("its ending must be .amr, .mp3")),
        (("video", MP4, "a.mov"), ValueError("its ending must be .mp4")),
        (("thumb", PNG, "a.png"), ValueError("its ending must be .jpg, .jpeg")),
        (("image", bytearray(PNG), "a.png"), TypeError("bytearray")),
        (("image", "/nowhere/a.png", ""), FileNotFoundError("/nowhere/a.png")),
        (("image", Path("/nowhere/a.txt"), ""), ValueError("'a.txt' cannot be image")),
        (("image", "/tmp", "a.png"), IsADirectoryError("/tmp")),
        (("image", "/dev/null", "a.png"), ValueError("'a.png' is empty")),
    ],
)
async def test_refused(
    file: tuple[Any, Any, str], error: Exception, api: Api, world: World
) -> None:
    """What the platform would not take, or cannot be read, is refused before it is called."""
    kind, given, name = file
    with pytest.raises(type(error), match=re.escape(str(error))):
        await api.media.upload(kind, given, filename=name)
    assert not calls(world)


@pytest.mark.gen_test
async def test_refused_by_the_platform(api: Api) -> None:
    """What a file really is, the platform says."""
    error = await failure(api.media.upload("image", b"no picture", filename="a.png"))
    assert isinstance(error, BadMedia)
    assert error.errcode == 40005


@pytest.mark.gen_test
@pytest.mark.parametrize("account_kind", [AccountKind.UNVERIFIED_SERVICE])
async def test_no_right(api: Api) -> None:
    """Only a verified account may."""
    assert isinstance(await failure(api.media.upload("image", PNG, filename="a.png")), NoRight)
    assert isinstance(await failure(api.media.get("m")), NoRight)


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("kind", "name", "beginning"), [("image", "a.png", PNG), ("video", "a.mp4", MP4)]
)
async def test_round_trip(kind: str, name: str, beginning: bytes, api: Api, tmp_path: Path) -> None:
    """Several MB of anything come back equal byte for byte, from the disk and to it."""
    data = beginning + os.urandom(7_654_321)
    path = tmp_path / name
    path.write_bytes(data)
    made = await api.media.upload(kind, path)
    found = await api.media.download(made.media_id, tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == data
    assert (found.size, found.content_type) == (len(data), KINDS[kind].formats[path.suffix])
    got, known = await api.media.get(made.media_id)
    assert got == data
    assert known == found


@pytest.mark.gen_test
async def test_get(api: Api) -> None:
    """A file can be had as bytes, under the platform's name for it."""
    made = await api.media.upload("voice", AMR, filename="a.amr")
    data, found = await api.media.get(made.media_id)
    assert data == AMR
    name = f"{made.media_id}.amr"
    assert found == Download(size=len(AMR), content_type="audio/amr", filename=name)


@pytest.mark.gen_test
async def test_three_days(api: Api, clock: Clock) -> None:
    """After three days it is gone."""
    made = await api.media.upload("image", PNG, filename="a.png")
    clock.now += 3 * 86400
    error = await failure(api.media.get(made.media_id))
    assert isinstance(error, BadMedia)
    assert "3 days" in error.remedy


@pytest.mark.gen_test
@pytest.mark.parametrize("media_id", ["", "a b", "你", "m" * 257])
async def test_no_media_id(media_id: str, api: Api, world: World, tmp_path: Path) -> None:
    """What can be no media id is refused before anything is sent, or written."""
    for work in (api.media.get(media_id), api.media.download(media_id, tmp_path / "x")):
        assert isinstance(await failure(work), ValueError)
    assert not calls(world)
    assert beside(tmp_path) == []
