"""What a person does in WeChat, and what WeChat pushes for it.

    user = world.user("oSomebody")
    delivery = await user.text("你好")

Each act is a coroutine that ends when WeChat is done with it: answered, or given up. It
returns the Delivery of the push.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from wechat.xml import Output

from simulator import taps
from simulator.acting import Actor, AlreadyFollowing, Code
from simulator.engine import pushes
from simulator.engine.record import Delivery
from simulator.places import LATITUDE, LONGITUDE, Place
from simulator.platform.quotas import Trigger


class WeChatUser(Actor):
    """One person, and what they can do with the account."""

    # Messages

    async def text(self, content: str, *, menu_id: str = "") -> Delivery:
        """Send text; with `menu_id`, by a tap on an item of a msgmenu."""
        extra = {"bizmsgmenuid": menu_id} if menu_id else {}
        trigger = Trigger.MENU if menu_id else Trigger.MESSAGE
        fields = {"Content": content, **extra}
        return await self.push_message("text", {"content": content}, fields, trigger=trigger)

    async def image(self, media_id: str = "", *, pic_url: str = "") -> Delivery:
        """Send a picture: one that was uploaded here, or one by its URL."""
        media_id = media_id or made_up_id("image")
        url = pic_url or self.media_url(media_id)
        shows = {"media_id": media_id, "url": url}
        return await self.push_message("image", shows, {"PicUrl": url, "MediaId": media_id})

    async def voice(
        self,
        recognition: str = "",
        *,
        media_id: str = "",
        format: str = "amr",  # noqa: A002
    ) -> Delivery:
        """Speak; `recognition` is what WeChat heard, "" if 语音识别 is off or heard nothing."""
        media_id = media_id or made_up_id("voice")
        shows = {"media_id": media_id, "url": self.media_url(media_id), "recognition": recognition}
        fields = {"MediaId": media_id, "Format": format, "MediaId16K": media_id}
        return await self.push_message("voice", shows, {**fields, "Recognition": recognition})

    async def video(
        self, media_id: str = "", *, thumb_media_id: str = "", short: bool = False
    ) -> Delivery:
        """Send a video, or a short one as old clients do."""
        kind = "shortvideo" if short else "video"
        media_id, thumb = media_id or made_up_id(kind), thumb_media_id or made_up_id("thumb")
        shows = {"media_id": media_id, "url": self.media_url(media_id)}
        shows |= {"title": "", "description": ""}
        return await self.push_message(kind, shows, {"MediaId": media_id, "ThumbMediaId": thumb})

    async def location(
        self,
        latitude: float = LATITUDE,
        longitude: float = LONGITUDE,
        *,
        scale: int = 15,
        label: str = "",
    ) -> Delivery:
        """Send a place: degrees, the zoom of the map, its address."""
        place = Place(latitude, longitude, scale, label)
        return await self.push_message("location", place.shown(), place.fields())

    async def link(self, title: str, description: str = "", url: str = "") -> Delivery:
        """Share an article or a page."""
        shows = {"title": title, "description": description, "url": url}
        fields = {"Title": title, "Description": description, "Url": url}
        return await self.push_message("link", shows, fields)

    async def message(self, kind: str, /, **fields: Output) -> Delivery:
        """Send a message of any kind; what is not in `fields` is as in its sample."""
        return await self.push_message(kind, _shown(kind, fields), fields)

    # Coming and going

    async def follow(self, scene: str | int | None = None) -> Delivery:
        """Follow the account, by the QR code of `scene` (or of a ticket) if given.

        Raises:
            AlreadyFollowing: this person does.

        """
        user = self.user
        if user.following:
            raise AlreadyFollowing(f"{user.nickname} follows the account already")
        code = None if scene is None else self.scanned(str(scene))
        user.following, user.subscribe_time = True, int(self.world.clock())
        self._came_by(code)
        fields = {"EventKey": ""}
        if code:
            fields = {"EventKey": f"qrscene_{code.scene}", "Ticket": code.ticket}
        note = ("关注公众号", code.scene if code else "")
        return await self.push_event("subscribe", fields, trigger=Trigger.SUBSCRIBE, note=note)

    async def unfollow(self) -> Delivery:
        """Stop following, which NotFollowing says cannot be done by a stranger."""
        self.require_following()
        self.user.following = False
        self.world.platform.quotas.close(self.openid)
        self.changed()
        return await self.event("unsubscribe")

    async def scan(self, scene: str | int) -> Delivery:
        """Scan the QR code of `scene` (or of a ticket); a stranger follows by it."""
        if not self.user.following:
            return await self.follow(scene)
        code = self.scanned(str(scene))
        fields = {"EventKey": code.scene, "Ticket": code.ticket}
        note = ("扫描二维码", code.scene)
        return await self.push_event("SCAN", fields, trigger=Trigger.SCAN, note=note)

    def _came_by(self, code: Code | None) -> None:
        """Note how this person came to follow, for whom the API tells."""
        user, number = self.user, code is not None and code.is_number
        user.subscribe_scene = "ADD_SCENE_QR_CODE" if code else "ADD_SCENE_SEARCH"
        user.qr_scene = int(code.scene) if code and number else 0
        user.qr_scene_str = code.scene if code and not number else ""
        self.changed()

    async def enter(self) -> Delivery:
        """Open the chat, as old accounts are told."""
        return await self.push_event("ENTER", {})

    async def report_location(
        self, latitude: float = LATITUDE, longitude: float = LONGITUDE, precision: float = 119.0
    ) -> Delivery:
        """Be somewhere, of which the account is told on entering the chat."""
        fields = {
            "Latitude": f"{latitude:.6f}",
            "Longitude": f"{longitude:.6f}",
            "Precision": f"{precision:.6f}",
        }
        return await self.push_event("LOCATION", fields)

    async def event(self, name: str, /, **fields: Output) -> Delivery:
        """Cause any event; what is not in `fields` is as in its sample."""
        own = {"OpenID": self.openid} if "OpenID" in pushes.EVENTS.get(name, {}) else {}
        receiver, now = self.account_now()
        made = pushes.event(name, self.openid, receiver, now, **{**own, **fields})
        return await self.world.push(made, user=self.user)

    # The menu

    async def click(self, key: str, name: str = "") -> Delivery:
        """Tap the button that has `key`."""
        note = ("点击菜单", name or key)
        return await self.push_event("CLICK", {"EventKey": key}, trigger=Trigger.MENU, note=note)

    async def view(self, url: str, menu_id: int | None = None, name: str = "") -> Delivery:
        """Tap the button that opens `url`."""
        fields: pushes.Fields = {"EventKey": url, "MenuId": menu_id or taps.MENU_ID}
        return await self.push_event("VIEW", fields, note=("打开网页", name or url))

    async def tap(
        self,
        button: Mapping[str, Any],
        *,
        scan_result: str = "",
        media_ids: Sequence[str] = (),
        place: Place | None = None,
    ) -> Delivery | None:
        """Tap a button of the account's menu, and do what its type asks for.

        Return None where WeChat pushes nothing for it.
        `scan_result` is what was scanned, `media_ids` are the pictures that were chosen,
        `place` is where they are.
        """
        self.require_following()
        given = taps.Given(scan_result, tuple(media_ids), place or Place())
        return await taps.tap(self, button, given)


def made_up_id(kind: str) -> str:
    """Return a media id of which this platform has no bytes."""
    return f"{kind}_{secrets.token_urlsafe(32)}"


def _shown(kind: str, fields: pushes.Fields) -> Mapping[str, Any]:
    """Return what the chat shows of a message that has no method of its own."""
    if kind != "miniprogrampage":
        return {"summary": kind}
    card = {**pushes.MESSAGES[kind], **fields}
    tags = {"title": "Title", "app_id": "AppId", "pagepath": "PagePath", "thumb_url": "ThumbUrl"}
    return {name: str(card[tag]) for name, tag in tags.items()}
