"""What else may come where a file was asked for: a video elsewhere, no file, half of one."""

from pathlib import Path

import pytest
from tornado.web import Application, RequestHandler

from api import download
from api.client import Api
from api.download import Download
from api.errors import BadMedia, NoAnswer
from api.repeating import TRIES
from tests.api.platform import Client, failure
from tests.api.test_media import GET, beside


class OtherHandler(RequestHandler):
    """What plays the platform and the host of the videos: the media id says how."""

    asked: list[str]

    def initialize(self, asked: list[str]) -> None:
        """Begin."""
        self.asked = asked

    def get(self) -> None:
        """Answer."""
        self.asked.append(self.request.uri or "")
        how = self.get_query_argument("media_id", "") or self.request.path.strip("/")
        kind, data, name = ANSWERS[how]
        self.clear_header("Content-Type")
        if kind:
            self.set_header("Content-Type", kind)
        if name:
            self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        here = f"{self.request.protocol}://{self.request.host}"
        self.write(data.replace(b"HERE", here.encode()))
        if how == "cut":
            self.set_header("Content-Length", len(data) + 1)
            self.flush()
            self.detach().close()


JSON, TEXT, HTML = "application/json", "text/plain; charset=utf-8", "text/html"
ANSWERS = {
    "file": ("image/png", b"data", "a.png"),
    "nameless": ("video/mp4", b"data", ""),
    "typeless": ("", b"data", ""),
    "text-file": (TEXT, b'{"errcode": 40007}', "a.txt"),
    "climbs": ("image/png", b"data", "../../etc/passwd"),
    "dots": ("image/png", b"data", ".."),
    "control": ("image/png", b"data", "a\xad.png"),
    "video": (TEXT, b'{"video_url": "HERE/there?vkey=1&x=%20"}', ""),
    "there": ("video/mp4", b"video", ""),
    "error": (TEXT, b'{"errcode": 40007, "errmsg": "invalid media_id"}', ""),
    "empty": ("image/png", b"", "a.png"),
    "page": (HTML, b"<html>please log in</html>", ""),
    "nothing": (JSON, b"{}", ""),
    "local": (JSON, b'{"video_url": "file:///etc/passwd"}', ""),
    "foreign": (JSON, '{"video_url": "http://例.example/"}'.encode(), ""),
    "json-video": (JSON, b'{"video_url": "HERE/page"}', ""),
    "empty-video": (JSON, b'{"video_url": "HERE/empty"}', ""),
    "huge": (JSON, b" " * (download.MOST_JSON + 1), ""),
    "cut": ("image/png", b"data", "a.png"),
}


@pytest.fixture
def asked() -> list[str]:
    """Return what was asked for."""
    return []


@pytest.fixture
def app(asked: list[str]) -> Application:
    """Serve no platform."""
    return Application([("/.*", OtherHandler, {"asked": asked})])


@pytest.fixture
def api(client: Client) -> Api:
    """Return a client that has a token already."""
    api = client.api()
    api.tokens._adopt(client.token())
    return api


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("how", "data", "kind", "name"),
    [
        ("file", b"data", "image/png", "a.png"),
        ("nameless", b"data", "video/mp4", ""),
        ("typeless", b"data", "application/octet-stream", ""),
        ("text-file", b'{"errcode": 40007}', TEXT, "a.txt"),
        ("climbs", b"data", "image/png", "passwd"),
        ("dots", b"data", "image/png", ""),
        ("control", b"data", "image/png", ""),
        ("video", b"video", "video/mp4", ""),
    ],
)
async def test_file(how: str, data: bytes, kind: str, name: str, api: Api) -> None:
    """A file is whatever the header says to be one, and its name is nothing but a name."""
    found = Download(size=len(data), content_type=kind, filename=name)
    assert await api.media.get(how) == (data, found)


@pytest.mark.gen_test
async def test_elsewhere(api: Api, asked: list[str]) -> None:
    """A video is fetched from where it is, as it is written, and without the access token."""
    await api.media.get("video")
    token = await api.tokens.get()
    assert asked == [f"{GET}?media_id=video&access_token={token}", "/there?vkey=1&x=%20"]


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("empty", "no file came"),
        ("page", "not the platform: the answer is no JSON"),
        ("nothing", "the answer is neither a file nor an error"),
        ("local", "the answer is neither a file nor an error"),
        ("foreign", "the answer is neither a file nor an error"),
        ("json-video", "no file came"),
        ("empty-video", "no file came"),
        ("huge", "not the platform"),
        ("cut", "1 bytes"),
    ],
)
async def test_no_file(how: str, words: str, api: Api, asked: list[str], tmp_path: Path) -> None:
    """What is no file, or not all of it, takes no file's place, and is tried again."""
    error = await failure(api.media.download(how, tmp_path / "x"))
    assert isinstance(error, NoAnswer)
    assert words in str(error)
    assert beside(tmp_path) == []
    elsewhere = how.endswith("-video")
    assert len(asked) == TRIES * (2 if elsewhere else 1)


@pytest.mark.gen_test
async def test_error(api: Api, asked: list[str]) -> None:
    """An error of the platform's is final, whatever type it comes as."""
    error = await failure(api.media.get("error"))
    assert isinstance(error, BadMedia)
    assert error.errcode == 40007
    assert len(asked) == 1
