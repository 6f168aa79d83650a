"""Where a service is: hosts, ports, addresses, and what is not there."""

import socket

import pytest

from simulator.engine.conditions import Faults, Rules
from simulator.engine.connection import place_of
from simulator.engine.record import Outcome
from tests.simulator.engine.scripts import answers
from tests.simulator.engine.services import ONCE, nobody, push, serving


@pytest.mark.gen_test
async def test_refused() -> None:
    """Where nobody listens, the words say where."""
    async with serving(answers()) as service:
        with nobody() as address:
            delivery = await push(service, rules=ONCE, faults=Faults(addresses=(address,)))
    [made] = delivery.attempts
    assert made.outcome is Outcome.REFUSED
    assert made.problem.startswith(f"no connection to {address}: ")
    assert (made.address, made.status, made.head, made.answer) == (address, None, "", b"")


@pytest.mark.parametrize("host", ["no.such.host.invalid", "a..b", "x" * 64 + ".com", "a\x00b"])
@pytest.mark.gen_test
async def test_no_such_host(host: str) -> None:
    """A name that means nothing is as good as a refusal."""
    async with serving(answers()) as service:
        faults = Faults(addresses=(f"{host}:80",))
        [made] = (await push(service, rules=Rules(repeats=1, cutoff=60), faults=faults)).attempts
    assert made.outcome is Outcome.REFUSED
    assert host in made.problem


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
@pytest.mark.gen_test
async def test_ipv6() -> None:
    """A service at an IPv6 address is reached, by its URL or by its address alone."""
    async with serving(answers(), host="::1") as service:
        for faults in (Faults(), Faults(addresses=(f"[::1]:{service.port}",))):
            delivery = await push(f"http://[::1]:{service.port}/w", faults=faults)
            [made] = delivery.attempts
            assert (made.outcome, made.address) == (Outcome.ANSWERED, f"[::1]:{service.port}")
    assert service.received[0].headers["host"] == f"[::1]:{service.port}"


@pytest.mark.parametrize(
    ("url", "address", "place"),
    [
        ("http://example.com/", "", ("example.com", 80, "")),
        ("http://example.com:8000/", "", ("example.com", 8000, "")),
        ("HTTPS://Example.com/", "", ("example.com", 443, "example.com")),
        ("https://u:p@example.com:8443/", "", ("example.com", 8443, "example.com")),
        ("http://[::1]/", "", ("::1", 80, "")),
        ("https://example.com/", "127.0.0.1:8443", ("127.0.0.1", 8443, "example.com")),
        ("http://example.com/", "[::1]:8000", ("::1", 8000, "")),
    ],
)
def test_place(url: str, address: str, place: tuple[str, int, str]) -> None:
    """A URL says where it is served, and for which name a certificate is wanted."""
    assert place_of(url, address) == place
    assert place_of(url, str(place_of(url, address))) == place
