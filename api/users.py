"""用户管理: who a follower is, and how the account calls them.

Sources: developers.weixin.qq.com, 获取用户基本信息 (without nickname and picture since
2021-12-27) and 设置用户备注名.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from api import checks
from api.calling import Caller
from api.results import Raw, list_in, objects_in, text_in, whole_in

INFO = "/cgi-bin/user/info"
BATCH = "/cgi-bin/user/info/batchget"
REMARK = "/cgi-bin/user/info/updateremark"
BATCH_USERS = 100
REMARK_BYTES = 29  # "less than 30 bytes"
LANGUAGES = frozenset({"zh_CN", "zh_TW", "en"})


@dataclass(frozen=True, slots=True, kw_only=True)
class UserInfo:
    """What the platform tells of a user: of one who does not `subscribe`, only the openid.

    `subscribe_time` is Unix seconds; `qr_scene` and `qr_scene_str` are of the QR code by
    which they followed; `unionid` is "" unless the account is bound to an open platform.
    """

    subscribe: bool
    openid: str
    unionid: str
    language: str
    subscribe_time: int
    subscribe_scene: str
    qr_scene: int
    qr_scene_str: str
    remark: str
    groupid: int
    tagid_list: tuple[int, ...]
    raw: Raw = field(repr=False)


class Users:
    """The calls about users."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def info(self, openid: str, *, lang: str = "zh_CN") -> UserInfo:
        """Return what is known of a user.

        Raises:
            ApiError: InvalidUser, NoRight and others.

        """
        checks.choice("lang", lang, LANGUAGES)
        return _info(await self._caller.get(INFO, openid=checks.openid(openid), lang=lang))

    async def info_batch(
        self, openids: Iterable[str], *, lang: str = "zh_CN"
    ) -> tuple[UserInfo, ...]:
        """Return what is known of many users, in the order of `openids`; 100 of them a call.

        Raises:
            ApiError: InvalidUser, NoRight and others.
            TypeError: it is one openid.

        """
        checks.choice("lang", lang, LANGUAGES)
        if isinstance(openids, str):
            raise TypeError("openids must be several: one openid is for info")
        wanted = [{"openid": checks.openid(openid), "lang": lang} for openid in openids]
        found: list[UserInfo] = []
        for start in range(0, len(wanted), BATCH_USERS):
            part = wanted[start : start + BATCH_USERS]
            answer = await self._caller.post(BATCH, {"user_list": part})
            told = [_info(one) for one in objects_in(answer, "user_info_list")]
            # The platform promises no order.
            known = {one.openid: one for one in told}
            found += [known[each["openid"]] for each in part if each["openid"] in known]
        return tuple(found)

    async def set_remark(self, openid: str, remark: str) -> None:
        """Name a follower for the account's own use: at most 29 bytes, 9 汉字; "" for none.

        Raises:
            ApiError: InvalidUser, NoRight and others.

        """
        name = checks.text("remark", remark, most=REMARK_BYTES, empty=True)
        await self._caller.post(REMARK, {"openid": checks.openid(openid), "remark": name})


def _info(answer: Raw) -> UserInfo:
    return UserInfo(
        subscribe=whole_in(answer, "subscribe") == 1,
        openid=text_in(answer, "openid"),
        unionid=text_in(answer, "unionid"),
        language=text_in(answer, "language"),
        subscribe_time=whole_in(answer, "subscribe_time"),
        subscribe_scene=text_in(answer, "subscribe_scene"),
        qr_scene=whole_in(answer, "qr_scene"),
        qr_scene_str=text_in(answer, "qr_scene_str"),
        remark=text_in(answer, "remark"),
        groupid=whole_in(answer, "groupid"),
        tagid_list=tuple(tag for tag in list_in(answer, "tagid_list") if type(tag) is int),
        raw=answer,
    )
