"""What the developer does beside the phone: settings, the menu, codes, the console, bursts."""

from typing import Any

import pytest

from handlers.service import Endpoint
from simulator.account import AccountKind
from simulator.engine.conditions import Faults, Rules
from simulator.world import World
from tests.simulator.phone.pages import Fetch, OpenAPage, OpenPage
from wechat.crypto import EncryptionMode

Values = dict[str, Any]


@pytest.mark.gen_test
async def test_configure(page: OpenPage, world: World) -> None:
    """Every setting of the page takes effect, and the page is told."""
    url = "http://127.0.0.1:9/"
    world.configure(account={"encoding_aes_key": "k" * 43})
    rules = {
        "cutoff": 2,
        "attempts": 2,
        "repeats": 1,
        "repeat_broken": False,
        "resign": False,
        "pause_after": 7,
    }
    faults = {
        "latency": 0.5,
        "lose": [2, 1],
        "twin": True,
        "addresses": ["127.0.0.1:9"],
        "skew": -3,
    }
    answer = await page.do(
        "configure",
        account={"mode": "safe", "kind": "test", "url": url},
        rules=rules,
        faults=faults,
        api={
            "busy": {"path": "/cgi-bin/menu/", "calls": 3},
            "refused": {"errcode": 45047, "path": "/cgi-bin/message/"},
        },
    )
    assert answer["type"] == "done"
    account = world.account
    assert (account.url, account.mode, account.kind) == (
        url,
        EncryptionMode.SAFE,
        AccountKind.TEST,
    )
    assert world.pusher.rules == Rules(**rules)  # type: ignore[arg-type]
    assert world.pusher.faults == Faults(
        latency=0.5, lose=frozenset({1, 2}), twin=True, addresses=("127.0.0.1:9",), skew=-3
    )
    told = page.of("settings")[-1]["settings"]
    assert (told["account"]["mode"], told["account"]["url"]) == ("safe", url)
    assert told["rules"] == rules
    assert told["faults"] == faults | {"lose": [1, 2]}
    assert told["api"]["busy"] == {"path": "/cgi-bin/menu/", "calls": 3}
    assert told["api"]["refused"] == {
        "errcode": 45047,
        "path": "/cgi-bin/message/",
        "calls": None,
    }
    assert told["api"]["slow"] is None
    await page.do("configure", api={"busy": None})
    assert page.of("settings")[-1]["settings"]["api"]["busy"] is None
    assert world.pusher.rules.cutoff == 2


WRONG: list[tuple[Values, str]] = [
    ({"account": 5}, "account must be an object, not 5"),
    ({"account": {"token": "x"}}, "there is no setting account.token"),
    ({"account": {"app_id": "x"}}, "there is no setting account.app_id"),
    ({"account": {"mode": "secret"}}, "account.mode must be one of plaintext, compatible, safe"),
    ({"account": {"mode": "safe"}}, "safe mode needs an EncodingAESKey"),
    ({"account": {"kind": 1}}, "account.kind must be a text"),
    ({"account": {"url": "ftp://x"}}, "is not a URL"),
    ({"rules": {"cutoff": 0}}, "more than 0"),
    ({"rules": {"cutoff": "5"}}, 'rules.cutoff must be a number, not "5"'),
    ({"rules": {"attempts": 1.5}}, "rules.attempts must be a whole number"),
    ({"rules": {"resign": "no"}}, "rules.resign must be true or false"),
    ({"rules": {"speed": 1}}, "there is no setting rules.speed"),
    ({"faults": {"latency": -1}}, "latency is 0 to 60"),
    ({"faults": {"lose": [1, "x"]}}, 'faults.lose.1 must be a number, not "x"'),
    ({"faults": {"lose": 1}}, "faults.lose must be a list"),
    ({"faults": {"addresses": ["nowhere"]}}, "is not host:port"),
    ({"faults": {"skew": 1e300}}, "faults.skew must be a number of usual size"),
    ({"api": {"explosion": {}}}, "there is no fault explosion"),
    ({"api": {"busy": 5}}, "busy is not an object or null"),
    ({"api": {"slow": {"seconds": "x"}}}, "a slow answer takes"),
    ({"api": {"refused": {"path": "/"}}}, "refused needs errcode"),
    ({"api": {"refused": {"errcode": 0}}}, "an errcode is a number other than 0"),
    ({"api": []}, "api must be an object"),
]


@pytest.mark.parametrize(("values", "words"), WRONG)
@pytest.mark.gen_test
async def test_wrong_settings(values: Values, words: str, page: OpenPage, world: World) -> None:
    """Of an act with a wrong setting, none takes effect, the right ones neither."""
    before = world.account, world.pusher.rules, world.pusher.faults, world.platform.faults
    right = {
        "account": {"kind": "test"},
        "rules": {"pause_after": 3},
        "faults": {"skew": 1},
        "api": {"busy": {}},
    }
    answer = await page.do("configure", **right | values)
    assert answer["type"] == "error"
    assert words in answer["text"]
    after = world.account, world.pusher.rules, world.pusher.faults, world.platform.faults
    assert after == before


@pytest.mark.gen_test
async def test_menu(page: OpenPage, world: World) -> None:
    """A menu is made as by the API, and null deletes it."""
    button = {"type": "click", "name": "买", "key": "buy"}
    assert (await page.do("menu", buttons=[button]))["type"] == "done"
    [told] = page.of("menu")
    assert told["menu"] == world.platform.menu.buttons
    answer = await page.do("menu", buttons=[{"type": "click"}])
    assert answer["text"] == "the platform refuses this: 40018 invalid button name size"
    answer = await page.do("menu", buttons="none")
    assert "buttons must be a list" in answer["text"]
    assert world.platform.menu.buttons
    await page.do("menu", buttons=None)
    assert page.of("menu")[-1] == {"type": "menu", "menu": None}


