"""/cgi-bin/shorten/gen and fetch.

Source: developers.weixin.qq.com, 长信息转短链 and 短链转长信息: 47003 where nothing was given.
"""

from simulator.platform.calls import OK, Answer, Call, text
from simulator.platform.errors import ApiError
from simulator.platform.shortkeys import LONGEST


def generate(call: Call) -> Answer:
    """Make a key for a long text."""
    fields = call.fields()
    seconds = fields.get("expire_seconds", LONGEST)
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        raise ApiError(47001)
    made = call.world.platform.shortkeys.generate(text(fields, "long_data", 47003), seconds)
    return {**OK, "short_key": made.short_key}


def fetch(call: Call) -> Answer:
    """Give the long text back."""
    found = call.world.platform.shortkeys.fetch(text(call.fields(), "short_key", 47003))
    return {
        **OK,
        "long_data": found.long_data,
        "create_time": int(found.created_at),
        "expire_seconds": round(found.expires_at - call.world.clock()),
    }
