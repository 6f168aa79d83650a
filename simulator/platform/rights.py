"""接口权限: what each kind of account may call; everybody may have tokens and be pushed to.

Source: developers.weixin.qq.com, 公众号接口权限说明. It moves now and then: an account's own
console is what counts.
"""

from collections.abc import Mapping
from enum import StrEnum

from simulator.account import AccountKind
from simulator.platform.errors import ApiError


class Right(StrEnum):
    """A row of the table, or several that agree."""

    MENU = "menu"
    CUSTOMER_SERVICE = "customer-service"  # and 用户管理, 素材管理, 个性化菜单
    SERVICE = "service"  # 模板消息, 带参数二维码; 短key托管 is inferred: 暂未明确


_VERIFIED = {AccountKind.VERIFIED_SUBSCRIPTION, AccountKind.VERIFIED_SERVICE, AccountKind.TEST}
HOLDERS: Mapping[Right, frozenset[AccountKind]] = {
    Right.MENU: frozenset(_VERIFIED | {AccountKind.UNVERIFIED_SERVICE}),
    Right.CUSTOMER_SERVICE: frozenset(_VERIFIED),
    Right.SERVICE: frozenset({AccountKind.VERIFIED_SERVICE, AccountKind.TEST}),
}


def check_right(kind: AccountKind, right: Right | None) -> None:
    """Refuse an account that has not `right`.

    Raises:
        ApiError: 48001.

    """
    if right and kind not in HOLDERS[right]:
        raise ApiError(48001)
