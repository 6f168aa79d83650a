"""A file on its way from the platform: whole or not at all, off the loop, from wherever it is."""

import asyncio
import errno
import io
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from api import download
from api.client import Api
from api.download import Download, Sink, in_place_of
from api.errors import ApiError, BadMedia
from api.transport import Request, Response, Transport
from simulator.platform.state import Platform
from simulator.world import World
from tests.api.platform import USER, calls, failure, follower
from tests.api.test_media import GET, beside

DATA = bytes(range(256)) * 4000


@pytest.fixture
def media_id(platform: Platform) -> str:
    """Return the id of a picture that the platform has."""
    return platform.media.add("image", "a.png", "image/png", DATA).media_id


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Return where a file is that another will replace."""
    path = tmp_path / "picture.png"
    path.write_bytes(b"old")
    return path


def content(path: Path) -> bytes:
    """Return what is in a file."""
    return path.read_bytes()


def untouched(target: Path) -> bool:
    """Return whether `target` is as it was, and alone."""
    return target.read_bytes() == b"old" and list(target.parent.iterdir()) == [target]


@pytest.mark.gen_test
@pytest.mark.parametrize("named", [Path, str])
async def test_written(named: Any, api: Api, media_id: str, target: Path) -> None:
    """A file takes the place of what was there, and leaves nothing beside it."""
    found = await api.media.download(media_id, named(target))
    assert (content(target), beside(target.parent)) == (DATA, [target.name])
    assert found == Download(size=len(DATA), content_type="image/png", filename=f"{media_id}.png")


@pytest.mark.gen_test
async def test_mode(api: Api, media_id: str, tmp_path: Path) -> None:
    """Others may read it, as what a program writes: the umask says who."""
    before = os.umask(0o027)
    try:
        await api.media.download(media_id, tmp_path / "x")
    finally:
        os.umask(before)
    assert (await asyncio.to_thread((tmp_path / "x").stat)).st_mode & 0o777 == 0o640


@pytest.mark.gen_test
async def test_longest_name(api: Api, media_id: str, tmp_path: Path) -> None:
    """Any name can be had that the disk can have."""
    target = tmp_path / ("x" * 255)
    await api.media.download(media_id, target)
    assert content(target) == DATA


@pytest.mark.gen_test
@pytest.mark.parametrize("fault", ["busy", "bad_gateway", "dropped", "lost", "revoked"])
async def test_again(fault: str, api: Api, platform: Platform, media_id: str, target: Path) -> None:
    """What passes is tried again, and nothing of the first try is in the file."""
    await api.tokens.get()
    platform.order(**{fault: {"path": GET, "calls": 1}})
    await api.media.download(media_id, target)
    assert content(target) == DATA
    assert len(calls(platform._world, GET)) == 2


@pytest.mark.gen_test
@pytest.mark.parametrize("fault", ["not_whitelisted", "bad_gateway", "lost"])
async def test_refused(
    fault: str, api: Api, platform: Platform, media_id: str, target: Path
) -> None:
    """Where no file comes, what was there stays, and nothing is left."""
    await api.tokens.get()
    platform.order(**{fault: {"path": GET}})
    assert isinstance(await failure(api.media.download(media_id, target)), ApiError)
    assert untouched(target)


@pytest.mark.gen_test
async def test_no_such_media(api: Api, target: Path) -> None:
    """The platform's errors are JSON, and no file."""
    error = await failure(api.media.download("x" * 64, target))
    assert isinstance(error, BadMedia)
    assert error.errcode == 40007
    assert untouched(target)
    assert isinstance(await failure(api.media.get("x" * 64)), BadMedia)


@pytest.mark.gen_test
async def test_given_up(
    api: Api,
    platform: Platform,
    media_id: str,
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A download that is given up leaves nothing."""
    fetching, fetch = asyncio.Event(), Transport.fetch

    async def noted(transport: Transport, request: Request) -> Response:
        fetching.set()
        return await fetch(transport, request)

    await api.tokens.get()
    monkeypatch.setattr(Transport, "fetch", noted)
    platform.order(slow={"path": GET, "seconds": 30})
    downloading = asyncio.create_task(api.media.download(media_id, target))
    await fetching.wait()
    assert len(beside(target.parent)) == 2
    downloading.cancel()
    assert isinstance(await failure(downloading), asyncio.CancelledError)
    assert untouched(target)


@pytest.mark.gen_test
async def test_given_up_at_once(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So it is while the file is being made."""
    asked, answers, opened = threading.Event(), threading.Event(), download._opened
    made = []

    def slow(part: Path, target: Path) -> Any:
        asked.set()
        assert answers.wait(10)
        made.append(opened(part, target))
        return made[0]

    async def make() -> None:
        async with in_place_of(target):
            raise AssertionError("nobody waits for it")

    monkeypatch.setattr(download, "_opened", slow)
    making = asyncio.create_task(make())
    await asyncio.to_thread(asked.wait)
    making.cancel()
    answers.set()
    assert isinstance(await failure(making), asyncio.CancelledError)
    assert made[0].closed
    assert untouched(target)


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nowhere/x.png", FileNotFoundError),
        ("picture.png/x.png", NotADirectoryError),
        ("folder", IsADirectoryError),
    ],
)
async def test_cannot_be_there(
    name: str, expected: type[OSError], api: Api, world: World, target: Path
) -> None:
    """Where no file can be, it is said before anything is fetched."""
    await asyncio.to_thread((target.parent / "folder").mkdir)
    assert isinstance(await failure(api.media.download("m", target.parent / name)), expected)
    assert beside(target.parent) == ["folder", target.name]
    assert not calls(world)


class Full(io.BytesIO):
    """A file on a disk that is full."""

    def write(self, data: Any, /) -> int:
        """Fail."""
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.gen_test
async def test_full(
    api: Api, world: World, media_id: str, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full is an OSError, not a platform that must be asked again."""
    monkeypatch.setattr(download, "_opened", lambda part, target: Full())
    error = await failure(api.media.download(media_id, target))
    assert isinstance(error, OSError)
    assert error.errno == errno.ENOSPC
    assert untouched(target)
    assert len(calls(world, GET)) == 1


class Waiting(io.BytesIO):
    """A file on a disk that takes its time."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.answers = threading.Event(), threading.Event()

    def write(self, data: Any, /) -> int:
        """Write once the test lets it."""
        self.asked.set()
        assert self.answers.wait(10)
        return super().write(data)


@pytest.mark.gen_test
async def test_loop_goes_on(
    api: Api, world: World, media_id: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """While the disk takes its time, everything else goes on."""
    follower(world)
    file = Waiting()
    monkeypatch.setattr(download, "_opened", lambda part, target: file)
    downloading = asyncio.create_task(api.media.download(media_id, tmp_path / "x"))
    await asyncio.to_thread(file.asked.wait)
    assert (await api.users.info(USER)).openid == USER
    assert not downloading.done()
    held: list[bytes] = []
    monkeypatch.setattr(file, "close", lambda: held.append(file.getvalue()))
    file.answers.set()
    assert isinstance(await failure(downloading), FileNotFoundError)  # there is no such part
    assert held[0] == DATA


@pytest.mark.gen_test
async def test_nobody_waits() -> None:
    """What comes after the end is not kept."""
    file = io.BytesIO()
    sink = Sink(file)
    sink.part(b"kept")
    sink.end()
    sink.part(b"late")
    await sink.write()
    assert (file.getvalue(), sink.size) == (b"kept", 4)
    assert sink._parts.empty()
