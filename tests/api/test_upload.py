"""A file on its way to the platform: piece by piece, off the loop, and whole at every try."""

import asyncio
import errno
import io
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from api import media
from api.client import Api
from api.repeating import TRIES
from api.upload import PART, MultipartFile
from simulator.platform.state import Platform
from simulator.world import World
from tests.api.platform import USER, Clock, calls, failure, follower
from tests.api.test_media import PNG, UPLOAD, kept

DATA = PNG + bytes(range(256)) * 3000


class Watched(io.BytesIO):
    """A file that notes how it is read, and by whom."""

    def __init__(self, data: bytes = DATA) -> None:
        super().__init__(data)
        self.sizes: list[int | None] = []
        self.readers: set[threading.Thread] = set()

    def read(self, size: int | None = -1, /) -> bytes:
        """Read."""
        self.sizes.append(size)
        self.readers.add(threading.current_thread())
        return super().read(size)


class Waiting(Watched):
    """A file on a disk that takes its time."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.answers = threading.Event(), threading.Event()

    def read(self, size: int | None = -1, /) -> bytes:
        """Read once the test lets it."""
        self.asked.set()
        assert self.answers.wait(10)
        return super().read(size)


class Broken(Watched):
    """A file on a disk that fails in the middle."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Fail."""
        if self.tell() >= PART:
            raise OSError(errno.EIO, "Input/output error")
        return super().read(size)


def opened(monkeypatch: pytest.MonkeyPatch, file: io.BytesIO, size: int = len(DATA)) -> None:
    """Let whatever is opened be `file`."""
    monkeypatch.setattr(media, "_open", lambda path: (file, size))


async def upload(api: Api, filename: str = "a.png") -> str:
    """Return the media id of an upload."""
    return (await api.media.upload("image", Path(filename))).media_id


@pytest.mark.gen_test
async def test_piece_by_piece(
    api: Api, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Little of a file is in memory at any time, and it is closed in the end."""
    file = Watched()
    opened(monkeypatch, file)
    assert kept(platform, await upload(api)).data == DATA
    assert max(size or 0 for size in file.sizes) <= PART
    assert len(file.sizes) >= len(DATA) // PART
    assert threading.main_thread() not in file.readers
    assert file.closed


@pytest.mark.gen_test
async def test_loop_goes_on(api: Api, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the disk takes its time, everything else goes on."""
    follower(platform._world)
    file = Waiting()
    opened(monkeypatch, file)
    uploading = asyncio.create_task(upload(api))
    await asyncio.to_thread(file.asked.wait)
    assert (await api.users.info(USER)).openid == USER
    assert not uploading.done()
    file.answers.set()
    assert kept(platform, await uploading).data == DATA


@pytest.mark.gen_test
async def test_given_up(api: Api, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upload that is given up lets go of its file, and of nothing else."""
    follower(world)
    file = Waiting()
    opened(monkeypatch, file)
    uploading = asyncio.create_task(upload(api))
    await asyncio.to_thread(file.asked.wait)
    uploading.cancel()
    file.answers.set()
    assert isinstance(await failure(uploading), asyncio.CancelledError)
    assert file.closed
    assert (await api.users.info(USER)).openid == USER


@pytest.mark.gen_test
@pytest.mark.parametrize("fault", ["busy", "revoked", "bad_gateway", "dropped", "lost"])
async def test_whole_again(
    fault: str, api: Api, platform: Platform, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each try sends the whole file, on a kept connection too."""
    follower(world)
    await api.users.info(USER)
    file = Watched()
    opened(monkeypatch, file)
    platform.order(**{fault: {"path": UPLOAD, "calls": 1}})
    assert kept(platform, await upload(api)).data == DATA
    tries = calls(world, UPLOAD)
    assert len(tries) == 2
    assert {call.request for call in tries} == {tries[0].request}


@pytest.mark.gen_test
async def test_not_for_ever(api: Api, platform: Platform, world: World) -> None:
    """What does not pass is said after a few tries."""
    platform.order(bad_gateway={"path": UPLOAD})
    error = await failure(api.media.upload("image", DATA, filename="a.png"))
    assert "HTTP status 502" in str(error)
    assert len(calls(world, UPLOAD)) == TRIES


@pytest.fixture
def _unreadable(file: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is opened be `file`."""
    opened(monkeypatch, file)


@pytest.mark.gen_test
@pytest.mark.usefixtures("_unreadable")
@pytest.mark.parametrize(
    ("file", "words"),
    [
        (Watched(DATA[:-1]), "the file became shorter while it was sent"),
        (Watched(b""), "the file became shorter while it was sent"),
        (Broken(), "Input/output error"),
    ],
)
async def test_unreadable(
    file: Watched, words: str, api: Api, platform: Platform, clock: Clock
) -> None:
    """A file that shrinks or breaks while it is sent is an OSError at once: nothing arrived."""
    error = await failure(upload(api))
    assert isinstance(error, OSError)
    assert words in str(error)
    assert not platform.media._files
    assert clock.pauses == []


@pytest.mark.gen_test
async def test_grows(api: Api, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a file that grows while it is sent, there is sent what was there."""
    opened(monkeypatch, Watched(DATA + b"more"))
    assert kept(platform, await upload(api)).data == DATA


@pytest.mark.gen_test
async def test_many(api: Api, platform: Platform, tmp_path: Path) -> None:
    """Many files at once do not mix."""
    files = {f"{number}.png": PNG + bytes([number]) * 200_000 for number in range(12)}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    made = await asyncio.gather(*(upload(api, str(tmp_path / name)) for name in files))
    assert [kept(platform, media_id).data for media_id in made] == list(files.values())


class Curl:
    """What libcurl is to a file that is sent."""

    def __init__(self) -> None:
        self.resumed = asyncio.Event()

    def setopt(self, *_: Any) -> None:
        """Take anything."""

    def pause(self, _: int) -> None:
        """Go on."""
        self.resumed.set()


async def read_on(read: Any, curl: Any) -> AsyncIterator[bytes]:
    """Yield what libcurl would send."""
    while True:
        given = read(1000)
        if isinstance(given, bytes):
            yield given
            continue
        assert given != 0x10000000, "libcurl would give up"  # READFUNC_ABORT
        assert read(1000) == given  # asked too early, it goes on waiting
        await curl.resumed.wait()
        curl.resumed.clear()


@pytest.mark.gen_test
async def test_two_tries_at_once() -> None:
    """A try that was given up and still reads takes nothing from the next."""
    body = MultipartFile(io.BytesIO(DATA), len(DATA), "a.png", "image/png")
    sent = [b"", b""]
    curls: list[Any] = [Curl(), Curl()]
    tries = [read_on(body.begin(curl), curl) for curl in curls]
    while any(len(one) < body.size for one in sent):
        for number, one in enumerate(tries):
            if len(sent[number]) < body.size:
                sent[number] += await anext(one)
    assert sent[0] == sent[1]
    assert DATA in sent[0]
    for curl, one in zip(curls, tries, strict=True):  # and asked for more, there is none
        curl.resumed.clear()
        with pytest.raises(AssertionError, match="give up"):
            await anext(one)
