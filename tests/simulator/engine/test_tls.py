"""Services behind TLS: what is trusted is pushed to, the rest refused with words."""

import asyncio
import datetime as dt
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from simulator.engine import connection
from simulator.engine.conditions import Faults, Rules
from simulator.engine.record import Attempt, Outcome
from simulator.engine.verification import verify
from tests.simulator.engine.scripts import HANGS, Script, answers, http
from tests.simulator.engine.services import ONCE, account, push, serving

DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a certificate for localhost that it has signed itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def context(certificate: Path) -> ssl.SSLContext:
    """Return what a service has its TLS from."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate)
    return made


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have this machine trust the certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    connection._trusting.cache_clear()
    yield
    connection._trusting.cache_clear()


async def attempt(
    script: Script, context: ssl.SSLContext | None, *, host: str = "localhost", cutoff: float = 5.0
) -> Attempt:
    """Return the one attempt of a push to a service behind TLS."""
    rules = Rules(repeats=1, attempts=1, cutoff=cutoff)
    async with serving(script, ssl=context) as service:
        faults = Faults(addresses=(service.address,))
        [made] = (await push(f"https://{host}/wechat", rules=rules, faults=faults)).attempts
    return made


@pytest.mark.gen_test
async def test_self_signed(context: ssl.SSLContext) -> None:
    """WeChat does not trust a certificate that its service has signed itself."""
    async with serving(answers(), ssl=context) as service:
        url = f"https://127.0.0.1:{service.port}/wechat"
        [made] = (await push(url, rules=ONCE)).attempts
        verdict = await verify(account(url))
    assert made.outcome is Outcome.REFUSED
    assert "certificate verify failed" in made.problem
    assert (verdict.ok, verdict.reason) == (False, made.problem)
    assert service.received == []


@pytest.mark.gen_test
async def test_trusted(trusted: None, context: ssl.SSLContext) -> None:
    """A certificate that is trusted, and for the URL's host, will do."""
    async with serving(answers("success"), ssl=context) as service:
        delivery = await push(f"https://localhost:{service.port}/w", rules=Rules(cutoff=30))
    assert [a.outcome for a in delivery.attempts] == [Outcome.ANSWERED]
    assert service.received[0].headers["host"] == f"localhost:{service.port}"


@pytest.mark.gen_test
async def test_addresses(trusted: None, context: ssl.SSLContext) -> None:
    """A process at another address still has to show the certificate of the URL's host."""
    assert (await attempt(answers(), context)).outcome is Outcome.ANSWERED
    other = await attempt(answers(), context, host="other.example")
    assert other.outcome is Outcome.REFUSED
    assert "Hostname mismatch" in other.problem


@pytest.mark.gen_test
async def test_no_tls() -> None:
    """A service that speaks no TLS refuses, in effect, who does."""

    def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(http("", "400 Bad Request"))
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        [made] = (await push(url, rules=ONCE)).attempts
    assert made.outcome is Outcome.REFUSED


@pytest.mark.gen_test
async def test_tls_that_is_not_wanted(context: ssl.SSLContext) -> None:
    """A service that speaks TLS alone has nothing to say to plain HTTP."""
    async with serving(answers(), ssl=context) as service:
        [made] = (await push(service, rules=ONCE)).attempts
    assert made.outcome is Outcome.BROKEN


@pytest.mark.gen_test
async def test_silent_handshake() -> None:
    """A handshake that does not come to its end is a hang-up as any other."""
    made = await attempt(HANGS, None, cutoff=0.2)
    assert made.outcome is Outcome.HUNG_UP


@pytest.mark.gen_test
async def test_hang_up(trusted: None, context: ssl.SSLContext) -> None:
    """At the cut-off a connection under TLS is closed at once, too."""
    async with serving(HANGS, ssl=context) as service:
        faults = Faults(addresses=(service.address,))
        rules = Rules(attempts=1, cutoff=0.5)
        delivery = await push("https://localhost/", rules=rules, faults=faults)
        await service.hung_up()
    assert [a.outcome for a in delivery.attempts] == [Outcome.HUNG_UP]
