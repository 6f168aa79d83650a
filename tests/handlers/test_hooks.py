"""Hooks are checked when their class is made: what cannot work says what to write instead."""

import functools
from typing import Any

import pytest

from handlers.hooks import HOOKS, NAMES, HookError, catch_all, hook_name
from handlers.wechat import WeChatHandler
from wechat.events import LocationEvent, ScanEvent, SubscribeEvent
from wechat.messages import EVENTS, MESSAGES, LocationMessage, TextMessage
from wechat.platform_events import SubscribeMsgPopupEvent
from wechat.push import Event, Push, UnknownEvent, UnknownMessage


async def hook(self: object, message: Push) -> None:
    """Answer nothing."""


def plain(self: object, message: Push) -> str:
    """Answer without being a coroutine."""
    return "hello"


async def generator(self: object, message: Push) -> Any:
    """Yield, which is no answer."""
    yield "hello"


async def no_message(self: object) -> None:
    """Take too little."""


async def too_much(self: object, message: Push, context: object) -> None:
    """Take too much."""


async def by_name_only(self: object, *, message: Push) -> None:
    """Take the message by name only."""


async def with_default(self: object, message: Push, context: object = None) -> None:
    """Take more than asked for, but do without."""


def make(base: type = WeChatHandler, /, **hooks: Any) -> Any:
    """Return a handler class with `hooks`, as a module would make it."""
    return type("MyHandler", (base,), hooks)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (TextMessage, "on_text"),
        (LocationMessage, "on_location"),
        (LocationEvent, "on_location_event"),
        (SubscribeEvent, "on_subscribe_event"),
        (ScanEvent, "on_scan_event"),
        (SubscribeMsgPopupEvent, "on_subscribe_msg_popup_event"),
    ],
)
def test_names(kind: type[Push], name: str) -> None:
    """A hook is named after the kind of its push; events end in _event, once."""
    assert hook_name(kind) == name


def test_every_push_has_a_hook_of_its_own() -> None:
    """No two types share a hook, and no hook shadows a method of tornado's."""
    assert set(HOOKS) == {*MESSAGES.values(), *EVENTS.values()}
    assert len(set(HOOKS.values())) == len(HOOKS)
    assert not {"on_finish", "on_connection_close", "on_message", "on_event"} & {*HOOKS.values()}


@pytest.mark.parametrize("kind", [*HOOKS, UnknownMessage, UnknownEvent])
def test_catch_all(kind: type[Push]) -> None:
    """Without a hook of its own a push goes to the catch-all of messages or of events."""
    expected = "on_event" if issubclass(kind, Event) else "on_message"
    assert catch_all(kind) == expected
    assert make().hooks.get(kind, expected) == expected


@pytest.mark.parametrize("name", sorted(NAMES))
@pytest.mark.parametrize("function", [hook, with_default])
def test_accepted(name: str, function: object) -> None:
    """Every hook may be a coroutine that takes the message."""
    made = make(**{name: function})
    chosen = {push for push, hook in made.hooks.items() if hook == name}
    assert chosen >= {push for push, own in HOOKS.items() if own == name}


def test_inherited() -> None:
    """A subclass keeps the hooks of its base, and may replace them."""
    base = make(on_text=hook)
    derived = make(base, on_image=hook)
    assert derived.hooks[TextMessage] == "on_text"
    assert base.hooks[MESSAGES["image"]] == "on_message"
    assert derived.hooks[MESSAGES["image"]] == "on_image"


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("on_txt", "did you mean on_text?"),
        ("on_subscribe", "did you mean on_subscribe_event?"),
        ("on_scan", "did you mean on_scan_event?"),
        ("on_messages", "did you mean on_message?"),
        ("on_zzzzzz", "names that begin with on_ are hooks' own"),
    ],
)
def test_misspelt(name: str, advice: str) -> None:
    """A hook that is misspelt fails at import, with the name that was likely meant."""
    with pytest.raises(HookError) as caught:
        make(**{name: hook})
    assert str(caught.value) == f"MyHandler.{name} is not a hook: {advice}"


@pytest.mark.parametrize("name", ["on_finish", "on_connection_close"])
def test_tornados_own(name: str) -> None:
    """What tornado itself calls on_… may be overridden, and is never a hook."""
    made = make(**{name: plain})
    assert name not in made.hooks.values()


@pytest.mark.parametrize(
    "function", [plain, generator, "text", staticmethod(plain), functools.partial(plain)], ids=repr
)
def test_not_async(function: object) -> None:
    """A hook that is no coroutine fails, and learns how blocking work is done."""
    with pytest.raises(HookError) as caught:
        make(on_text=function)
    assert str(caught.value) == (
        "MyHandler.on_text must be a coroutine: write 'async def on_text(self, message)', "
        "and for blocking work in it 'await asyncio.to_thread(function, …)'"
    )


@pytest.mark.parametrize("function", [no_message, too_much, by_name_only])
def test_wrong_arguments(function: object) -> None:
    """A hook that could not be called fails, and learns how it would be."""
    with pytest.raises(HookError) as caught:
        make(on_text=function)
    assert str(caught.value) == "MyHandler.on_text must take two arguments: (self, message)"


ARGUMENTS = {"startup": "cls, account", "shutdown": "cls, account, state"}


@pytest.mark.parametrize("name", ["startup", "shutdown"])
def test_lifespan_arguments(name: str) -> None:
    """Startup and shutdown must take what they will be given."""

    async def lonely(cls: object) -> None:
        """Take nothing."""

    with pytest.raises(HookError) as caught:
        make(**{name: classmethod(lonely)})
    assert str(caught.value) == f"MyHandler.{name} must be 'async def {name}({ARGUMENTS[name]})'"


@pytest.mark.parametrize("name", ["startup", "shutdown"])
@pytest.mark.parametrize("method", [hook, plain, staticmethod(hook), classmethod(plain)], ids=str)
def test_lifespan(name: str, method: object) -> None:
    """Startup and shutdown must be coroutines of the class, and the error says how."""
    with pytest.raises(HookError) as caught:
        make(**{name: method})
    assert str(caught.value) == (
        f"MyHandler.{name} must be a coroutine of the class: "
        f"write '@classmethod' above 'async def {name}({ARGUMENTS[name]})'"
    )
