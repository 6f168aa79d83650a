"""/cgi-bin/menu/create, get and delete."""

from simulator.platform.calls import OK, Answer, Call
from simulator.platform.errors import ApiError


def create(call: Call) -> Answer:
    """Make the account's menu."""
    call.world.platform.menu.put(call.fields(escapes=False))
    return OK


def get(call: Call) -> Answer:
    """Give the menu back."""
    buttons = call.world.platform.menu.buttons
    if buttons is None:
        raise ApiError(46003)
    return {"menu": {"button": buttons}}


def delete(call: Call) -> Answer:
    """Have no menu, which is no error either if there was none."""
    call.world.platform.menu.delete()
    return OK
