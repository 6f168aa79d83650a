"""qrcode: a code made and drawn, and none spent whose picture could not be written."""

import io
from pathlib import Path
from typing import Any

import pytest

from api import download
from simulator.platform.qrcodes import LONGEST
from simulator.testing import WeChat
from tests.api.terminal.conftest import Run, called, one_line

CREATE = "/cgi-bin/qrcode/create"
SCENES: list[tuple[str, tuple[str, ...], int | None]] = [
    ("table-7", (), LONGEST),
    ("7", ("--permanent",), None),
    ("4294967295", ("--expire=60",), 60),
    ("12345678901", ("--expire", "2592000"), LONGEST),
]


@pytest.mark.parametrize("wanted", SCENES, ids=str)
def test_drawn(
    wanted: tuple[str, tuple[str, ...], int | None], run: Run, wechat: WeChat, tmp_path: Path
) -> None:
    """A code is made, drawn and told of; the folder has the picture and nothing else."""
    scene, options, seconds = wanted
    out = tmp_path / "code.png"
    out.write_bytes(b"old")
    status, said, err = run("qrcode", "--scene", scene, "--out", str(out), *options)
    assert (status, err) == (0, "")
    [code] = wechat.platform.qrcodes
    assert (code.scene, code.permanent) == (scene, seconds is None)
    assert code.is_number is (len(scene) <= 10 and scene.isdigit())
    assert out.read_bytes() == wechat.platform.qrcodes.picture(code.ticket)
    assert list(tmp_path.iterdir()) == [out]
    lasts = f"for {seconds} s" if seconds else "for ever"
    assert said.splitlines()[0] == f"{out}: scene {scene}, {lasts}"
    for told in (code.url, code.ticket, f"{wechat.base_url}/cgi-bin/showqrcode?ticket="):
        assert told in said


@pytest.mark.parametrize("name", ["code.svg", "CODE.SVG"])
def test_vectors(name: str, run: Run, tmp_path: Path) -> None:
    """A picture can also be one that a printer scales."""
    out = tmp_path / name
    assert run("qrcode", "--scene", "x", "--out", str(out))[0] == 0
    assert b"<svg " in out.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--scene", "x", "--out", "x.jpg"), "--out x.jpg must end in .png or .svg"),
        (("--scene", "x", "--out", "nowhere/x.png"), "there is no folder nowhere"),
        (("--scene", "x", "--out", "folder.png"), "cannot be written: Is a directory"),
        (("--scene", "x"), "--out is missing"),
        (("--out", "x.png"), "--scene is missing"),
        (("--scene", "x" * 65, "--out", "x.png"), "scene has 65 characters: the limit is 64"),
        (("--scene", "4294967296", "--out", "x.png"), "it must be from 1 to 4294967295"),
        (("--scene", "100001", "--permanent", "--out", "x.png"), "from 1 to 100000"),
        (("--scene", "", "--out", "x.png"), "scene must not be empty"),
        (("--scene", "x", "--out", "x.png", "--expire=0"), "expire_seconds is 0: it must be from"),
        (("--scene", "x", "--out", "x.png", "--expire=2592001"), "from 1 to 2592000"),
        (("--scene", "x", "--out", "x.png", "--expire=1h"), "'1h' is not whole seconds"),
        (("--scene", "x", "--out", "x.png", "--expire=²"), "'²' is not whole seconds"),
        (("--scene", "x", "--out", "x.png", "--expire=" + "9" * 5000), "from 1 to 2592000"),
        (
            ("--scene", "x", "--out", "x.png", "--expire=9", "--permanent"),
            "--expire is not for a code that is --permanent",
        ),
    ],
)
def test_wrong(
    arguments: tuple[str, ...], words: str, run: Run, wechat: WeChat, here: Path
) -> None:
    """What is wrong is said in one line; no code is made, and no file is left."""
    status, out, err = run("qrcode", *arguments)
    assert (status, out, one_line(err)) == (2, "", True)
    assert words in err
    assert not called(wechat, CREATE)
    assert [path.name for path in here.iterdir()] == ["folder.png"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working directory, in which there is a folder."""
    (tmp_path / "folder.png").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_refused(run: Run, wechat: WeChat, tmp_path: Path) -> None:
    """Where the platform makes no code, the picture that there was stays."""
    out = tmp_path / "code.png"
    out.write_bytes(b"old")
    wechat.platform.order(refused={"errcode": 45009, "path": CREATE})
    status, _, err = run("qrcode", "--scene", "x", "--permanent", "--out", str(out))
    assert (status, one_line(err)) == (1, True)
    assert "45009" in err
    assert out.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [out]


class Full(io.BytesIO):
    """A file on a disk that is full."""

    def write(self, data: Any, /) -> int:
        """Fail."""
        raise OSError(28, "No space left on device")


def test_full(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full is said to be so."""
    monkeypatch.setattr(download, "_opened", lambda part, target: Full())
    out = tmp_path / "code.png"
    status, _, err = run("qrcode", "--scene", "x", "--out", str(out))
    assert (status, one_line(err)) == (2, True)
    assert f"--out {out} cannot be written: No space left on device" in err
