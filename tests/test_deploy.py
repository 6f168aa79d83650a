"""What deploy/ ships agrees with the service, and with the tools that read it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from handlers.connection import HEAD_SECONDS
from handlers.draining import DRAIN_SECONDS
from listening import BACKLOG, RESERVED
from server import BAD_SETTING
from settings import OWN, PREFIX, TOP, load
from tests import pushes
from tests.conftest import require
from tests.nginx import ROOT, SITE, Site
from wechat.xml import MAX_BYTES

DEPLOY = ROOT / "deploy"
UNITS = ("wechat.service", "wechat.socket")
EXPOSURE = 15  # of 100: what stays is the network, which a service is for


def value(unit: str, key: str) -> str:
    """Return what a unit sets `key` to."""
    found = re.findall(rf"^{key}=(.*)$", (DEPLOY / unit).read_text(), re.MULTILINE)
    assert len(found) == 1, key
    return str(found[0])


def seconds(directive: str) -> int:
    """Return the seconds that a directive of the site gives."""
    found = re.search(rf"\b{directive} (\d+)s;", SITE.read_text())
    assert found, directive
    return int(found[1])


@pytest.fixture
def units(tmp_path: Path) -> list[str]:
    """Return the paths of copies of the units that name what exists here."""
    (tmp_path / "env").touch()
    changes = {
        "/opt/wechat/.venv/bin/python": sys.executable,
        "/opt/wechat": str(ROOT),
        "/etc/wechat/env": str(tmp_path / "env"),
    }
    for name in UNITS:
        text = (DEPLOY / name).read_text()
        for old, new in changes.items():
            text = text.replace(old, new)
        (tmp_path / name).write_text(text)
    return [str(tmp_path / name) for name in UNITS]


def test_systemd_understands_the_units(units: list[str]) -> None:
    """systemd-analyze has nothing to say of either unit."""
    verify = [require("systemd-analyze"), "verify", "--man=no", *units]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    complaints = [line for line in done.stderr.splitlines() if "wechat" in line]
    assert (done.returncode, complaints) == (0, [])


def test_systemd_finds_the_service_hardened(units: list[str]) -> None:
    """What the service could still do, were it broken into, is little by systemd's count."""
    program = require("systemd-analyze")
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    if int(version.stdout.split()[1]) < 250:
        pytest.skip("systemd before 250 judges no unit that is not installed")
    security = [program, "security", "--offline=yes", f"--threshold={EXPOSURE}", units[0]]
    done = subprocess.run(security, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_units_suit_the_service() -> None:
    """The numbers of the units are those that the service was made for."""
    assert int(value("wechat.socket", "Backlog")) == BACKLOG
    assert int(value("wechat.service", "LimitNOFILE")) >= 10_000 + RESERVED
    assert int(value("wechat.service", "TimeoutStopSec")) >= DRAIN_SECONDS + 10
    assert int(value("wechat.service", "RestartPreventExitStatus")) == BAD_SETTING


def test_site_suits_the_service() -> None:
    """The site gives up after the service, ends connections before it, and takes as much."""
    assert seconds("proxy_read_timeout") > 5.5 + DRAIN_SECONDS
    assert seconds("keepalive_timeout") < HEAD_SECONDS
    assert f"client_max_body_size {MAX_BYTES >> 20}m;" in SITE.read_text()
    assert f"server {value('wechat.socket', 'ListenStream')};" in SITE.read_text()


def test_env_example_names_every_setting() -> None:
    """The example has every setting once, and starts the service once the token is given."""
    text = (DEPLOY / "env.example").read_text()
    given = dict(re.findall(rf"^#?({PREFIX}\w+)=(.*)$", text, re.MULTILINE))
    assert sorted(given) == sorted(PREFIX + key.upper() for key in OWN | TOP)
    assert re.findall(r"^\w+=.*$", text, re.MULTILINE) == ["WECHAT_TOKEN="]
    given |= {
        "WECHAT_TOKEN": pushes.TOKEN,
        "WECHAT_APP_ID": pushes.APP_ID,
        "WECHAT_ENCODING_AES_KEY": pushes.AES_KEY,
    }
    assert load(given).accounts[0].path == "/wechat"


def test_nginx_understands_the_site(tmp_path: Path) -> None:
    """The site is taken by nginx without a warning."""
    nginx, _ = require("nginx"), require("openssl")
    command = Site(tmp_path, upstream=9).command(nginx, "-t")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


@pytest.mark.parametrize("name", ["api", "delivery"])
def test_scripts(name: str, tmp_path: Path) -> None:
    """The scripts have systemd run a command line, with the settings and store of the service."""
    program = require("systemd-run")
    known = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
    echo = tmp_path / "systemd-run"
    echo.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    echo.chmod(0o755)
    run = [str(DEPLOY / f"wechat-{name}"), "menu", "push", "a menu.toml"]
    path = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    done = subprocess.run(run, env=path, cwd=tmp_path, capture_output=True, text=True, check=True)
    given = done.stdout.splitlines()
    at = given.index("/opt/wechat/.venv/bin/python")
    assert given[at + 1 :] == ["-m", name, "menu", "push", "a menu.toml"]
    options = given[:at]
    assert [o for o in options if o.partition("=")[0] not in known] == []
    assert f"--property=EnvironmentFile={value('wechat.service', 'EnvironmentFile')}" in options
    store = re.findall("WECHAT_STORE=(.*)", (DEPLOY / "wechat.service").read_text())
    assert f"--setenv=WECHAT_STORE={store[0]}" in options
    assert f"--working-directory={tmp_path}" in options
