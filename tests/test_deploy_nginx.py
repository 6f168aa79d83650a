"""Pushes through the shipped nginx site to the service, as on a VPS."""

import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests import pushes
from tests.conftest import require
from tests.nginx import CLIENT, Process, Site, proxying, serving
from wechat.crypto import AESKey, decrypt, unwrap
from wechat.xml import MAX_BYTES, load

CONFIG = f"""
[accounts.default]
token = "{pushes.TOKEN}"

[accounts.safe]
token = "{pushes.TOKEN}"
app_id = "{pushes.APP_ID}"
encoding_aes_key = "{pushes.AES_KEY}"
"""
SAFE = "/wechat/safe"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Process]]:
    """Run the service, with an account in plaintext and one in safe mode, behind nginx."""
    nginx, _ = require("nginx"), require("openssl")
    folder = tmp_path_factory.mktemp("deployed")
    config = folder / "accounts.toml"
    config.write_text(CONFIG)
    with (
        serving(folder / "service.log", config) as (service, port),
        proxying(nginx, Site(folder / "nginx", port)) as site,
    ):
        yield site, service


@pytest.fixture
def site(deployed: tuple[Site, Process]) -> Site:
    """Return the site that nginx serves."""
    return deployed[0]


@pytest.fixture
def service(deployed: tuple[Site, Process]) -> Process:
    """Return the process of the service."""
    return deployed[1]


@pytest.fixture
def client(site: Site) -> Iterator[HTTPConnection]:
    """Return a connection to nginx over TLS."""
    connection = site.connect()
    yield connection
    connection.close()


def fetch(client: HTTPConnection, method: str, target: str, body: bytes = b"") -> tuple[int, bytes]:
    """Send one request; return the status and the body of its answer."""
    client.request(method, target, body, {"Content-Type": "text/xml"})
    response = client.getresponse()
    return response.status, response.read()


def push_text(client: HTTPConnection, content: str) -> tuple[int, bytes]:
    """Push a text to the plaintext account."""
    target = pushes.url("/wechat", pushes.query(openid=pushes.USER))
    return fetch(client, "POST", target, pushes.body(pushes.message(Content=content)))


def test_url_is_verified(client: HTTPConnection) -> None:
    """The console's GET is answered with its echostr, for either account."""
    for path in ("/wechat", SAFE):
        target = pushes.url(path, pushes.query(echostr="4375120948345356249"))
        assert fetch(client, "GET", target) == (200, b"4375120948345356249")


def test_pushes_share_a_connection(client: HTTPConnection) -> None:
    """One connection carries push after push, each with its own answer."""
    for content in ("你好", "x" * 2000, "再见"):
        status, body = push_text(client, content)
        assert (status, ET.fromstring(body).findtext("Content")) == (200, content)


def test_push_in_safe_mode(client: HTTPConnection) -> None:
    """An encrypted push is answered by an encrypted reply."""
    plain = pushes.body(pushes.message(Content="密"))
    query, body = pushes.sealed(plain, pushes.query(openid=pushes.USER))
    status, reply = fetch(client, "POST", pushes.url(SAFE, query), body)
    opened, _ = decrypt(unwrap(load(reply)), (AESKey(pushes.AES_KEY),), pushes.APP_ID)
    assert (status, load(opened)["Content"]) == (200, "密")


def test_push_by_http_1_0(client: HTTPConnection) -> None:
    """WeChat's own version of HTTP is answered as well."""
    client._http_vsn, client._http_vsn_str = 10, "HTTP/1.0"  # type: ignore[attr-defined]
    assert push_text(client, "hi")[0] == 200


def test_service_judges_the_query(client: HTTPConnection) -> None:
    """A signature that is wrong, or none, is refused by the service itself."""
    wrong = pushes.url("/wechat", pushes.query(token="another", echostr="x"))
    assert fetch(client, "POST", "/wechat") == (403, b"403 Forbidden\n")
    assert fetch(client, "GET", wrong) == (403, b"403 Forbidden\n")


