"""客服消息: sending one, and 对方正在输入.

Source: developers.weixin.qq.com, 发送客服消息 and 客服输入状态. Only a verified account may,
5 times after a message of the user's (in 48 h), 3 times after a tap, a scan or a follow (in
one minute).
"""

from wechat.replies import Reply

from api import checks
from api.calling import Caller
from api.errors import ApiError, Unclear
from api.messages import CustomMessage, form_of

SEND = "/cgi-bin/message/custom/send"
TYPING = "/cgi-bin/message/custom/typing"
KF_ACCOUNT_BYTES = 64
TYPED_ALREADY = 45081


async def send(
    caller: Caller,
    openid: str,
    message: CustomMessage | Reply | str,
    *,
    kf_account: str = "",
    made_by_ai: bool = False,
    repeat_unclear: bool = False,
) -> None:
    """Send `message` to a user; see `Api.send`."""
    kind, content = form_of(message)
    fields = {"touser": checks.openid(openid), "msgtype": kind, kind: content}
    if kf_account:
        known = checks.text("kf_account", kf_account, most=KF_ACCOUNT_BYTES)
        fields["customservice"] = {"kf_account": known}
    if made_by_ai:
        fields["aimsgcontext"] = {"is_ai_msg": 1}
    try:
        await caller.post(SEND, fields, once=True)
    except Unclear:
        if not repeat_unclear:
            raise
        await caller.pause()
        await caller.post(SEND, fields, once=True)


async def typing(caller: Caller, openid: str, *, shown: bool = True) -> None:
    """Show 对方正在输入, or no longer; see `Api.typing`."""
    command = "Typing" if shown else "CancelTyping"
    try:
        await caller.post(TYPING, {"touser": checks.openid(openid), "command": command})
    except ApiError as error:
        # It is what was wanted, and what a call gets that was repeated.
        if not shown or error.errcode != TYPED_ALREADY:
            raise
