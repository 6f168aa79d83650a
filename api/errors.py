"""Everything that a call of the platform's API can fail with.

::

    ApiError                   the platform refused, or never answered
    ├── InvalidCredential      the access token is no longer one, and neither is a new one
    ├── InvalidSecret          the AppID or the AppSecret is wrong
    ├── AccountFrozen          the account, its secret or this interface is frozen
    ├── IpNotAllowed           this machine is not in the whitelist
    ├── NoRight                this account may not call this interface
    ├── QuotaExceeded          called too often today, or this minute
    ├── ReplyWindowClosed      the user has not written for too long
    ├── TooManyMessages        the user has got as many messages as they may
    ├── NotFollowing           the user does not follow the account
    ├── UserRefused            the user does not want it
    ├── InvalidUser            no user of this account has this openid
    ├── BadMedia               no such media, or none that the platform takes
    ├── InvalidRequest         the call itself is wrong
    ├── SystemBusy             the platform could not, this time
    └── NoAnswer               nothing came back that the platform said
        └── Unclear            it may have been done all the same: not repeated unasked

What is not listed here is an ApiError itself, with its errcode. An error says what to do in
`remedy`; neither it nor its traceback holds an access token or a secret. Source of the codes:
developers.weixin.qq.com, 全局返回码.
"""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

OK = 0
# Where the console shows the AppSecret and the whitelist.
KEYS = "微信开发者平台 → 我的业务 → 公众号 → 基础信息 → 开发密钥"
MOST_SAID = 300  # characters of an errmsg
_RID = re.compile(r"[ ,;]*\brid: ?([0-9A-Za-z-]{1,64})")
_IP = re.compile(r"invalid ip ([0-9A-Fa-f.:]{2,45})")


class ApiError(Exception):
    """A call that failed.

    `errcode` and `errmsg` are the platform's, 0 and words of ours where it said nothing;
    `rid` is what its support asks for; `path` is what was called.
    """

    advice: ClassVar[str] = "see 全局返回码 in the platform's documentation"

    def __init__(self, errcode: int, errmsg: str, path: str, rid: str = "") -> None:
        self.errcode = errcode
        self.errmsg = errmsg
        self.path = path
        self.rid = rid
        super().__init__(errcode, errmsg, path, rid)

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return ADVICE.get(self.errcode, self.advice)

    def __str__(self) -> str:
        said = f"{self.errcode} {self.errmsg}" if self.errcode else self.errmsg
        rid = f" (rid {self.rid})" if self.rid else ""
        return f"{self.path}: {said}{rid}: {self.remedy}"


class InvalidCredential(ApiError):
    """The platform took neither the access token nor the one got in its place."""

    advice = "another program asks for this account's tokens: let both use stable_token"


class InvalidSecret(ApiError):
    """The AppID or the AppSecret is not the account's."""

    advice = f"compare WECHAT_APP_ID and WECHAT_APP_SECRET with the console: {KEYS}"


class AccountFrozen(ApiError):
    """The account, its secret or this interface was frozen, by its owner or by WeChat."""

    advice = "see 通知中心 in the console for what was frozen, and why"


class IpNotAllowed(ApiError):
    """The address of this machine (`ip`, "" if the platform named none) is not allowed."""

    @property
    def ip(self) -> str:
        """The address as the platform sees it."""
        found = _IP.search(self.errmsg)
        return found[1] if found else ""

    @property
    def remedy(self) -> str:
        if self.errcode in ADVICE:
            return ADVICE[self.errcode]
        return f"add {self.ip or 'the address of this machine'} to API IP白名单: {KEYS}"


class NoRight(ApiError):
    """The account has not the right to call this interface."""

    advice = "see 接口权限 in the console; most rights need a verified account (认证)"


class QuotaExceeded(ApiError):
    """The interface was called as often as it may be, today or in this minute."""

    advice = "wait until tomorrow (Beijing time), or call /cgi-bin/clear_quota, 10 times a month"


class ReplyWindowClosed(ApiError):
    """The user did nothing lately (48 h since a message, 1 min since a tap), or unfollowed."""

    advice = "answer the user's next message instead"


