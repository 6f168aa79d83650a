"""Where connections come from: our own sockets, and those that systemd passes."""

import os
import resource
import socket
import struct
import sys
from pathlib import Path

import pytest

import listening
from listening import BACKLOG, describe, listen, room_for_connections

TCPI_SACKED = 28  # in struct tcp_info; of a listening socket, its backlog


def close(sockets: list[socket.socket]) -> None:
    """Close what listen() opened."""
    for sock in sockets:
        sock.close()


@pytest.mark.parametrize(("address", "where"), [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")])
def test_own_socket(address: str, where: str) -> None:
    """Without systemd it binds the address that it is given, and describes it as a URL."""
    if address == "::1" and not Path("/proc/net/if_inet6").exists():
        pytest.skip("this machine has no IPv6")
    [sock] = sockets = listen(address, 0, {})
    assert describe(sock) == f"http://{where}:{sock.getsockname()[1]}"
    assert sock.getblocking() is False
    close(sockets)


@pytest.mark.skipif(sys.platform != "linux", reason="reads struct tcp_info of Linux")
def test_backlog() -> None:
    """The queue of connections is as long as the system allows."""
    [sock] = sockets = listen("127.0.0.1", 0, {})
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    most = int(Path("/proc/sys/net/core/somaxconn").read_text(encoding="ascii"))
    assert struct.unpack_from("I", info, TCPI_SACKED) == (min(BACKLOG, most),)
    close(sockets)


def passing(count: str, pid: int | None = None) -> dict[str, str]:
    """Return the environment in which systemd passes `count` descriptors."""
    names = {"LISTEN_FDNAMES": "wechat.socket", "KEPT": "1"}
    return names | {"LISTEN_PID": str(pid or os.getpid()), "LISTEN_FDS": count}


@pytest.fixture
def passed(own: socket.socket, monkeypatch: pytest.MonkeyPatch) -> int:
    """Pretend that the socket's descriptor is the first that systemd passes."""
    fd = os.dup(own.fileno())
    os.set_inheritable(fd, True)  # noqa: FBT003  # os takes it by position only
    monkeypatch.setattr(listening, "FIRST_PASSED_FD", fd)
    return fd


def test_passed(own: socket.socket, passed: int) -> None:
    """A passed socket is taken instead of an own one; no child process gets it too."""
    environ = passing("1")
    [sock] = sockets = listen("203.0.113.1", 1, environ)
    assert (sock.fileno(), sock.getsockname()) == (passed, own.getsockname())
    assert (os.get_inheritable(passed), sock.getblocking()) == (False, False)
    assert environ == {"KEPT": "1"}
    close(sockets)


@pytest.mark.parametrize(("count", "pid"), [("0", None), ("", None), ("x", None), ("1", 1)])
def test_passed_to_another(count: str, pid: int | None, passed: int) -> None:
    """What is meant for another process, or is no number, is left alone."""
    [sock] = sockets = listen("127.0.0.1", 0, environ := passing(count, pid))
    assert sock.fileno() != passed
    assert environ == {"KEPT": "1"}
    close(sockets)
    os.close(passed)


def test_unix_socket(short: Path) -> None:
    """A Unix socket is described by its path."""
    path = str(short / "s")
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(path)
        assert describe(sock) == f"unix:{path}"


ENDLESS = resource.RLIM_INFINITY


@pytest.mark.parametrize(
    ("soft", "hard", "raised", "room"),
    [
        (1024, 4096, 4096, 3096),
        (1024, 1_000_000, 65_536, 64_536),
        (1024, ENDLESS, 65_536, 64_536),
        (65_536, 65_536, None, 64_536),
        (1_000_000, 1_000_000, None, 999_000),
        (ENDLESS, ENDLESS, None, 64_536),
        (256, 512, 512, 256),
    ],
)
def test_descriptors(
    soft: int, hard: int, raised: int | None, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The soft limit of open files is raised as far as is useful; some are left for the rest."""
    calls: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: calls.append(limits))
    assert room_for_connections() == room
    assert calls == ([] if raised is None else [(raised, hard)])


@pytest.mark.parametrize("error", [ValueError, OSError])
def test_descriptors_in_a_sandbox(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the limit must not be raised, there is room for so many connections as it allows."""

    def forbidden(*_: object) -> None:
        raise error("not allowed")

    monkeypatch.setattr(resource, "getrlimit", lambda _: (2048, 65_536))
    monkeypatch.setattr(resource, "setrlimit", forbidden)
    assert room_for_connections() == 1048
