"""Which coroutine answers which push, and what is checked of a handler when it is imported.

The kind of a push is a constant of its class, never text that was received: a message
whose Event is ``finish`` or ``__init__`` can reach no method but ``on_event``.
"""

import difflib
import inspect
from collections.abc import Iterator, Mapping

from delivery.policy import HookPolicy
from wechat.messages import EVENTS, MESSAGES
from wechat.push import Event, Push

ON_MESSAGE = "on_message"
ON_EVENT = "on_event"
LIFESPAN = {"startup": "cls, account", "shutdown": "cls, account, state"}
TORNADO = frozenset({"on_finish", "on_connection_close"})


def hook_name(push: type[Push]) -> str:
    """Return the hook of a typed push: on_text, on_subscribe_event."""
    if issubclass(push, Event) and not push.kind.endswith("_event"):
        return f"on_{push.kind}_event"
    return f"on_{push.kind}"


class HookError(TypeError):
    """A handler class cannot work as it is written; the text says what to write."""


HOOKS: Mapping[type[Push], str] = {
    push: hook_name(push) for push in (*MESSAGES.values(), *EVENTS.values())
}
NAMES = frozenset({ON_MESSAGE, ON_EVENT, *HOOKS.values()})


def choose_hooks(handler: type) -> Mapping[type[Push], str]:
    """Return the method of `handler` that answers each typed push.

    A push without a hook of its own goes to on_message or on_event.

    Raises:
        HookError: a hook is misspelt, is no coroutine or takes other arguments.

    """
    for name in _hooks_of(handler):
        _check(handler, name)
    return {
        push: hook if hasattr(handler, hook) else catch_all(push) for push, hook in HOOKS.items()
    }


def catch_all(push: type[Push]) -> str:
    """Return the hook for pushes that have no other."""
    return ON_EVENT if issubclass(push, Event) else ON_MESSAGE


def check_lifespan(handler: type) -> None:
    """Raise HookError unless startup and shutdown are coroutine classmethods, as called."""
    for name, arguments in LIFESPAN.items():
        method = getattr(handler, name)
        if not (inspect.ismethod(method) and inspect.iscoroutinefunction(method)):
            raise HookError(
                f"{handler.__name__}.{name} must be a coroutine of the class: "
                f"write '@classmethod' above 'async def {name}({arguments})'"
            )
        try:
            inspect.signature(method).bind(*arguments.split(", ")[1:])
        except TypeError:
            where = f"{handler.__name__}.{name}"
            raise HookError(f"{where} must be 'async def {name}({arguments})'") from None


def check_policies(handler: type) -> None:
    """Raise HookError unless `policies` are HookPolicies under the names of hooks."""
    policies: Mapping[str, object] = handler.policies  # type: ignore[attr-defined]
    for name, policy in policies.items():
        if name not in NAMES:
            raise HookError(f"{handler.__name__}.policies: {name} is not a hook")
        if not isinstance(policy, HookPolicy):
            raise HookError(f"{handler.__name__}.policies: write {name!r}: HookPolicy(…)")


def _hooks_of(handler: type) -> Iterator[str]:
    return (name for name in dir(handler) if name.startswith("on_") and name not in TORNADO)


def _check(handler: type, name: str) -> None:
    where = f"{handler.__name__}.{name}"
    if name not in NAMES:
        near = difflib.get_close_matches(name, NAMES, n=1)
        advice = f"did you mean {near[0]}?" if near else "names that begin with on_ are hooks' own"
        raise HookError(f"{where} is not a hook: {advice}")
    method = getattr(handler, name)
    if not inspect.iscoroutinefunction(method):
        raise HookError(
            f"{where} must be a coroutine: write 'async def {name}(self, message)', "
            "and for blocking work in it 'await asyncio.to_thread(function, …)'"
        )
    try:
        inspect.signature(method).bind("self", "message")
    except TypeError:
        raise HookError(f"{where} must take two arguments: (self, message)") from None