@pytest.mark.gen_test
async def test_qrcode(page: OpenPage, world: World, open_page: OpenAPage) -> None:
    """A code of a number or a text is made, temporary or permanent."""
    await page.do("qrcode", scene="123", number=True, expire_seconds=300)
    await page.do("qrcode", scene="123", number=False, permanent=True)
    first, second = [message["qrcode"] for message in page.of("qrcode")]
    assert (first["scene"], first["is_number"], first["permanent"]) == ("123", True, False)
    assert 0 < first["expires_at"] - world.clock() <= 300
    assert (second["is_number"], second["permanent"], second["expires_at"]) == (False, True, None)
    assert second["picture"].startswith("/cgi-bin/showqrcode?ticket=")
    assert (await open_page()).state["qrcodes"] == [second, first]
    for values, words in (
        ({"scene": "x", "number": True}, "scene must be a number"),
        ({"scene": "²", "number": True}, "scene must be a number"),
        ({"scene": 5}, "scene must be a text"),
        ({"scene": "5", "number": "yes"}, "number must be true or false"),
        ({"scene": ""}, "40053"),
        ({"scene": "x", "expire_seconds": 0}, "40035"),
    ):
        answer = await page.do("qrcode", **values)
        assert words in answer["text"]


@pytest.mark.gen_test
async def test_qrcode_picture(page: OpenPage, fetch: Fetch) -> None:
    """The picture of a code is where the page is told."""
    await page.do("qrcode", scene="a")
    response = await fetch(page.of("qrcode")[0]["qrcode"]["picture"])
    assert (response.code, response.headers["Content-Type"]) == (200, "image/png")


@pytest.mark.gen_test
async def test_verify(page: OpenPage, world: World) -> None:
    """The console accepts the service, or says why not."""
    assert (await page.do("verify"))["type"] == "done"
    told = await page.until("verification")
    assert (told["ok"], told["console"], told["reason"]) == (True, "提交成功", "")
    assert told["attempt"]["outcome"] == "answered"
    world.configure(account={"token": "another"})
    await page.do("verify")
    told = await page.until("verification")
    assert (told["ok"], told["console"]) == (False, "Token验证失败")
    assert "403" in told["reason"]


@pytest.mark.gen_test
async def test_burst(page: OpenPage, world: World, endpoint: Endpoint) -> None:
    """A burst reaches the service, is told of by its numbers alone, and counts as failures."""
    endpoint.state["answer"] = "您好"
    assert (await page.do("burst", users=3, rate=200, seconds=0.05))["type"] == "done"
    told = await page.until("burst", lambda message: message["done"])
    assert (told["sent"], told["replies"], told["running"], told["faults"]) == (10, 10, 0, 0)
    assert 0 < told["p50"] <= told["p90"] <= told["p99"] <= told["slowest"]
    assert {push.from_user for _, push in endpoint.state["pushes"]} == {
        "oBurst000000",
        "oBurst000001",
        "oBurst000002",
    }
    assert (page.of("delivery"), list(world.deliveries), list(world.users)) == ([], [], [])
    world.configure(account={"token": "another"}, rules={"repeats": 1})
    await page.do("burst", users=1, rate=200, seconds=0.01)
    told = await page.until("burst", lambda message: message["done"])
    assert (told["faults"], list(told["reasons"].values())) == (2, [2])
    assert world.pusher.failures.total == 2


@pytest.mark.gen_test
async def test_one_burst(page: OpenPage, world: World) -> None:
    """There is one burst at a time, which can be stopped; then there may be another."""
    assert "no burst runs" in (await page.do("stop_burst"))["text"]
    world.configure(faults={"latency": 30})
    await page.do("burst", users=1, rate=10, seconds=600)
    answer = await page.do("burst", users=1, rate=1, seconds=1)
    assert "a burst runs already" in answer["text"]
    assert (await page.do("stop_burst"))["type"] == "done"
    told = await page.until("burst", lambda message: message["done"])
    assert told["sent"] == told["running"] > 0
    world.configure(faults={"latency": 0})
    assert (await page.do("burst", users=1, rate=100, seconds=0.01))["type"] == "done"
    await page.until("burst", lambda message: message["done"])


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "users is missing"),
        ({"users": 1.5, "rate": 1, "seconds": 1}, "users must be a whole number"),
        ({"users": 0, "rate": 1, "seconds": 1}, "users must be more than 0"),
        ({"users": 1, "rate": -1, "seconds": 1}, "rate must be more than 0"),
        ({"users": 1, "rate": 10_000, "seconds": 11}, "at most 100000 messages"),
    ],
)
@pytest.mark.gen_test
async def test_wrong_burst(values: Values, words: str, page: OpenPage) -> None:
    """A burst out of bounds is refused before it begins."""
    assert words in (await page.do("burst", **values))["text"]
    assert page.of("burst") == []


@pytest.mark.gen_test
async def test_clear(page: OpenPage, world: World, fetch: Fetch, open_page: OpenAPage) -> None:
    """Pushes and calls are forgotten; the users and their chats stay."""
    await world.user("oMe").text("hi")
    await fetch("/cgi-bin/getcallbackip")
    assert (await page.until("call"))["call"]["path"] == "/cgi-bin/getcallbackip"
    await page.do("clear")
    assert page.of("cleared") == [{"type": "cleared"}]
    state = (await open_page()).state
    assert (state["deliveries"], state["calls"]) == ([], [])
    assert len(state["users"][0]["chat"]) == 1
