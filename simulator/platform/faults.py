"""What goes wrong to order when the service calls the platform.

platform.faults = ApiFaults(busy=Scope(path="/cgi-bin/message/", calls=3))
platform.order(slow={"seconds": 8}, busy=None)  # the page's way: single ones, as JSON
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import Any

from simulator.platform.errors import ApiError

LONGEST = 600  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which calls a fault meets: those whose path begins so, the next `calls` or (None) all.

    Raises:
        ValueError: a value is wrong, said in words.

    """

    path: str = "/"
    calls: int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.path, str) or not self.path.startswith("/"):
            raise ValueError(f"the path of a fault begins with /, unlike {self.path!r}")
        if self.calls is not None and (not _is_whole(self.calls) or self.calls < 1):
            raise ValueError(f"a fault meets at least one call, or all, but not {self.calls!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowScope(Scope):
    """Which calls are answered late, and by how many seconds."""

    seconds: float = 5.0

    def __post_init__(self) -> None:
        # super() without arguments finds no class in a dataclass with slots
        Scope.__post_init__(self)
        known = _is_whole(self.seconds) or isinstance(self.seconds, float)
        if not known or not 0 < self.seconds <= LONGEST:
            raise ValueError(f"a slow answer takes more than 0 and at most {LONGEST} seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrcodeScope(Scope):
    """Which calls are refused, and by which errcode."""

    errcode: int

    def __post_init__(self) -> None:
        Scope.__post_init__(self)
        if not _is_whole(self.errcode) or self.errcode == 0:
            raise ValueError(f"an errcode is a number other than 0, unlike {self.errcode!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiFaults:
    """The faults that are on, each with the calls it meets; None is off.

    Of several that meet a call, `slow` and `lost` go with any, of the others the first
    counts. `revoked` and `expired` meet the tokens that there are when they are ordered: a
    new one works, and /cgi-bin/stable_token gives a new one at once.

    Raises:
        ValueError: a value is wrong, said in words.

    """

    dropped: Scope | None = None  # the connection is closed unanswered, nothing is done
    bad_gateway: Scope | None = None  # 502, with a gateway's page
    not_whitelisted: Scope | None = None  # 40164
    busy: Scope | None = None  # -1
    quota: Scope | None = None  # 45009, until clear_quota
    refused: ErrcodeScope | None = None  # any errcode
    revoked: Scope | None = None  # 40001
    expired: Scope | None = None  # 42001
    lost: Scope | None = None  # what was asked for is done, and the answer never comes
    slow: SlowScope | None = None  # it is done at once and answered late

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if value is not None and not isinstance(value, scope_of(each.name)):
                raise ValueError(f"{each.name} is not a {scope_of(each.name).__name__} or None")


FAULTS = tuple(each.name for each in fields(ApiFaults))
REFUSALS = ("not_whitelisted", "busy", "quota", "refused")  # an ApiError whatever was asked
TOKEN_FAULTS: Mapping[str, int] = {"revoked": 40001, "expired": 42001}
NOT_WHITELISTED = "invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist"


def scope_of(name: str) -> type[Scope]:
    """Return the class of the fault's value."""
    special: dict[str, type[Scope]] = {"slow": SlowScope, "refused": ErrcodeScope}
    return special.get(name, Scope)


def ordered(faults: ApiFaults, values: Mapping[str, Any]) -> ApiFaults:
    """Return `faults` with single ones changed; a value may be a mapping, as from JSON.

    Raises:
        ValueError: there is no such fault, or a value is wrong.

    """
    if unknown := set(values) - set(FAULTS):
        raise ValueError(f"there is no fault {', '.join(sorted(unknown))}")
    changed: dict[str, Any] = {name: _scope(name, value) for name, value in values.items()}
    return replace(faults, **changed)


def refusal(name: str, scope: Scope) -> ApiError:
    """Return what a call gets that the fault `name` meets, ordered as `scope`."""
    if isinstance(scope, ErrcodeScope):
        return ApiError(scope.errcode)
    if name == "not_whitelisted":
        return ApiError(40164, NOT_WHITELISTED)
    return ApiError({"busy": -1, "quota": 45009}[name])


@dataclass(slots=True)
class Orders:
    """The faults that are on, and how many calls they will still meet."""

    faults: ApiFaults = field(default_factory=ApiFaults)

    def meets(self, name: str, path: str) -> Scope | None:
        """Return what was ordered as fault `name`, if it meets a call of `path`; count it."""
        scope: Scope | None = getattr(self.faults, name)
        if scope is None or not path.startswith(scope.path):
            return None
        if scope.calls is not None:
            rest = replace(scope, calls=scope.calls - 1) if scope.calls > 1 else None
            self.faults = ordered(self.faults, {name: rest})
        return scope

    def refuse(self, path: str) -> None:
        """Raise the ApiError that was ordered for a call of `path`, if any."""
        for name in REFUSALS:
            exempt = name == "quota" and path.startswith("/cgi-bin/clear_quota")
            if not exempt and (scope := self.meets(name, path)):
                raise refusal(name, scope)

    def refuse_token(self, path: str) -> None:
        """Raise the ApiError that was ordered for a token of before, if any."""
        for name, errcode in TOKEN_FAULTS.items():
            if self.meets(name, path):
                raise ApiError(errcode)


def ends_tokens(old: ApiFaults, new: ApiFaults) -> bool:
    """Return whether `new` has an order against tokens that is another than in `old`."""
    orders = ((getattr(new, name), getattr(old, name)) for name in TOKEN_FAULTS)
    return any(order is not None and order is not before for order, before in orders)


def _scope(name: str, value: Any) -> Scope | None:
    if value is None or isinstance(value, Scope):
        return value
    kind = scope_of(name)
    if not isinstance(value, Mapping):
        raise ValueError(f"{name} is not an object or null")  # noqa: TRY004  # from a page
    if unknown := set(value) - {each.name for each in fields(kind)}:
        raise ValueError(f"{name} has no {', '.join(sorted(map(str, unknown)))}")
    needed = {each.name for each in fields(kind) if each.default is MISSING}
    if missing := needed - set(value):
        raise ValueError(f"{name} needs {', '.join(sorted(missing))}")
    return kind(**value)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
