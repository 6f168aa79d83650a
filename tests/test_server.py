"""Starting: what a person sees of it, and the exit status where it fails."""

import re
import resource
import signal
import socket
import sys
import time
from pathlib import Path

import pytest

import server
from tests import pushes
from tests.processes import HANDLER, HEALTH, answer, started, text

ENVIRON = {"WECHAT_TOKEN": pushes.TOKEN}
SAFE = ENVIRON | {"WECHAT_ENCODING_AES_KEY": pushes.AES_KEY, "WECHAT_APP_ID": pushes.APP_ID}
BAD_SETTING = 2


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder outside the repository, with a person's own modules."""
    (tmp_path / "mine.py").write_text(HANDLER, encoding="utf-8")
    (tmp_path / "misspelt.py").write_text(HANDLER.replace("on_text", "on_txt"), encoding="utf-8")
    (tmp_path / "blocking.py").write_text(
        HANDLER.replace("async def on_text", "def on_text").replace("await asyncio", "asyncio"),
        encoding="utf-8",
    )
    (tmp_path / "lacking.py").write_text("import a_module_of_nobody\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("environ", "mode"),
    [(ENVIRON, "plaintext"), (SAFE, "safe"), (SAFE | {"WECHAT_MODE": "compatible"}, "compatible")],
)
def test_start(environ: dict[str, str], mode: str, folder: Path) -> None:
    """It starts at once, and one line says what is served where, and no secret."""
    began = time.monotonic()
    with started(folder, "--port=0", environ=environ) as process:
        with process.connect() as connection:
            assert answer(connection, HEALTH).endswith(b"\r\n\r\nok\n")
        assert time.monotonic() - began < 5
        [line] = process.said.splitlines()
        where = f"http://127.0.0.1:{process.port}"
        assert line.endswith(f"] serving on {where}: default at /wechat in {mode} mode")
        process.signal()
        assert process.end() == 0
        secrets = pushes.TOKEN, pushes.AES_KEY, pushes.APP_ID
        assert [secret for secret in secrets if secret in line] == []


def test_several_accounts(folder: Path) -> None:
    """Every account of the file is served at its path, by its own handler and token."""
    config = folder / "wechat.toml"
    config.write_text(
        f"""
        [accounts.shop]
        token = "shoptoken"
        handler = "mine:Slow"
        [accounts.news]
        token = "newstoken"
        path = "/news"
        encoding_aes_key = "{pushes.AES_KEY}"
        app_id = "{pushes.APP_ID}"
        """,
        encoding="utf-8",
    )
    options = "--port=0", "--config=wechat.toml"
    with started(folder, *options, environ=ENVIRON) as process, process.connect() as connection:
        announced = process.wait_for(r"serving on \S+: (.*)")[1]
        assert announced == (
            "shop at /wechat/shop in plaintext mode, news at /news in safe mode, "
            "default at /wechat in plaintext mode"
        )
        assert b"state of shop" in answer(connection, text("0", "/wechat/shop", "shoptoken"))
        assert b"[0]" in answer(connection, text("0", "/wechat"))
        assert b" 403 " in answer(connection, text("0", "/wechat/shop"))
        with process.connect() as another:
            assert b" 403 " in answer(another, text("0", "/news", "newstoken"))
        assert "[accounts.news] mode" in process.said


def test_one_address(folder: Path) -> None:
    """It listens at the address that it is given, and only there."""
    with started(folder, "--port=0", "--address=127.0.0.2", environ=ENVIRON) as process:
        port = process.port
        assert f"serving on http://127.0.0.2:{port}: " in process.said
        with socket.create_connection(("127.0.0.2", port)) as connection:
            assert answer(connection, HEALTH).endswith(b"ok\n")
        with pytest.raises(ConnectionRefusedError):
            process.connect()


def named(handler: str) -> dict[str, str]:
    """Return an environment that names a handler."""
    return ENVIRON | {"WECHAT_HANDLER": handler}


REFUSED = {
    "no settings": ({}, (), "WECHAT_TOKEN is missing"),
    "bad value": (ENVIRON | {"WECHAT_PATH": "wechat"}, (), "WECHAT_PATH must begin with /"),
    "unknown setting": (ENVIRON | {"WECHAT_PORT": "1"}, (), "WECHAT_PORT is not a setting"),
    "no such store": (ENVIRON | {"WECHAT_STORE": "redis://x"}, (), "WECHAT_STORE names no store"),
    "no such file": (ENVIRON, ("--config=no.toml",), "--config no.toml cannot be read"),
    "no such module": (named("nobody.knows:It"), (), "WECHAT_HANDLER names no module that can be"),
    "no such submodule": (named("mine.knows:It"), (), "WECHAT_HANDLER names no module that can be"),
    "no such class": (named("mine:Quick"), (), "WECHAT_HANDLER names no class of mine: Quick"),
    "no handler class": (named("mine:asyncio"), (), "mine:asyncio is no subclass of WeChatHandler"),
    "misspelt hook": (
        named("misspelt:Slow"),
        (),
        "WECHAT_HANDLER misspelt:Slow: Slow.on_txt is not a hook: did you mean on_text?",
    ),
    "blocking hook": (named("blocking:Slow"), (), "Slow.on_text must be a coroutine"),
    "port in words": (ENVIRON, ("--port=http",), "port"),
    "port too high": (ENVIRON, ("--port=65536",), "--port is a number from 0 to 65535"),
    "port below zero": (ENVIRON, ("--port=-1",), "--port is a number from 0 to 65535"),
    "no level at all": (ENVIRON, ("--logging=_styles",), "--logging is debug, info, warning"),
    "no log level": (ENVIRON, ("--logging=loud",), "--logging is debug, info, warning, error"),
    "no log folder": (ENVIRON, ("--log_file_prefix=/nowhere/log",), "/nowhere/log"),
    "no option": (ENVIRON, ("--prot=80",), "prot"),
    "an argument left": (ENVIRON, ("8000",), "'8000' is not an option: see --help"),
    "no value": (ENVIRON, ("--config",), "config"),
    "value apart": (
        ENVIRON,
        ("--config", "x.toml"),
        "needs a value: write --config=VALUE",
    ),
    "misspelt option": (ENVIRON, ("--prot=80",), "--prot is not an option: did you mean --port?"),
    "module with .py": (named("mine.py:Slow"), (), "mine.py: write the module without .py"),
    "size in words": (ENVIRON, ("--log-file-max-size=big",), "an option has a wrong value"),
    "no address": (ENVIRON, ("--address=",), "--address is empty: 0.0.0.0 is every address"),
}


