"""/cgi-bin/message/custom/send and typing.

Source: developers.weixin.qq.com, 客服消息 and 客服输入状态.
"""

import asyncio

from simulator.changes import Change
from simulator.platform.api.contents import content_of
from simulator.platform.calls import OK, Answer, Call
from simulator.platform.errors import ApiError
from simulator.users import Sender, User

TYPING = 15.0  # seconds that the user sees it
INTERACTION = 30.0  # seconds since the user did something


def send(call: Call) -> Answer:
    """Put a message into the chat of somebody who wrote lately."""
    fields = call.fields(escapes=False)
    user = call.user(fields.get("touser"))
    kind, content = content_of(fields, call.world)
    call.world.platform.quotas.take(user)
    call.world.say(user, Sender.ACCOUNT, kind, content, pushed=True)
    _typing(call, user, 0.0)
    return OK


def typing(call: Call) -> Answer:
    """Show 对方正在输入, or no longer."""
    fields = call.fields()
    user = call.user(fields.get("touser"))
    now = call.world.clock()
    if fields.get("command") not in ("Typing", "CancelTyping"):
        raise ApiError(45072)
    if fields["command"] == "CancelTyping":
        _typing(call, user, 0.0)
        return OK
    if not user.following or call.world.platform.quotas.idle(user.openid) > INTERACTION:
        raise ApiError(45080)
    if now < user.typing_until:
        raise ApiError(45081)
    _typing(call, user, now + TYPING)
    # Whoever shows it is told of its end; a little later, since clocks differ.
    loop = asyncio.get_running_loop()
    loop.call_later(TYPING + 0.1, call.world.publish, Change.USER, user)
    return OK


def _typing(call: Call, user: User, until: float) -> None:
    user.typing_until = until
    call.world.publish(Change.USER, user)
