"""Access tokens: one request however many ask, renewed while the old one serves."""

import asyncio
import logging
from typing import Never

import pytest

from api.client import Api
from api.errors import InvalidCredential, InvalidSecret, IpNotAllowed, NoAnswer
from api.timing import Timing
from api.tokens import RENEW_BEFORE, STOP_SECONDS
from simulator.platform.state import Platform
from simulator.platform.tokens import LIFETIME
from simulator.world import World
from stores.base import StoredToken, StoreError
from stores.memory import MemoryStore
from tests.api.platform import START, USER, Client, Clock, calls, failure, follower

STABLE, CLASSIC, INFO = "/cgi-bin/stable_token", "/cgi-bin/token", "/cgi-bin/user/info"


@pytest.fixture(autouse=True)
def followed(world: World) -> None:
    """Let there be a user to ask about."""
    follower(world)


def asked(world: World, path: str = STABLE) -> int:
    """Return how often a token was asked for."""
    return len(calls(world, path))


def forced(world: World) -> int:
    """Return how often it was to be another."""
    return sum('"force_refresh":true' in call.request for call in calls(world, STABLE))


@pytest.mark.gen_test
async def test_many(api: Api, world: World) -> None:
    """A hundred coroutines that want a token make one request."""
    tokens = await asyncio.gather(*(api.tokens.get() for _ in range(100)))
    assert (len(set(tokens)), asked(world)) == (1, 1)


@pytest.mark.gen_test
async def test_kept(api: Api, world: World, clock: Clock) -> None:
    """A token serves until shortly before its end."""
    first = await api.tokens.get()
    clock.now = START + LIFETIME - RENEW_BEFORE - 1
    assert await api.tokens.get() == first
    assert asked(world) == 1


@pytest.mark.gen_test
async def test_renewed_in_the_background(api: Api, world: World, clock: Clock) -> None:
    """Near its end it is renewed once, while the old one goes on serving."""
    first = await api.tokens.get()
    clock.now = START + LIFETIME - RENEW_BEFORE
    assert {await api.tokens.get() for _ in range(100)} == {first}
    renewal = api.tokens._renewal
    assert renewal
    await renewal
    second = await api.tokens.get()
    assert second != first
    assert asked(world) == 2
    assert (await api.users.info(USER)).subscribe