class TooManyMessages(ApiError):
    """The user has got as many messages as what they did allows: 5 a message, 3 a tap."""

    advice = "wait for the user's next message; put several texts into one"


class NotFollowing(ApiError):
    """The user does not follow the account."""

    advice = "only followers can be written to"


class UserRefused(ApiError):
    """The user does not accept such messages."""

    advice = "do not send it again"


class InvalidUser(ApiError):
    """No user of this account has this openid."""

    advice = "an openid belongs to one account: take it from a message to this one"


class BadMedia(ApiError):
    """There is no such media (any more), or it is of a kind or size that is not taken."""

    advice = "temporary media last 3 days: upload it again"


class InvalidRequest(ApiError):
    """The call is wrong: it would be refused however often it is sent."""

    advice = "compare what was sent with the documentation of this interface"


class SystemBusy(ApiError):
    """The platform could not, however often it was asked."""

    advice = "try again later"


class NoAnswer(ApiError):
    """No connection, no answer in time, or an answer that is not the platform's.

    `sent` is whether the platform may have received the call.
    """

    advice = "look at this machine's network and DNS, and at WECHAT_API_BASE"

    def __init__(self, why: str, path: str, *, sent: bool) -> None:
        super().__init__(OK, why, path)
        self.sent = sent


class Unclear(NoAnswer):
    """It was sent, and no answer came: it may have been done, and is not repeated unasked."""

    advice = "it may have been done: repeat it only if twice is better than not at all"

    def __init__(self, why: str, path: str) -> None:
        super().__init__(why, path, sent=True)


CODES: Mapping[type[ApiError], tuple[int, ...]] = {
    InvalidCredential: (40001, 40014, 41001, 42001),
    InvalidSecret: (40002, 40013, 40125, 41002, 41004),
    AccountFrozen: (40243, 48004, 50002, 50004, 50007),
    IpNotAllowed: (40164, 61004, 89503, 89506, 89507),
    NoRight: (40200, 48001, 50001),
    QuotaExceeded: (45009, 45011, 48006),
    ReplyWindowClosed: (45015, 45080),
    TooManyMessages: (45047,),
    NotFollowing: (43004,),
    UserRefused: (43101, 48002),
    InvalidUser: (40003, 40031, 65302),
    BadMedia: (40004, 40005, 40006, 40007, 40009, 41005, 41006, 45001),
    InvalidRequest: (
        *(40008, 40032, 40033, 40035, 40037, 40092, 40097),
        *(43001, 43002, 44002, 44003, 44004),
        *(45002, 45008, 45072, 47001, 47003),
    ),
    SystemBusy: (-1,),
}
CLASSES: Mapping[int, type[ApiError]] = {
    code: error for error, codes in CODES.items() for code in codes
}
# Where one code says more than its class.
ADVICE: Mapping[int, str] = {
    40033: "send the characters themselves, no \\u escapes of them",
    40200: "this kind of account cannot: a test account or an unverified one",
    40243: f"the AppSecret is frozen: thaw it in the console: {KEYS}",
    45001: "the file is too large",
    45011: "call it less often: the next minute begins anew",
    45080: "typing can be shown for 30 seconds after the user did something",
    48004: "the interface was taken from the account for a breach: see 通知中心 in the console",
    48006: "clear_quota can be called 10 times a month",
    89503: "an administrator of the account must confirm this address: see their WeChat",
    89506: "an administrator of the account refused this address twice: wait 24 hours",
    89507: "an administrator of the account refused this address: wait an hour",
}


def refusal(answer: Mapping[str, Any], path: str) -> ApiError:
    """Return what an answer with an errcode means."""
    errcode = answer["errcode"]
    errmsg = one_line(str(answer.get("errmsg", "")))
    rid = _RID.search(errmsg)
    error = CLASSES.get(errcode, ApiError)
    return error(errcode, _RID.sub("", errmsg), path, rid[1] if rid else "")


def one_line(text: str) -> str:
    """Return the beginning of what the platform said, with nothing that could forge a line."""
    return "".join(c if c.isprintable() else " " for c in text[:MOST_SAID]).strip()
