"""Under systemd: sockets that outlive a process, and telling it how things stand."""

import os
import socket
from pathlib import Path

import pytest

from listening import notify
from tests import pushes
from tests.processes import HANDLER, HEALTH, PATIENCE, activated, answer, started, text

ENVIRON = {"WECHAT_TOKEN": pushes.TOKEN}


@pytest.mark.parametrize("abstract", [False, True], ids=["path", "abstract"])
def test_notify(abstract: bool, short: Path) -> None:  # noqa: FBT001
    """Systemd is told the state at the socket that it names."""
    name = f"{short}/notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("\0" + name if abstract else name)
        manager.settimeout(PATIENCE)
        notify("READY=1", {"NOTIFY_SOCKET": "@" + name if abstract else name})
        assert manager.recv(100) == b"READY=1"


def test_nobody_to_notify() -> None:
    """Without systemd, or where it listens no more, nobody is told."""
    notify("READY=1", {})
    notify("READY=1", {"NOTIFY_SOCKET": ""})
    notify("READY=1", {"NOTIFY_SOCKET": "/nobody/there"})


def test_service_notifies(short: Path, tmp_path: Path) -> None:
    """The service says when it is ready, once it listens, and when it stops."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(name := f"{short}/notify")
        manager.settimeout(PATIENCE)
        environ = ENVIRON | {"NOTIFY_SOCKET": name}
        with started(tmp_path, "--port=0", environ=environ) as process:
            assert manager.recv(100) == b"READY=1"
            with process.connect() as connection:
                assert answer(connection, HEALTH).endswith(b"ok\n")
            process.signal()
            assert manager.recv(100) == b"STOPPING=1"
            assert process.end() == 0


def test_restart_refuses_nobody(own: socket.socket, tmp_path: Path) -> None:
    """A connection made while no process runs is answered by the next one."""
    (tmp_path / "mine.py").write_text(HANDLER, encoding="utf-8")
    environ = ENVIRON | {"WECHAT_HANDLER": "mine:Slow"}
    address = own.getsockname()
    os.set_inheritable(own.fileno(), True)  # noqa: FBT003  # os takes it by position only
    for _ in range(2):
        with socket.create_connection(address, PATIENCE) as early:
            early.sendall(text("0"))
            with started(
                tmp_path,
                "--address=203.0.113.1",
                environ=environ,
                wrapper=activated(own),
                pass_fds=[own.fileno()],
            ) as process:
                assert b"state of default" in answer(early)
                assert process.port == address[1]
                process.signal()
                assert process.end() == 0


def test_served_on_a_unix_socket(short: Path, tmp_path: Path) -> None:
    """Systemd may pass a Unix socket too; a proxy on this machine is believed about its client."""
    with socket.socket(socket.AF_UNIX) as held:
        held.bind(path := f"{short}/http")
        held.listen()
        fds = [held.fileno()]
        with (
            started(tmp_path, environ=ENVIRON, wrapper=activated(held), pass_fds=fds) as process,
            socket.socket(socket.AF_UNIX) as connection,
        ):
            connection.connect(path)
            connection.settimeout(PATIENCE)
            forwarded = b"GET /x HTTP/1.0\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n"
            assert answer(connection, forwarded).startswith(b"HTTP/1.1 404 ")
            process.wait_for("refused GET /x from 203.0.113.7: ")
            assert f"serving on unix:{path}: default at /wechat" in process.said
            process.signal()
            assert process.end() == 0


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        ("idle", "is no listening stream socket"),
        ("datagram", "is no listening stream socket"),
        ("connected", "is no listening stream socket"),
        ("file", "Socket operation on non-socket"),
    ],
)
def test_no_socket_where_one_is_promised(
    kind: str, problem: str, own: socket.socket, tmp_path: Path
) -> None:
    """What systemd passes must listen: else one line says so, and the exit status is 3."""
    with (
        socket.socket() as idle,
        socket.socket(type=socket.SOCK_DGRAM) as datagram,
        socket.create_connection(own.getsockname()) as connected,
        (tmp_path / "file").open("wb") as file,
    ):
        passed = {"idle": idle, "datagram": datagram, "connected": connected}.get(kind, file)
        wrapper, fds = activated(passed), [passed.fileno()]
        with started(tmp_path, environ=ENVIRON, wrapper=wrapper, pass_fds=fds) as process:
            assert process.end() == 3
            last = process.said.splitlines()[-1]
            assert last.startswith("server.py: file descriptor 3 from systemd")
            assert last.endswith(problem)
            assert "Traceback" not in process.said
