"""The acts of the developer, beside the phone: the console, faults to order, bursts."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from wechat.crypto import EncryptionMode

from simulator.account import AccountKind
from simulator.engine.burst import Report, burst
from simulator.engine.delivery import Pusher
from simulator.engine.verification import verify
from simulator.phone import views
from simulator.phone.reading import Act, BadAct, Values
from simulator.phone.stage import Stage
from simulator.platform.faults import ordered

MOST_IN_A_BURST = 100_000  # messages
DEFAULT_EXPIRY = 60  # seconds, as of the API

Choice = TypeVar("Choice", bound=StrEnum)
Readers = Mapping[str, Callable[[Values, str], Any]]


def _one_of(choices: type[Choice]) -> Callable[[Values, str], Choice]:
    """Return what reads a text that is one of `choices`."""

    def read(values: Values, name: str) -> Choice:
        value = values.text(name)
        if value not in list(choices):
            raise BadAct(f"{values.where}{name} must be one of {', '.join(choices)}")
        return choices(value)

    return read


ACCOUNT: Readers = {
    "url": Values.text,
    "mode": _one_of(EncryptionMode),
    "kind": _one_of(AccountKind),
}
RULES: Readers = {
    "cutoff": Values.number,
    "attempts": Values.whole,
    "repeats": Values.whole,
    "repeat_broken": Values.flag,
    "resign": Values.flag,
    "pause_after": Values.whole,
}
FAULTS: Readers = {
    "latency": Values.number,
    "lose": lambda values, name: frozenset(values.wholes(name)),
    "twin": Values.flag,
    "addresses": Values.texts,
    "skew": Values.number,
}


async def _configure(stage: Stage, act: Act) -> None:
    """Change settings: all that one act has, or none."""
    world, api = stage.world, act.part("api").given
    ordered(world.platform.faults, api)  # raises before anything has changed
    world.configure(
        account=_read(act.part("account"), ACCOUNT),
        rules=_read(act.part("rules"), RULES),
        faults=_read(act.part("faults"), FAULTS),
    )
    if api:
        world.platform.order(**api)


def _read(part: Values, readers: Readers) -> dict[str, Any]:
    for name in part.given:
        if name not in readers:
            raise BadAct(f"there is no setting {part.where}{name}")
    return {name: readers[name](part, name) for name in part.given}


async def _menu(stage: Stage, act: Act) -> None:
    if act.given.get("buttons") is None:
        stage.world.platform.menu.delete()
    else:
        stage.world.platform.menu.put({"button": act.listed("buttons")})


async def _qrcode(stage: Stage, act: Act) -> None:
    scene: str | int = act.text("scene")
    if act.flag("number", default=False):
        scene = act.decimal("scene")
    stage.world.platform.qrcodes.create(
        scene,
        permanent=act.flag("permanent", default=False),
        expire_seconds=act.whole("expire_seconds", DEFAULT_EXPIRY),
    )


async def _verify(stage: Stage, act: Act) -> None:
    """Press 提交 in the console."""
    world = stage.world
    rules, faults = world.pusher.rules, world.pusher.faults
    verification = await verify(world.account, rules=rules, faults=faults, clock=world.clock)
    stage.tell(views.verification_of(verification))


async def _burst(stage: Stage, act: Act) -> None:
    """Send many messages; tell all pages how that goes, twice a second and at the end."""
    users, rate, seconds = act.whole("users"), act.number("rate"), act.number("seconds")
    if stage.burst:
        raise BadAct("a burst runs already: wait for its end, or stop it")
    if rate * seconds > MOST_IN_A_BURST:
        raise BadAct(f"a burst from the page has at most {MOST_IN_A_BURST} messages")
    latest = Report()

    def tell(report: Report) -> None:
        nonlocal latest
        latest = report
        stage.tell(views.burst_of(report))

    pusher = _pusher_beside(stage)
    stage.burst = asyncio.current_task()
    try:
        latest = await burst(pusher, users=users, rate=rate, seconds=seconds, on_progress=tell)
    except asyncio.CancelledError:
        latest.done = True  # as far as it went
    finally:
        stage.burst = None
    tell(latest)


def _pusher_beside(stage: Stage) -> Pusher:
    """Return a pusher of the same account whose pushes are counted, but not shown."""
    own = stage.world.pusher
    pusher = Pusher(own.account, rules=own.rules, faults=own.faults, clock=stage.world.clock)
    pusher.failures = own.failures
    return pusher


async def _stop_burst(stage: Stage, act: Act) -> None:
    if stage.burst is None:
        raise BadAct("no burst runs")
    stage.burst.cancel()


async def _clear(stage: Stage, act: Act) -> None:
    """Forget the pushes and the calls; chats stay."""
    stage.world.deliveries.clear()
    stage.world.calls.clear()
    stage.tell({"type": "cleared"})


ACTS: Mapping[str, Callable[[Stage, Act], Awaitable[None]]] = {
    "configure": _configure,
    "menu": _menu,
    "qrcode": _qrcode,
    "verify": _verify,
    "burst": _burst,
    "stop_burst": _stop_burst,
    "clear": _clear,
}
