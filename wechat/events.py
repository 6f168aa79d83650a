"""事件推送: what followers do, beside sending messages.

Sources: developers.weixin.qq.com, 接收事件推送 and 自定义菜单事件推送. What the platform
reports of its own accord is in wechat/platform_events.py.
"""

from typing import Annotated

from wechat.fields import Tag, typed
from wechat.push import Event


@typed("subscribe")
class SubscribeEvent(Event):
    """Somebody follows the account.

    Who came by one of the account's QR codes has its `scene` and `ticket`. Another origin
    (last_trade_no_… after a payment, scanbarcode|…) is no scene and stands in `key`.
    """

    event_key: str
    ticket: str

    @property
    def scene(self) -> str:
        """The scene of the QR code, without the qrscene_ that leads; else ""."""
        return self.event_key.removeprefix(_SCENE) if self.event_key.startswith(_SCENE) else ""

    @property
    def key(self) -> str:
        """The EventKey of a subscription that no QR code of the account led to; else ""."""
        return "" if self.event_key.startswith(_SCENE) else self.event_key


_SCENE = "qrscene_"


@typed("unsubscribe")
class UnsubscribeEvent(Event):
    """Somebody stops following: nothing can be answered, and their data must be deleted."""

    key: Annotated[str, Tag("EventKey")]


@typed("scan")
class ScanEvent(Event):
    """A follower scans one of the account's QR codes."""

    scene: Annotated[str, Tag("EventKey")]
    ticket: str


@typed("location")
class LocationEvent(Event):
    """A follower's position, on entering the chat or every 5 s; `precision` in metres."""

    latitude: float
    longitude: float
    precision: float | None


@typed("click")
class ClickEvent(Event):
    """A tap on a menu button that has a key."""

    key: Annotated[str, Tag("EventKey")]


@typed("view")
class ViewEvent(Event):
    """A tap on a menu button that opens a page."""

    url: Annotated[str, Tag("EventKey")]
    menu_id: int | None


@typed("view_miniprogram")
class ViewMiniProgramEvent(Event):
    """A tap on a menu button that opens a mini program at `path`."""

    path: Annotated[str, Tag("EventKey")]
    menu_id: int | None


@typed()
class _ScanCode(Event):
    """A code scanned by a menu button; `scan_type` is qrcode, barcode and so on."""

    key: Annotated[str, Tag("EventKey")]
    scan_type: Annotated[str, Tag("ScanCodeInfo", "ScanType")]
    scan_result: Annotated[str, Tag("ScanCodeInfo", "ScanResult")]


@typed("scancode_push")
class ScanCodePushEvent(_ScanCode):
    """A code was scanned, and its page opened."""


@typed("scancode_waitmsg")
class ScanCodeWaitMsgEvent(_ScanCode):
    """A code was scanned, and the user waits for what the account says to it."""


@typed()
class _Pictures(Event):
    """Pictures sent by a menu button: their MD5 sums. They also come as messages."""

    key: Annotated[str, Tag("EventKey")]
    count: Annotated[int | None, Tag("SendPicsInfo", "Count")]
    md5_sums: Annotated[tuple[str, ...], Tag("SendPicsInfo", "PicList", "item", "PicMd5Sum")]


@typed("pic_sysphoto")
class PicSysPhotoEvent(_Pictures):
    """Pictures were taken with the camera."""


@typed("pic_photo_or_album")
class PicPhotoOrAlbumEvent(_Pictures):
    """Pictures were taken, or chosen from the album."""


@typed("pic_weixin")
class PicWeixinEvent(_Pictures):
    """Pictures were chosen from WeChat's album."""


@typed("location_select")
class LocationSelectEvent(Event):
    """A place chosen by a menu button. It also comes as a message."""

    key: Annotated[str, Tag("EventKey")]
    latitude: Annotated[float, Tag("SendLocationInfo", "Location_X")]
    longitude: Annotated[float, Tag("SendLocationInfo", "Location_Y")]
    scale: Annotated[int | None, Tag("SendLocationInfo", "Scale")]
    label: Annotated[str, Tag("SendLocationInfo", "Label")]
    poi_name: Annotated[str, Tag("SendLocationInfo", "Poiname")]


@typed("enter")
class EnterEvent(Event):
    """A follower opens the chat (legacy)."""
