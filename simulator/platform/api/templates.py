"""/cgi-bin/message/template/send, and the event that tells how it went.

Source: developers.weixin.qq.com, 发送模板消息 and 模板消息参数值内容限制.
"""

import re
from collections.abc import Mapping

from simulator.engine import pushes
from simulator.platform.calls import OK, Answer, Call, Json, inner, optional
from simulator.platform.errors import ApiError
from simulator.users import Sender, User

TEMPLATE_ID = re.compile(r"[A-Za-z0-9_-]{43}")
# The most characters of a value, by how its key begins.
MOST: Mapping[str, int] = {
    "thing": 20,
    "const": 20,
    "character_string": 32,
    "phone_number": 17,
    "car_number": 8,
}
MOST_OF_OTHERS = 200
_KEY = re.compile(r"([a-z_]+)[0-9]+")


def send(call: Call) -> Answer:
    """Put the message into the chat, once, and push its event."""
    fields = call.fields()
    user = call.user(fields.get("touser"))
    template_id = optional(fields, "template_id")
    if not TEMPLATE_ID.fullmatch(template_id):
        raise ApiError(40037)
    url, data = optional(fields, "url"), _data(inner(fields, "data"))
    name = optional(fields, "client_msg_id")
    if not user.following:
        raise ApiError(43004)
    job = call.world.platform.jobs.begin(user.openid, name)
    if not job.repeated:
        content = {"template_id": template_id, "url": url, "data": data}
        call.world.say(user, Sender.ACCOUNT, "template", content)
        _report(call, user, job.msgid)
    return {**OK, "msgid": job.msgid}


def _data(data: Json) -> Mapping[str, Json]:
    """Return the values that fill the template."""
    return {key: {"value": _value(key, value)} for key, value in data.items()}


def _value(key: str, given: object) -> str:
    value = given.get("value") if isinstance(given, dict) else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    named = _KEY.fullmatch(key)
    most = MOST.get(named[1], MOST_OF_OTHERS) if named else MOST_OF_OTHERS
    if not isinstance(value, str) or not 0 < len(value.strip()) <= most:
        raise ApiError(47003, f"argument invalid! data.{key}.value invalid")
    return value


def _report(call: Call, user: User, msgid: int) -> None:
    """Push that the message has arrived."""
    world = call.world
    name, account, now = "TEMPLATESENDJOBFINISH", world.account.original_id, world.pusher.now
    made = pushes.event(name, user.openid, account, now, MsgID=msgid, Status="success")
    world.platform.spawn(world.push(made, awaited=False))
