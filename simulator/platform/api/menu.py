"""/cgi-bin/menu: the account's menu, and those that only some users see.

Source: developers.weixin.qq.com, 自定义菜单 and 个性化菜单. That trymatch answers a `menu`, as
get does, and 65303 without one, has been seen; the documentation has its buttons alone.
That a stranger is no such user is inferred.
"""

from simulator.platform.calls import OK, Answer, Call, text
from simulator.platform.errors import ApiError


def create(call: Call) -> Answer:
    """Make the account's menu."""
    call.world.platform.menu.put(call.fields(escapes=False))
    return OK


def get(call: Call) -> Answer:
    """Give the menu back, and the conditional ones."""
    menu = call.world.platform.menu
    if menu.buttons is None:
        raise ApiError(46003)
    conditional = {"conditionalmenu": [one.as_json() for one in menu.conditional]}
    return {"menu": {"button": menu.buttons}, **(conditional if menu.conditional else {})}


def delete(call: Call) -> Answer:
    """Have no menu at all, which is no error either if there was none."""
    call.world.platform.menu.delete()
    return OK


def add_conditional(call: Call) -> Answer:
    """Show another menu to some users."""
    return {"menuid": call.world.platform.menu.add(call.fields(escapes=False)).menuid}


def delete_conditional(call: Call) -> Answer:
    """Show it no longer."""
    call.world.platform.menu.remove(text(call.fields(), "menuid", 65301))
    return OK


def try_match(call: Call) -> Answer:
    """Give the menu that a user sees."""
    user = call.user(call.fields().get("user_id"), 65302)
    if not user.following:
        raise ApiError(65302)
    return {"menu": {"button": call.world.platform.menu.seen_by(user)}}