@pytest.mark.gen_test
async def test_renewal_that_fails(
    api: Api, platform: Platform, world: World, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """A renewal that comes to nothing leaves the old one serving, and is tried again later."""
    first = await api.tokens.get()
    platform.order(dropped={"path": STABLE})
    clock.now = START + LIFETIME - RENEW_BEFORE
    await api.tokens.get()
    assert api.tokens._renewal
    await failure(api.tokens._renewal)
    assert await api.tokens.get() == first
    assert not api.tokens._renewal
    assert "no new access token, the old one serves: /cgi-bin/stable_token: " in caplog.text
    platform.order(dropped=None)
    clock.now += 60
    await api.tokens.get()
    await api.tokens._renewal
    assert await api.tokens.get() != first


@pytest.mark.gen_test
async def test_expired(api: Api, world: World, clock: Clock) -> None:
    """One that nobody wanted for hours is replaced when somebody does."""
    first = await api.tokens.get()
    clock.now += 3 * LIFETIME
    assert await api.tokens.get() != first
    assert asked(world) == 2


@pytest.mark.gen_test
async def test_shared_by_a_store(client: Client, world: World, clock: Clock) -> None:
    """Whoever has the same store has the same token, without asking."""
    store = MemoryStore(clock)
    first, second = client.api(store), client.api(store)
    assert await first.tokens.get() == await second.tokens.get()
    assert asked(world) == 1


@pytest.mark.gen_test
async def test_not_shared(client: Client, clock: Clock) -> None:
    """A token is that of an account at a platform, and of the API it came from."""
    store = MemoryStore(clock)
    one = await client.api(store).tokens.get()
    other = await client.api(store, classic=True).tokens.get()
    elsewhere = await client.api(store, base=client.world.base_url + "/.").tokens.get()
    assert len({one, other}) == 2
    assert elsewhere == one  # the platform's own stable one, asked for once more
    assert len(calls(client.world, STABLE)) == 2


@pytest.mark.gen_test
@pytest.mark.parametrize("fault", ["revoked", "expired"])
async def test_replaced(fault: str, api: Api, platform: Platform, world: World) -> None:
    """A token that is no longer taken is replaced once for all who met that, and they succeed."""
    await api.tokens.get()
    platform.order(**{fault: {}})
    found = await asyncio.gather(*(api.users.info(USER) for _ in range(20)))
    assert {info.openid for info in found} == {USER}
    assert (asked(world), forced(world)) == (2, 0)
    assert len(calls(world, INFO)) == 40


@pytest.mark.gen_test
async def test_replaced_meanwhile(api: Api, world: World, clock: Clock) -> None:
    """Whoever met a token that others have replaced takes theirs."""
    first = await api.tokens.get()
    clock.now += LIFETIME
    second = await api.tokens.get()
    assert await api.tokens.replace(first) == second
    assert asked(world) == 2


@pytest.mark.gen_test
async def test_replaced_by_another_process(client: Client, world: World, clock: Clock) -> None:
    """A token that another process has replaced is found in the store."""
    store = MemoryStore(clock)
    ours, theirs = client.api(store), client.api(store)
    first = await ours.tokens.get()
    await theirs.tokens.get()
    clock.now += 40
    world.platform.order(revoked={})
    second = await theirs.tokens.replace(first)
    assert await ours.tokens.replace(first) == second
    assert asked(world) == 2


@pytest.mark.gen_test
async def test_forced(api: Api, world: World, clock: Clock) -> None:
    """Only where the platform hands the refused token out again is it told to make another."""
    first = await api.tokens.get()
    clock.now += 40
    second = await api.tokens.replace(first)
    assert second != first
    assert (asked(world), forced(world)) == (3, 1)


@pytest.mark.gen_test
async def test_forced_in_vain(api: Api, platform: Platform, world: World) -> None:
    """If even then it is the same, the call fails, and the asking stops for a while."""
    first = await api.tokens.get()
    platform.tokens._forced = [START]  # too lately for another
    error = await failure(api.tokens.replace(first))
    assert isinstance(error, InvalidCredential)
    assert (asked(world), forced(world)) == (3, 1)
    assert isinstance(await failure(api.tokens.replace(first)), InvalidCredential)
    assert asked(world) == 3


@pytest.mark.gen_test
async def test_once_more_only(api: Api, platform: Platform, world: World) -> None:
    """A call is repeated once with the new token; if that is refused too, it fails."""
    await api.tokens.get()
    platform.order(refused={"errcode": 40001, "path": INFO})
    assert isinstance(await failure(api.users.info(USER)), InvalidCredential)
    assert len(calls(world, INFO)) == 2
    assert (asked(world), forced(world)) == (3, 1)


@pytest.mark.gen_test
async def test_wrong_secret(
    client: Client, world: World, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """A wrong secret is said in one line, and the platform is not asked again for a while."""
    api = client.api(app_secret="f" * 32)
    for _ in range(50):
        assert isinstance(await failure(api.users.info(USER)), InvalidSecret)
    assert asked(world) == 1
    [line] = [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    assert line.startswith("default: no new access token, calls of the API fail: ")
    assert "compare WECHAT_APP_ID and WECHAT_APP_SECRET with the console" in line
    clock.now += STOP_SECONDS
    await failure(api.users.info(USER))
    assert asked(world) == 2


@pytest.mark.gen_test
async def test_mended(api: Api, platform: Platform, clock: Clock) -> None:
    """Once the address is in the whitelist, the service finds out by itself."""
    platform.order(not_whitelisted={"path": STABLE})
    error = await failure(api.users.info(USER))
    assert isinstance(error, IpNotAllowed)
    assert error.remedy.startswith("add 127.0.0.1 to API IP白名单")
    platform.order(not_whitelisted=None)
    clock.now += STOP_SECONDS
    assert (await api.users.info(USER)).openid == USER


@pytest.mark.gen_test
async def test_busy_is_no_reason_to_stop(api: Api, platform: Platform, world: World) -> None:
    """A platform that is busy, or out of reach, is asked again at the next call."""
    platform.order(dropped={"path": STABLE, "calls": 3})
    assert isinstance(await failure(api.tokens.get()), NoAnswer)
    await api.tokens.get()
    assert asked(world) == 4


@pytest.mark.gen_test
async def test_impatient_caller(api: Api, world: World) -> None:
    """Who gives up waiting does not take the token from those who go on."""
    impatient = asyncio.create_task(api.tokens.get())
    patient = asyncio.create_task(api.tokens.get())
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient
    assert asked(world) == 1


@pytest.mark.gen_test
async def test_classic(client: Client, world: World) -> None:
    """The classic API is asked where the account says so, and the secret is seen nowhere."""
    api = client.api(classic=True)
    assert (await api.users.info(USER)).openid == USER
    assert (asked(world, CLASSIC), asked(world)) == (1, 0)


class Failing(MemoryStore):
    """A store that raises, or never answers."""

    error: StoreError | None = None

    async def load_token(self, key: str) -> StoredToken | None:
        """Fail."""
        return await self._fail()

    async def save_token(self, key: str, token: StoredToken) -> None:
        """Fail."""
        await self._fail()

    async def acquire(self, name: str, owner: str, lease: float) -> bool:
        """Fail."""
        return await self._fail()

    async def release(self, name: str, owner: str) -> None:
        """Fail."""
        await self._fail()

    async def _fail(self) -> Never:
        if self.error:
            raise self.error
        await asyncio.Event().wait()
        raise AssertionError


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("error", "why"), [(None, "no answer in 0.02 s"), (StoreError("disk full"), "disk full")]
)
async def test_store_that_fails(
    error: StoreError | None,
    why: str,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A store that fails, or says nothing, is done without, and that is said."""
    monkeypatch.setattr("api.tokens.STORE_SECONDS", 0.02)
    store = Failing()
    store.error = error
    assert (await client.api(store).users.info(USER)).openid == USER
    assert f"default: the store is done without: {why}" in caplog.text


@pytest.mark.gen_test
async def test_one_process_asks(client: Client, world: World, clock: Clock) -> None:
    """Of several processes that share a store one asks, and the others wait for its token."""
    store, timing = MemoryStore(clock), Timing(clock=clock, timer=clock)
    credentials, transport = client.credentials(), client.transport
    apis = [Api(credentials, transport, store, timing) for _ in range(5)]
    tokens = await asyncio.gather(*(api.tokens.get() for api in apis))
    assert (len(set(tokens)), asked(world)) == (1, 1)


@pytest.mark.gen_test
async def test_process_that_died_asking(client: Client, world: World, clock: Clock) -> None:
    """One that died while it asked is waited for until its lease is over, and no longer."""
    store = MemoryStore(clock)
    api = client.api(store)
    await store.acquire(api.tokens._key, "somebody who died", 3.0)
    assert await api.tokens.get()
    assert START + 3 <= clock.now < START + 4
    assert asked(world) == 1
