"""The service and the shipped nginx site as they are deployed, on loopback, for tests.

Of the site only its paths and addresses are replaced. The service is given its socket as
systemd gives it, and the socket stays when the service ends.
"""

import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).parents[1]
SITE = ROOT / "deploy" / "nginx.conf"
HOST = "wechat.example.com"
SECONDS = 20  # for what takes far less, on a machine that is busy
CLIENT = "127.0.0.2"  # loopback too, but not the address of a trusted proxy

# nginx.conf as Debian has it, without a daemon, its children and root's folders.
MAIN = """
daemon off;
master_process off;
pid nginx.pid;
error_log logs/main.log info;
events {}
http {
    access_log logs/main.access.log;
    client_body_temp_path temp/body;
    proxy_temp_path temp/proxy;
    fastcgi_temp_path temp/fastcgi;
    uwsgi_temp_path temp/uwsgi;
    scgi_temp_path temp/scgi;
    include site.conf;
}
"""
# What systemd does between fork and exec.
PASS_SOCKET = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


@dataclass
class Process:
    """A program of ours that runs until it is told to end."""

    arguments: list[str]
    log: Path
    environ: Mapping[str, str] | None = None
    listening: socket.socket | None = None
    running: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Start the program, and let it write to the log."""
        fds = () if self.listening is None else (self.listening.fileno(),)
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.arguments,
                cwd=ROOT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=fds,
            )

    def stop(self) -> int:
        """Tell it to end, as systemd does; return its exit status."""
        self.running.terminate()
        try:
            return self.running.wait(SECONDS)
        finally:
            self.running.kill()
            self.running.wait()

    def await_line(self, text: str) -> str:
        """Return the first line of the log that has `text`."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            for line in self.log.read_text().splitlines():
                if text in line:
                    return line
            time.sleep(0.02)
        raise AssertionError(f"no line has {text!r}:\n{self.log.read_text()}")


@dataclass
class Site:
    """The shipped site in a folder of its own, its ports free ones of loopback."""

    folder: Path
    upstream: int
    http: int = field(init=False)
    https: int = field(init=False)

    def __post_init__(self) -> None:
        for name in ("logs", "temp", "www/.well-known/acme-challenge"):
            (self.folder / name).mkdir(parents=True)
        ports = self._write()
        self.http, self.https = ports[0], ports[2]
        certify(self.folder)

    def _write(self) -> list[int]:
        other = "[::1]" if _can_bind("::1") else CLIENT
        listens = {
            "listen 80;": "127.0.0.1",
            "listen [::]:80;": other,
            "listen 443 ssl;": "127.0.0.1",
            "listen [::]:443 ssl;": other,
        }
        ports = _free_ports(len(listens))
        changes = {
            old: old.replace(old.split()[1].rstrip(";"), f"{address}:{port}")
            for (old, address), port in zip(listens.items(), ports, strict=True)
        }
        changes |= {
            "server 127.0.0.1:8000;": f"server 127.0.0.1:{self.upstream};",
            f"/etc/letsencrypt/live/{HOST}/": f"{self.folder}/",
            "/var/log/nginx/": f"{self.folder}/logs/",
            "root /var/www/html;": f"root {self.folder}/www;",
        }
        text = SITE.read_text()
        for old, new in changes.items():
            assert old in text, old
            text = text.replace(old, new)
        (self.folder / "site.conf").write_text(text)
        (self.folder / "nginx.conf").write_text(MAIN)
        return ports

    def command(self, nginx: str, *arguments: str) -> list[str]:
        """Return the command line that runs nginx with this site."""
        return [nginx, "-p", str(self.folder), "-c", "nginx.conf", *arguments]

    def logs(self) -> str:
        """Return all that nginx has written."""
        return "".join(log.read_text() for log in sorted((self.folder / "logs").iterdir()))

    def connect(self, source: str = "127.0.0.1") -> HTTPConnection:
        """Connect over TLS from an address of loopback; the connection is never renewed."""
        context = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        sock = socket.create_connection(("127.0.0.1", self.https), SECONDS, (source, 0))
        connection = HTTPConnection(HOST, timeout=SECONDS)
        connection.sock = context.wrap_socket(sock, server_hostname=HOST)
        connection.auto_open = 0
        return connection


def certify(folder: Path) -> None:
    """Write a certificate of `HOST` and its key under the names that certbot gives them."""
    made = ["openssl", "req", "-x509", "-nodes", "-days", "2", "-newkey", "rsa:2048"]
    named = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    # What Python 3.13 misses in a certificate that is its own authority.
    named += ["-addext", "keyUsage=critical,digitalSignature,keyCertSign"]
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run([*made, *named, *files], check=True, capture_output=True)


@contextmanager
def serving(log: Path, config: Path) -> Iterator[tuple[Process, int]]:
    """Run server.py with the settings file `config`; yield it and its port."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as sock:
        arguments = ["-c", PASS_SOCKET, str(sock.fileno()), "server.py", f"--config={config}"]
        environ = {name: v for name, v in os.environ.items() if not name.startswith("WECHAT_")}
        service = Process([sys.executable, *arguments], log, environ, sock)
        try:
            yield service, sock.getsockname()[1]
        finally:
            service.stop()


@contextmanager
def proxying(nginx: str, site: Site) -> Iterator[Site]:
    """Run nginx with `site` until the end of the context."""
    proxy = Process(site.command(nginx), site.folder / "logs" / "output.log")
    try:
        _await_port(site.https, proxy)
        yield site
    finally:
        proxy.stop()


def _await_port(port: int, process: Process) -> None:
    deadline = time.monotonic() + SECONDS
    while process.running.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError(f"nginx does not listen:\n{process.log.read_text()}")


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        new = socket.create_server
        socks = [held.enter_context(new(("127.0.0.1", 0))) for _ in range(count)]
        return [sock.getsockname()[1] for sock in socks]


def _can_bind(address: str) -> bool:
    try:
        socket.create_server((address, 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True
