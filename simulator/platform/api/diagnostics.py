"""Where WeChat comes from, whether it reaches the service, and the day's calls set back."""

import asyncio
import ipaddress
import socket
from urllib.parse import urlsplit

from simulator.platform.calls import OK, Answer, Call, text
from simulator.platform.errors import ApiError

ACTIONS = frozenset({"dns", "ping", "all"})
OPERATORS = frozenset({"DEFAULT", "CHINANET", "UNICOM", "CAP"})


def addresses(_: Call) -> Answer:
    """Give the addresses of pushes, and of the API: both are this machine."""
    return {"ip_list": ["127.0.0.1"]}


async def check(call: Call) -> Answer:
    """Look up the host of the account's URL, and say that it answers."""
    fields = call.fields()
    if text(fields, "action", 40202) not in ACTIONS:
        raise ApiError(40202)
    operator = fields.get("check_operator", "DEFAULT")
    if not isinstance(operator, str) or operator not in OPERATORS:
        raise ApiError(40203)
    found = await _look_up(urlsplit(call.world.account.url).hostname or "")
    wanted = {"dns", "ping"} if fields["action"] == "all" else {fields["action"]}
    dns = [{"ip": ip, "real_operator": operator} for ip in found]
    ping = [
        {"ip": ip, "from_operator": operator, "package_loss": "0%", "time": "0.100ms"}
        for ip in found
    ]
    return {name: value for name, value in (("dns", dns), ("ping", ping)) if name in wanted}


def clear_quota(call: Call) -> Answer:
    """Begin the day's calls anew."""
    if text(call.fields(), "appid", 40013) != call.world.account.app_id:
        raise ApiError(40013)
    return _cleared(call)


def clear_quota_by_secret(call: Call) -> Answer:
    """Do so without a token, of which there may be no more today."""
    account = call.world.account
    if call.query.get("appid") != account.app_id:
        raise ApiError(40013)
    if call.query.get("appsecret") != account.app_secret:
        raise ApiError(40125)
    return _cleared(call)


def _cleared(call: Call) -> Answer:
    platform = call.world.platform
    platform.limits.clear()
    if platform.faults.quota:
        platform.order(quota=None)
    return OK


async def _look_up(host: str) -> list[str]:
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    try:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return sorted({str(address[0]) for *_, address in found})
