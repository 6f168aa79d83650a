"""Which path does what: the one table of the platform's API."""

from typing import TYPE_CHECKING

from tornado.routing import Rule, URLSpec

from simulator.platform.api import (
    customer_service,
    diagnostics,
    media,
    menu,
    qrcodes,
    shortkeys,
    templates,
    tokens,
    users,
)
from simulator.platform.dispatch import Route, Routes
from simulator.platform.handlers import ApiHandler, PictureHandler
from simulator.platform.rights import Right

if TYPE_CHECKING:
    from simulator.world import World

_MENU, _SERVICE = Right.MENU, Right.SERVICE
_CUSTOMERS = Right.CUSTOMER_SERVICE

ROUTES: Routes = {
    "/cgi-bin/token": Route("GET", tokens.classic, token=False),
    "/cgi-bin/stable_token": Route("POST", tokens.stable, token=False),
    "/cgi-bin/getcallbackip": Route("GET", diagnostics.addresses),
    "/cgi-bin/get_api_domain_ip": Route("GET", diagnostics.addresses),
    "/cgi-bin/callback/check": Route("POST", diagnostics.check),
    "/cgi-bin/clear_quota": Route("POST", diagnostics.clear_quota),
    "/cgi-bin/clear_quota/v2": Route("POST", diagnostics.clear_quota_by_secret, token=False),
    "/cgi-bin/message/custom/send": Route("POST", customer_service.send, _CUSTOMERS),
    "/cgi-bin/message/custom/typing": Route("POST", customer_service.typing, _CUSTOMERS),
    "/cgi-bin/message/template/send": Route("POST", templates.send, _SERVICE),
    "/cgi-bin/menu/create": Route("POST", menu.create, _MENU),
    "/cgi-bin/menu/get": Route("GET", menu.get, _MENU),
    "/cgi-bin/menu/delete": Route("GET", menu.delete, _MENU),
    "/cgi-bin/menu/addconditional": Route("POST", menu.add_conditional, _CUSTOMERS),
    "/cgi-bin/menu/delconditional": Route("POST", menu.delete_conditional, _CUSTOMERS),
    "/cgi-bin/menu/trymatch": Route("POST", menu.try_match, _CUSTOMERS),
    "/cgi-bin/qrcode/create": Route("POST", qrcodes.create, _SERVICE),
    "/cgi-bin/user/info": Route("GET", users.info, _CUSTOMERS),
    "/cgi-bin/user/info/batchget": Route("POST", users.batch, _CUSTOMERS),
    "/cgi-bin/user/info/updateremark": Route("POST", users.update_remark, _CUSTOMERS),
    "/cgi-bin/shorten/gen": Route("POST", shortkeys.generate, _SERVICE),
    "/cgi-bin/shorten/fetch": Route("POST", shortkeys.fetch, _SERVICE),
    "/cgi-bin/media/upload": Route("POST", media.upload, _CUSTOMERS),
    "/cgi-bin/media/get": Route("GET", media.get, _CUSTOMERS),
}


def api_routes(world: "World") -> list[Rule]:
    """Return the rules of a tornado application that serve the API of `world`."""
    return [
        URLSpec("/cgi-bin/showqrcode", PictureHandler, {"world": world}),
        URLSpec("/cgi-bin/.*", ApiHandler, {"world": world, "routes": ROUTES}),
    ]
