"""模板消息: notices in a form that WeChat has approved.

Source: developers.weixin.qq.com, 发送模板消息. How it went comes as a
TemplateSendJobFinishEvent with the same `msg_id`.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from api import checks
from api.calling import Caller
from api.results import Raw, whole_in

SEND = "/cgi-bin/message/template/send"
VALUE_CHARACTERS = 200  # most keys have less: 20 for thing, 32 for character_string
CLIENT_MSG_ID_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class MiniProgram:
    """The mini program that a tap on the message opens."""

    appid: str
    pagepath: str = ""

    def __post_init__(self) -> None:
        checks.text("MiniProgram.appid", self.appid)
        checks.text("MiniProgram.pagepath", self.pagepath, empty=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentTemplate:
    """A template message on its way."""

    msgid: int
    raw: Raw = field(repr=False)


class Templates:
    """The calls about template messages."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def send(
        self,
        openid: str,
        template_id: str,
        data: Mapping[str, str],
        *,
        url: str = "",
        miniprogram: MiniProgram | None = None,
        client_msg_id: str = "",
    ) -> SentTemplate:
        """Send a template message; `data` are the values by their keys.

        The platform sends one message for all calls with one `client_msg_id` within 10
        minutes, which is why a call without one gets its own: it can then be repeated.

        Raises:
            ApiError: NotFollowing, UserRefused, InvalidRequest and others.

        """
        fields: dict[str, object] = {
            "touser": checks.openid(openid),
            "template_id": checks.text("template_id", template_id),
            "data": {_key(key): {"value": _value(key, value)} for key, value in data.items()},
            "client_msg_id": checks.text(
                "client_msg_id", client_msg_id or uuid.uuid4().hex, most=CLIENT_MSG_ID_BYTES
            ),
        }
        if url:
            fields["url"] = checks.text("url", url)
        if miniprogram:
            target = {"appid": miniprogram.appid, "pagepath": miniprogram.pagepath}
            fields["miniprogram"] = target
        answer = await self._caller.post(SEND, fields)
        return SentTemplate(msgid=whole_in(answer, "msgid"), raw=answer)


def _key(key: object) -> str:
    return checks.text("a key of data", key)


def _value(key: str, value: object) -> str:
    known = checks.text(f"data[{key!r}]", value)
    if len(known) > VALUE_CHARACTERS:
        raise ValueError(
            f"data[{key!r}] has {len(known)} characters: the limit is {VALUE_CHARACTERS}"
        )
    return known
