"""自定义菜单 and 个性化菜单: the calls.

Source: developers.weixin.qq.com, 自定义菜单. A phone shows a new menu within 5 minutes, or
when its user follows anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from api import checks
from api.calling import Caller
from api.errors import ApiError
from api.menu import Menu, MenuError
from api.results import Raw, objects_in, text_in

CREATE, GET, DELETE = "/cgi-bin/menu/create", "/cgi-bin/menu/get", "/cgi-bin/menu/delete"
ADD = "/cgi-bin/menu/addconditional"
REMOVE = "/cgi-bin/menu/delconditional"
TRY = "/cgi-bin/menu/trymatch"
NO_MENU = frozenset({46003, 65303})
MENU_ID_BYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalMenu:
    """A menu that only those users see whom `matchrule` fits."""

    menuid: str
    menu: Menu | None
    matchrule: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveMenu:
    """What the account has: `menu` is None where it has none, or one not made by the API."""

    menu: Menu | None
    conditional: tuple[ConditionalMenu, ...]
    raw: Raw = field(repr=False)


class Menus:
    """The calls about menus."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def create(self, menu: Menu) -> None:
        """Make `menu` the account's.

        Raises:
            ApiError: NoRight, QuotaExceeded (1,000 a day) and others.

        """
        await self._caller.post(CREATE, menu.as_json())

    async def get(self) -> LiveMenu:
        """Return the account's menus.

        Raises:
            ApiError: NoRight and others.

        """
        try:
            answer = await self._caller.get(GET)
        except ApiError as error:
            if error.errcode not in NO_MENU:
                raise
            return LiveMenu(menu=None, conditional=(), raw={})
        conditional = (
            ConditionalMenu(
                menuid=text_in(one, "menuid"),
                menu=_menu(one),
                matchrule=one.get("matchrule") or {},
            )
            for one in objects_in(answer, "conditionalmenu")
        )
        return LiveMenu(menu=_menu(answer.get("menu")), conditional=tuple(conditional), raw=answer)

    async def delete(self) -> None:
        """Have no menu, and no conditional one.

        Raises:
            ApiError: NoRight and others.

        """
        await self._caller.get(DELETE)

    async def add_conditional(self, menu: Menu, matchrule: Mapping[str, str]) -> str:
        """Show `menu` to those users whom `matchrule` fits (tag_id, client_platform_type).

        Returns its id.

        Raises:
            ApiError: 65303 there is no menu for the others yet; NoRight and others.

        """
        if not matchrule:
            raise ValueError("matchrule must not be empty")
        rule = {
            checks.exact("a key of matchrule", key): checks.exact(f"matchrule[{key!r}]", value)
            for key, value in matchrule.items()
        }
        fields = menu.as_json() | {"matchrule": rule}
        return text_in(await self._caller.post(ADD, fields, once=True), "menuid")

    async def delete_conditional(self, menuid: str) -> None:
        """Take a conditional menu away.

        Raises:
            ApiError: there is none of this id; NoRight and others.

        """
        known = checks.text("menuid", menuid, most=MENU_ID_BYTES)
        await self._caller.post(REMOVE, {"menuid": known})

    async def try_match(self, user_id: str) -> Menu | None:
        """Return the menu that a user sees, by openid (or 微信号); None for none, as get() does.

        Raises:
            ApiError: InvalidUser, NoRight and others.

        """
        known = checks.text("user_id", user_id)
        try:
            answer = await self._caller.post(TRY, {"user_id": known})
        except ApiError as error:
            if error.errcode not in NO_MENU:
                raise
            return None
        return _menu(answer.get("menu", answer))


def _menu(fields: Any) -> Menu | None:
    """Return a menu of the platform's, None where it has one that we could not make."""
    if not isinstance(fields, Mapping):
        return None
    try:
        return Menu.from_json({"button": fields.get("button")})
    except MenuError:
        return None
