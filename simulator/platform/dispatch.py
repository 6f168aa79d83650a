"""What every call has to pass before its own function answers it. No I/O."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from simulator.platform.calls import Answer, Call
from simulator.platform.errors import ApiError
from simulator.platform.rights import Right, check_right


class Route(NamedTuple):
    """One path of the API; `token` says whether a call must come with one."""

    method: str
    answer: Callable[[Call], Answer | Awaitable[Answer]]
    right: Right | None = None
    token: bool = True


Routes = Mapping[str, Route]


async def dispatch(routes: Routes, method: str, call: Call) -> Answer:
    """Return the answer of a call.

    Raises:
        ApiError: it is refused, by a rule or to order.

    """
    platform, path = call.world.platform, call.path
    platform.orders.refuse(path)
    route = routes.get(path)
    if route is None:
        raise ApiError(40066)
    if route.token:
        platform.token_of(call.query.get("access_token"), path)
    if method != route.method:
        raise wrong_method(route)
    check_right(call.world.account.kind, route.right)
    platform.limits.count(path)
    given = route.answer(call)
    return await given if inspect.isawaitable(given) else given


def wrong_method(route: Route | None) -> ApiError:
    """Return what a call gets whose method is not the route's."""
    if route is None:
        return ApiError(40066)
    return ApiError(43001 if route.method == "GET" else 43002)
