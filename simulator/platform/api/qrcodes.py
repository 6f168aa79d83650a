"""/cgi-bin/qrcode/create."""

from typing import Any, NamedTuple

from simulator.platform.calls import Answer, Call, Json, inner
from simulator.platform.errors import ApiError

DEFAULT_SECONDS = 60


class Action(NamedTuple):
    """What a code is made of, and whether it lasts."""

    field: str
    kind: type[int] | type[str]
    permanent: bool


ACTIONS = {
    "QR_SCENE": Action("scene_id", int, permanent=False),
    "QR_STR_SCENE": Action("scene_str", str, permanent=False),
    "QR_LIMIT_SCENE": Action("scene_id", int, permanent=True),
    "QR_LIMIT_STR_SCENE": Action("scene_str", str, permanent=True),
}


def create(call: Call) -> Answer:
    """Make a code; its picture is at /cgi-bin/showqrcode."""
    fields = call.fields()
    name = fields.get("action_name")
    action = ACTIONS.get(name) if isinstance(name, str) else None
    if action is None:
        raise ApiError(40052)
    seconds = fields.get("expire_seconds", DEFAULT_SECONDS)
    if not _is(seconds, int):
        raise ApiError(47001)
    code = call.world.platform.qrcodes.create(
        _scene(fields, action), permanent=action.permanent, expire_seconds=seconds
    )
    lasts = {} if action.permanent else {"expire_seconds": seconds}
    return {"ticket": code.ticket, **lasts, "url": code.url}


def _scene(fields: Json, action: Action) -> Any:
    scene = inner(inner(fields, "action_info"), "scene").get(action.field)
    if not _is(scene, action.kind):
        raise ApiError(40053)
    return scene


def _is(value: object, kind: type) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)
