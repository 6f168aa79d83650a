"""Where connections come from: a socket of our own, or one that systemd holds for us.

systemd's keeps listening while the service restarts: a connection that comes meanwhile
waits for the next process instead of being refused. Source: sd_listen_fds(3), sd_notify(3).
"""

import contextlib
import os
import resource
import socket
from collections.abc import MutableMapping

from tornado.netutil import bind_sockets

BACKLOG = 16_384  # the kernel lowers it to net.core.somaxconn
DESCRIPTORS = 65_536
RESERVED = 1_000  # descriptors for all that is no connection: files, sockets of the hooks
FIRST_PASSED_FD = 3


class ListenError(Exception):
    """No connection can be accepted; the text is one line that says why."""


def listen(
    address: str, port: int, environ: MutableMapping[str, str] = os.environ
) -> list[socket.socket]:
    """Return the sockets that systemd passed, else bind our own to `address` and `port`.

    Raises:
        ListenError: the address is in use, not ours or not allowed, or what was passed
            is no listening socket.

    """
    if passed := _passed_sockets(environ):
        return passed
    try:
        return bind_sockets(port, address, backlog=BACKLOG)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ListenError(f"cannot listen at {address}:{port}: {reason}") from None


def _passed_sockets(environ: MutableMapping[str, str]) -> list[socket.socket]:
    # Taken out, so that no child process believes they are its own.
    pid, count = environ.pop("LISTEN_PID", ""), environ.pop("LISTEN_FDS", "")
    environ.pop("LISTEN_FDNAMES", None)
    if pid != str(os.getpid()) or not count.isdigit():
        return []
    return [_adopt(fd) for fd in range(FIRST_PASSED_FD, FIRST_PASSED_FD + int(count))]


def _adopt(fd: int) -> socket.socket:
    try:
        passed = socket.socket(fileno=fd)
        listening = passed.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except OSError as error:
        raise ListenError(f"file descriptor {fd} from systemd: {error.strerror}") from None
    if not listening:
        raise ListenError(f"file descriptor {fd} from systemd is no listening stream socket")
    passed.settimeout(0)
    os.set_inheritable(fd, False)  # noqa: FBT003  # os takes it by position only
    return passed


def describe(sock: socket.socket) -> str:
    """Return the address of a listening socket as the start of a URL."""
    name = sock.getsockname()
    if sock.family == socket.AF_UNIX:
        return f"unix:{name}"
    host = f"[{name[0]}]" if sock.family == socket.AF_INET6 else name[0]
    return f"http://{host}:{name[1]}"


def room_for_connections() -> int:
    """Allow this process enough open files, as far as it may; return how many connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):  # a sandbox may forbid it
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    allowed = DESCRIPTORS if soft == resource.RLIM_INFINITY else soft
    return max(allowed - RESERVED, allowed // 2)


def notify(state: str, environ: MutableMapping[str, str] = os.environ) -> None:
    """Tell systemd our `state` (READY=1, STOPPING=1), if it asked to be told."""
    address = environ.get("NOTIFY_SOCKET", "")
    if address:
        address = "\0" + address[1:] if address.startswith("@") else address
        unix = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        with contextlib.suppress(OSError), unix as sock:  # nobody there: nobody to tell
            sock.sendto(state.encode(), address)
