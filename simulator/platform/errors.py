"""What the platform answers instead: an errcode and its errmsg, always with status 200.

The codes are those of developers.weixin.qq.com, 全局返回码; the texts are the platform's
own where they have been seen.
"""

from collections.abc import Mapping

MESSAGES: Mapping[int, str] = {
    -1: "system error",
    40001: (
        "invalid credential, access_token is invalid or not latest, "
        "could get access_token by getStableAccessToken"
    ),
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40005: "invalid file type",
    40006: "invalid file size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40013: "invalid appid",
    40014: "invalid access_token",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40022: "invalid sub menu level",
    40023: "invalid sub button size",
    40024: "invalid sub button type",
    40025: "invalid sub button name size",
    40026: "invalid sub button key size",
    40027: "invalid sub button url size",
    40031: "invalid openid list",
    40032: "invalid openid list size",
    40033: ("invalid charset. please check your request, if include \\uxxxx will create fail!"),
    40035: "invalid parameter",
    40037: "invalid template_id",
    40052: "invalid action name",
    40053: "invalid action info, please check document",
    40054: "invalid sub button url domain",
    40055: "invalid button url domain",
    40066: "invalid url",
    40092: "invalid remark name",
    40097: "invalid args",
    40125: "invalid appsecret",
    40200: "invalid account type",
    40201: "callback url is not set",
    40202: "invalid action",
    40203: "invalid check_operator",
    40243: "appsecret is frozen",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41005: "media data missing",
    41006: "media_id missing",
    41009: "openid missing",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe",
    43101: "user refuse to accept the msg",
    44002: "empty post data",
    44003: "empty news data",
    44004: "empty content",
    45001: "media size out of limit",
    45002: "content size out of limit",
    45007: "playtime out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit  must slower  retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45029: "qrcode count out of limit",
    45047: "out of response count limit",
    45072: "invalid command",
    45080: "no interaction with the user in the last 30 seconds",
    45081: "the typing state is already set",
    46003: "menu no exist",
    47001: "data format error",
    47003: "argument invalid!",
    48001: "api unauthorized",
    48002: "user block receive message",
    48004: "api forbidden for irregularities, view detail on mp.weixin.qq.com",
    48006: "forbid to clear quota because of reaching the limit",
    50001: "user unauthorized",
    50002: "user limited",
    50007: "account frozen",
    53600: "invalid article_id",
    61004: "access clientip is not registered",
    65301: "this menu is not conditionalmenu",
    65302: "no such user",
    65303: "there is no selfmenu, please create selfmenu first",
    65304: "match rule empty",
    65320: "invalid match rule",
    89503: "not in whitelist, and the administrator has to confirm",
    89506: "the ip was refused by the administrator twice in 24 hours",
    89507: "the ip was refused by the administrator within an hour",
    9410010: "long_data size out of limit",
    9410011: "expire_seconds out of limit",
    9410012: "short_key no exist or expired",
}


class ApiError(Exception):
    """A call that the platform refuses; `errmsg` is without the rid, as of MESSAGES if ""."""

    def __init__(self, errcode: int, errmsg: str = "") -> None:
        self.errcode = errcode
        self.errmsg = errmsg or MESSAGES.get(errcode, "invalid request")
        super().__init__(f"{errcode} {self.errmsg}")
