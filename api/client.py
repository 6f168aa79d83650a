"""The platform's API for one account: `self.api` in a hook.

info = await self.api.users.info(message.from_user)
await self.api.send(message.from_user, NewsReply([Article("今日", url=…)]))
code = await self.api.qrcodes.create("table-7")
answer = await self.api.call("/cgi-bin/tags/get")
"""

from collections.abc import Mapping
from typing import Any

from stores.base import Store
from wechat.replies import Reply

from api import customer_service
from api.calling import Caller
from api.codec import Json
from api.credentials import Credentials
from api.diagnostics import Diagnostics
from api.media import Media
from api.menus import Menus
from api.messages import CustomMessage
from api.qrcodes import QRCodes
from api.shortkeys import ShortKeys
from api.templates import Templates
from api.timing import Timing
from api.tokens import AccessTokens
from api.transport import Transport
from api.users import Users


class Api:
    """All that an account can ask of the platform.

    `transport` and `store` are shared by the accounts of a process, and closed by who made
    them.
    """

    def __init__(
        self,
        credentials: Credentials,
        transport: Transport,
        store: Store,
        timing: Timing = Timing(),  # noqa: B008  # frozen
    ) -> None:
        self.tokens = AccessTokens(credentials, transport, store, timing)
        self._caller = caller = Caller(credentials, transport, self.tokens, timing)
        self.diagnostics = Diagnostics(caller)
        self.media = Media(caller)
        self.menus = Menus(caller)
        self.qrcodes = QRCodes(caller)
        self.shortkeys = ShortKeys(caller)
        self.templates = Templates(caller)
        self.users = Users(caller)

    async def send(
        self,
        openid: str,
        message: CustomMessage | Reply | str,
        *,
        kf_account: str = "",
        made_by_ai: bool = False,
        repeat_unclear: bool = False,
    ) -> None:
        """Send `message` to a user, outside the answer to a push.

        `kf_account` is under whose name it comes; `made_by_ai` has WeChat say so. Where the
        platform's answer never comes, it may have been sent: that raises Unclear, unless
        `repeat_unclear`, which sends it again and may show it twice.

        Raises:
            ApiError: NoRight, ReplyWindowClosed, TooManyMessages, Unclear and others.
            NoCustomerServiceForm: it can only be the answer to a push.
            TypeError, ValueError: it is no message, or too long (2,048 bytes of text).

        """
        await customer_service.send(
            self._caller,
            openid,
            message,
            kf_account=kf_account,
            made_by_ai=made_by_ai,
            repeat_unclear=repeat_unclear,
        )

    async def typing(self, openid: str, *, shown: bool = True) -> None:
        """Show 对方正在输入 for 15 seconds, or until the next message; or no longer.

        That it is shown already is no error.

        Raises:
            ApiError: NoRight, ReplyWindowClosed (nothing done in the last 30 s) and others.

        """
        await customer_service.typing(self._caller, openid, shown=shown)

    async def call(
        self,
        path: str,
        json: Json | None = None,
        *,
        query: Mapping[str, str] | None = None,
        once: bool = True,
    ) -> dict[str, Any]:
        """Call anything else: a GET, or with `json` a POST; return the answer as it came.

        A POST is done `once`: where its answer never comes, that raises Unclear. Where doing
        it twice does no harm, ``once=False`` has it repeated.

        Raises:
            ApiError: the platform refuses, or does not answer.
            TypeError, ValueError: `path` is none, or `json` cannot be JSON.

        """
        if json is None:
            return await self._caller.get(path, **(query or {}))
        return await self._caller.post(path, json, once=once, query=query)

    async def close(self) -> None:
        """End what runs in the background."""
        await self.tokens.close()