@pytest.mark.parametrize(("environ", "options", "line"), REFUSED.values(), ids=REFUSED)
def test_refused(
    environ: dict[str, str], options: tuple[str, ...], line: str, folder: Path
) -> None:
    """What is wrong with a setting or an option is said in one line; the exit status is 2."""
    with started(folder, "--port=0", *options, environ=environ) as process:
        assert process.end() == BAD_SETTING
        last = process.said.splitlines()[-1]
        assert last.startswith("server.py: ")
        assert line in last
        assert "Traceback" not in process.said
        assert "serving" not in process.said


@pytest.mark.parametrize(
    ("handler", "cause"),
    [
        ("lacking:Handler", "No module named 'a_module_of_nobody'"),
        ("broken:Handler", "SyntaxError"),
        ("exiting:Handler", "SystemExit"),
    ],
)
def test_handler_that_cannot_be_imported(handler: str, cause: str, folder: Path) -> None:
    """A mistake inside a person's module is shown as Python does, above the line that names it."""
    (folder / "broken.py").write_text("def f(:", encoding="utf-8")
    (folder / "exiting.py").write_text("import sys\nsys.exit(0)", encoding="utf-8")
    with started(folder, "--port=0", environ=named(handler)) as process:
        assert process.end() == BAD_SETTING
        assert cause in process.said
        last = process.said.splitlines()[-1]
        module = handler.removesuffix(":Handler")
        assert last.startswith(f"server.py: WECHAT_HANDLER {module} cannot be imported: ")


def test_help(folder: Path) -> None:
    """--help explains the options, needs no settings and is no failure."""
    with started(folder, "--help") as process:
        assert process.end() == 0
        for option in ("--port", "--address", "--config", "--logging"):
            assert option in process.said


@pytest.mark.parametrize("address", ["127.0.0.1", "203.0.113.1", "no.such.invalid", "x" * 64])
def test_cannot_listen(address: str, folder: Path) -> None:
    """An address that is in use or not ours is named, with the reason; the exit status is 3."""
    environ = named("mine:Slow")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        options = f"--address={address}", f"--port={port}"
        with started(folder, *options, environ=environ) as process:
            assert process.end() == 3
            last = process.said.splitlines()[-1]
            assert last.startswith(f"server.py: cannot listen at {address}:{port}: ")
            assert "Traceback" not in process.said
            # What was started is stopped, however it ends.
            assert "shutdown with state of default" in process.said


def test_failing_startup(folder: Path) -> None:
    """A startup that raises ends the process with status 1; the accounts before it are stopped."""
    config = folder / "wechat.toml"
    config.write_text(
        '[accounts.a]\ntoken = "abc"\nhandler = "mine:Slow"\n'
        '[accounts.b]\ntoken = "abc"\nhandler = "mine:FailsToStart"\n'
        '[accounts.c]\ntoken = "abc"\nhandler = "mine:Slow"\n',
        encoding="utf-8",
    )
    with started(folder, "--port=0", "--config=wechat.toml") as process:
        assert process.end() == 1
        assert "startup of account b failed" in process.said
        assert "RuntimeError: no database" in process.said
        assert "shutdown with state of a" in process.said
        assert "state of c" not in process.said
        assert "serving" not in process.said


@pytest.mark.parametrize(("hard", "line"), [(20_000, ""), (4096, "room for 3096 connections only")])
def test_descriptors(hard: int, line: str, folder: Path) -> None:
    """It takes as many open files as it may, and warns if they are too few."""
    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < hard:
        pytest.skip("this machine allows fewer open files")
    shell = "/bin/sh", "-c", f'ulimit -Sn 256 && ulimit -Hn {hard} && exec "$@"', "sh"
    with started(folder, "--port=0", environ=ENVIRON, wrapper=shell) as process:
        assert process.port
        limits = Path(f"/proc/{process.popen.pid}/limits").read_text(encoding="ascii")
        assert re.search(rf"Max open files +{hard} +{hard} ", limits)
        assert ("room for" in process.said) is bool(line)
        assert line in process.said
        process.signal()
        assert process.end() == 0


def test_main_in_this_process(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """main() takes a command line, and returns its status instead of exiting."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path[:])
    assert server.main(["server.py", "leftover"]) == BAD_SETTING
    assert capsys.readouterr().err == "server.py: 'leftover' is not an option: see --help\n"
    assert sys.path[-1] == str(tmp_path)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
