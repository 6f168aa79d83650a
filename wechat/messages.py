"""普通消息: what followers send, and parse_message() for everything that is pushed.

Source: developers.weixin.qq.com, 接收普通消息; file and device messages are undocumented
for Official Accounts, but sent.
"""

import re
from typing import Annotated

from wechat import events, platform_events
from wechat.errors import MalformedMessage
from wechat.fields import Tag, folded, typed
from wechat.push import Event, Message, UnknownEvent, UnknownMessage, make, registry
from wechat.xml import Fields, text


@typed("text")
class TextMessage(Message):
    """Text, with its white space as typed; `menu_id` if it was tapped in a msgmenu."""

    content: str
    menu_id: Annotated[str, Tag("bizmsgmenuid")]


@typed("image")
class ImageMessage(Message):
    """A picture; `media_id` is valid for 3 days."""

    pic_url: str
    media_id: str


@typed("voice")
class VoiceMessage(Message):
    """Speech; `format` is amr or speex, `media_id_16k` the better recording.

    `recognition` is the text WeChat heard, empty unless 语音识别 is on and heard any.
    """

    media_id: str
    format: str
    media_id_16k: str
    recognition: str


@typed("video")
class VideoMessage(Message):
    """A video, and its cover picture."""

    media_id: str
    thumb_media_id: str


@typed("shortvideo")
class ShortVideoMessage(Message):
    """A short video, and its cover picture."""

    media_id: str
    thumb_media_id: str


@typed("location")
class LocationMessage(Message):
    """A place that the user sent: degrees, the zoom of the map, the address or ""."""

    latitude: Annotated[float, Tag("Location_X")]
    longitude: Annotated[float, Tag("Location_Y")]
    scale: int | None
    label: str


@typed("link")
class LinkMessage(Message):
    """A shared article or page."""

    title: str
    description: str
    url: str


@typed("file")
class FileMessage(Message):
    """A file; `file_total_len` is its size in bytes."""

    title: str
    description: str
    file_key: str
    file_md5: str
    file_total_len: int | None


@typed("miniprogrampage")
class MiniProgramPageMessage(Message):
    """A card of a mini program."""

    app_id: str
    title: str
    page_path: str
    thumb_url: str
    thumb_media_id: str


@typed("device_text")
class DeviceTextMessage(Message):
    """Data of a bound device (legacy); `content` is base64."""

    device_type: str
    device_id: str
    session_id: str
    content: str
    open_id: str


@typed("device_event")
class DeviceEventMessage(DeviceTextMessage):
    """What happened to a bound device (legacy): `event` is bind or unbind."""

    event: str
    op_type: str
    device_status: str


_ID = re.compile(r"[\x21-\x7e]{1,64}")
MESSAGES = registry(vars(), Message)
EVENTS = registry(vars(events), Event) | registry(vars(platform_events), Event)


def parse_message(fields: Fields) -> Message | Event:
    """Return the typed value of a push's decrypted `fields`.

    Raises:
        MalformedMessage: it has no sender, no type, or no readable time.

    """
    names = folded(fields)
    kind = text(names.get("msgtype")).lower()
    if not kind:
        raise MalformedMessage("MsgType is missing")
    sender = text(names.get("fromusername"))
    if not sender:
        raise MalformedMessage("FromUserName is missing")
    if not _ID.fullmatch(sender):  # it names the message in the log, and in the reply
        raise MalformedMessage("FromUserName is not an openid")
    if kind == "event":
        event = text(names.get("event")).lower()
        if "list" in names:  # JSON leaves out the element that XML has around it
            names.setdefault(event.replace("_", ""), {"List": names["list"]})
        return make(EVENTS, UnknownEvent, event, names)
    return make(MESSAGES, UnknownMessage, kind, names)