@pytest.mark.parametrize(
    "path",
    ["/", "/healthz", "/wechatx", "/wechat/../healthz", "/wechat/%2e%2e/healthz", "/wechat/..%2f"],
)
def test_nothing_else_is_proxied(path: str, client: HTTPConnection) -> None:
    """Any other path ends at nginx, which does not tell its version."""
    status, body = fetch(client, "GET", path)
    assert (status, b"<center>nginx</center>" in body) == (404, True)


def test_other_paths_below_reach_the_service(client: HTTPConnection) -> None:
    """A path below the callback's is for the service to know."""
    assert fetch(client, "GET", "/wechat/nobody") == (404, b"404 Not Found\n")


def test_plain_http_answers_the_challenge_alone(site: Site) -> None:
    """Port 80 serves the certificate's challenge, and redirects nothing."""
    (site.folder / "www/.well-known/acme-challenge/token").write_text("proof")
    client = HTTPConnection("127.0.0.1", site.http, timeout=10)
    assert fetch(client, "GET", "/.well-known/acme-challenge/token") == (200, b"proof")
    target = pushes.url("/wechat", pushes.query(echostr="1"))
    assert fetch(client, "GET", target)[0] == 404
    client.close()


def test_body_over_the_limit_is_refused(client: HTTPConnection, site: Site) -> None:
    """A body of 1 MiB reaches the service; one byte more ends at nginx."""
    target = pushes.url("/wechat", pushes.query(openid=pushes.USER))
    assert fetch(client, "POST", target, b" " * MAX_BYTES) == (400, b"400 Bad Request\n")
    status, body = fetch(client, "POST", target, b" " * (MAX_BYTES + 1))
    assert (status, b"nginx" in body) == (413, True)


def test_log_names_the_client(site: Site, service: Process) -> None:
    """A refusal's line has the address nginx saw, whatever the client says it is."""
    client = site.connect(CLIENT)
    client.request("GET", "/wechat/spoofed", headers={"X-Forwarded-For": "192.0.2.66"})
    assert client.getresponse().status == 404
    client.close()
    line = service.await_line("/wechat/spoofed")
    assert f"from {CLIENT}:" in line
    assert "192.0.2.66" not in line


def test_restart_refuses_nobody(site: Site, service: Process) -> None:
    """Every push that comes while the service restarts is answered."""
    statuses: list[int] = []
    restarted = threading.Event()

    def push_on() -> None:
        client = site.connect()
        while not restarted.is_set():
            statuses.append(push_text(client, "hi")[0])
        statuses.append(push_text(client, "hi")[0])
        client.close()

    threads = [threading.Thread(target=push_on) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(2):
        before = len(statuses)
        assert service.stop() == 0
        service.start()
        while len(statuses) < before + 100 and any(t.is_alive() for t in threads):
            threads[0].join(0.01)
    restarted.set()
    for thread in threads:
        thread.join()
    assert set(statuses) == {200}


def test_logs_hold_no_signature(
    tmp_path: Path, client: HTTPConnection, site: Site, service: Process
) -> None:
    """Neither success nor failure, nginx's or the service's, leaves a query in a log."""
    query = pushes.query(openid=pushes.USER, echostr="1")
    targets = [pushes.url(path, query) for path in ("/wechat", SAFE, "/wechat/none", "/none")]
    assert [fetch(client, "GET", target)[0] for target in targets] == [200, 200, 404, 404]
    assert fetch(client, "POST", targets[0], b" " * (MAX_BYTES + 1))[0] == 413
    with proxying(require("nginx"), Site(tmp_path, upstream=9)) as broken:
        lonely = broken.connect()
        assert fetch(lonely, "POST", targets[0])[0] == 502
        lonely.close()
    logs = site.logs() + broken.logs() + service.log.read_text()
    assert '"POST /wechat HTTP/1.1" 502' in logs
    assert '"GET /wechat/none HTTP/1.1" 404' in logs
    secrets = (query["signature"], "signature=", "openid=", pushes.USER)
    assert [secret for secret in secrets if secret in logs] == []
