"""Where WeChat pushes from, and whether it reaches the account's URL.

Sources: developers.weixin.qq.com, 获取微信推送服务器IP, 获取微信API服务器IP and 网络检测.
"""

from dataclasses import dataclass, field

from api import checks
from api.calling import Caller
from api.results import Raw, list_in, objects_in, text_in

CALLBACK_IPS, API_IPS = "/cgi-bin/getcallbackip", "/cgi-bin/get_api_domain_ip"
CHECK = "/cgi-bin/callback/check"
ACTIONS = frozenset({"dns", "ping", "all"})
OPERATORS = frozenset({"CHINANET", "UNICOM", "CAP", "DEFAULT"})
CHECK_SECONDS = 30.0  # the platform pings while we wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """An address that the platform finds for the account's host, and whose network it is in."""

    ip: str
    real_operator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinged:
    """How the platform reaches an address: `package_loss` as in 0%, `time` as in 23.079ms."""

    ip: str
    from_operator: str
    package_loss: str
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackCheck:
    """What the platform found out about the account's URL."""

    dns: tuple[Resolved, ...]
    ping: tuple[Pinged, ...]
    raw: Raw = field(repr=False)


class Diagnostics:
    """The calls about the way between WeChat and the account."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def callback_ips(self) -> tuple[str, ...]:
        """Return the addresses and networks (CIDR) that WeChat pushes from; ask once a day.

        Raises:
            ApiError: QuotaExceeded and others.

        """
        return _ips(await self._caller.get(CALLBACK_IPS))

    async def api_ips(self) -> tuple[str, ...]:
        """Return the addresses of the platform's API.

        Raises:
            ApiError: QuotaExceeded and others.

        """
        return _ips(await self._caller.get(API_IPS))

    async def check_callback(
        self, action: str = "all", check_operator: str = "DEFAULT"
    ) -> CallbackCheck:
        """Have the platform look up and ping the host of the account's URL.

        `action` is dns, ping or all; `check_operator` CHINANET, UNICOM, CAP or DEFAULT.

        Raises:
            ApiError: 40201 no URL is set in the console, and others.

        """
        fields = {
            "action": checks.choice("action", action, ACTIONS),
            "check_operator": checks.choice("check_operator", check_operator, OPERATORS),
        }
        answer = await self._caller.post(CHECK, fields, seconds=CHECK_SECONDS)
        return CallbackCheck(
            dns=tuple(
                Resolved(ip=text_in(one, "ip"), real_operator=text_in(one, "real_operator"))
                for one in objects_in(answer, "dns")
            ),
            ping=tuple(
                Pinged(
                    ip=text_in(one, "ip"),
                    from_operator=text_in(one, "from_operator"),
                    package_loss=text_in(one, "package_loss"),
                    time=text_in(one, "time"),
                )
                for one in objects_in(answer, "ping")
            ),
            raw=answer,
        )


def _ips(answer: Raw) -> tuple[str, ...]:
    return tuple(ip for ip in list_in(answer, "ip_list") if isinstance(ip, str))
