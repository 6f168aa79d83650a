"""/cgi-bin/user/info, batchget and updateremark.

Sources: developers.weixin.qq.com, 获取用户基本信息 and 批量获取用户基本信息 (without nickname
and picture since 2021-12-27), and 设置用户备注名. 40032 has been seen for a list that is empty.
"""

from typing import Any

from simulator.changes import Change
from simulator.platform.calls import OK, Answer, Call, Json, optional
from simulator.platform.errors import ApiError

BATCH = 100  # users at once
REMARK_BYTES = 30  # and one less is the most there may be


def info(call: Call) -> Answer:
    """Tell of a user; of one who does not follow, only that."""
    if not call.query.get("openid"):
        raise ApiError(41009)
    return _told(call, call.query["openid"], call.query.get("lang", ""))


def batch(call: Call) -> Answer:
    """Tell of many users, as info does of one."""
    wanted = call.fields().get("user_list")
    if not isinstance(wanted, list) or not all(isinstance(one, dict) for one in wanted):
        raise ApiError(47001)
    if not 0 < len(wanted) <= BATCH:
        raise ApiError(40032)
    told = [_told(call, one.get("openid"), optional(one, "lang")) for one in wanted]
    return {"user_info_list": told}


def _told(call: Call, openid: Any, language: str) -> Json:
    user = call.user(openid)
    if not user.following:
        return {"subscribe": 0, "openid": user.openid}
    return {
        "subscribe": 1,
        "openid": user.openid,
        "language": language or "zh_CN",
        "subscribe_time": user.subscribe_time,
        "remark": user.remark,
        "groupid": 0,
        "tagid_list": list(user.tagid_list),
        "subscribe_scene": user.subscribe_scene,
        "qr_scene": user.qr_scene,
        "qr_scene_str": user.qr_scene_str,
    }


def update_remark(call: Call) -> Answer:
    """Name a follower for the account's own use."""
    fields = call.fields()
    user = call.user(fields.get("openid"))
    if not user.following:
        raise ApiError(40003)
    remark = optional(fields, "remark")
    if len(remark.encode()) >= REMARK_BYTES:
        raise ApiError(40092)
    user.remark = remark
    call.world.publish(Change.USER, user)
    return OK
