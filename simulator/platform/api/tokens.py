"""/cgi-bin/token and /cgi-bin/stable_token."""

from typing import Any

from simulator.platform.calls import Answer, Call
from simulator.platform.errors import ApiError
from simulator.platform.tokens import Token


def classic(call: Call) -> Answer:
    """Give a new token: ``GET ?grant_type=client_credential&appid=…&secret=…``."""
    app_id = _credentials(call, call.query.get)
    return _given(call, call.world.platform.tokens.classic(app_id))


def stable(call: Call) -> Answer:
    """Give the token that everybody who asks shares."""
    fields = call.fields()
    force = fields.get("force_refresh", False)
    if not isinstance(force, bool):
        raise ApiError(47001)
    app_id = _credentials(call, fields.get)
    return _given(call, call.world.platform.tokens.stable(app_id, force=force))


def _credentials(call: Call, get: Any) -> str:
    """Return the app id, once the secret proved right."""
    account = call.world.account
    if get("grant_type") != "client_credential":
        raise ApiError(40002)
    if not get("appid"):
        raise ApiError(41002)
    if not get("secret"):
        raise ApiError(41004)
    if get("appid") != account.app_id:
        raise ApiError(40013)
    if get("secret") != account.app_secret:
        raise ApiError(40125)
    return account.app_id


def _given(call: Call, token: Token) -> Answer:
    left = call.world.platform.tokens.seconds_left(token)
    return {"access_token": token.text, "expires_in": left}
