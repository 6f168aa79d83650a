"""事件推送: what the platform reports of jobs, of the account's standing and of its users.

Sources: developers.weixin.qq.com, 模板消息, 群发, 发布能力, 订阅通知, 认证事件推送, 授权变更;
the customer service and wx_verify events are documented no more, but still sent. Times are
Unix seconds.
"""

from typing import Annotated

from wechat.fields import Record, Tag, typed
from wechat.push import Event


@typed("templatesendjobfinish")
class TemplateSendJobFinishEvent(Event):
    """A template message was delivered or not; `msg_id` is the one that sending returned."""

    msg_id: int | None
    raw_status: Annotated[str, Tag("Status")]

    @property
    def status(self) -> str:
        """success, failed:user block or failed:system failed, however it was spaced."""
        return ":".join(part.strip() for part in self.raw_status.split(":"))


@typed()
class CopyrightCheck(Record):
    """What the originality check found about one article of a mass message."""

    article_idx: int | None
    user_declare_state: int | None
    audit_state: int | None
    original_article_url: str
    original_article_type: int | None
    can_reprint: int | None
    need_replace_content: int | None
    need_show_reprint_source: int | None


@typed()
class ArticleUrl(Record):
    """Where an article of a mass message can be read."""

    article_idx: int | None
    article_url: str


@typed("masssendjobfinish")
class MassSendJobFinishEvent(Event):
    """A mass message is done: how many got it, and what became of its articles."""

    msg_id: int | None
    status: str
    total_count: int | None
    filter_count: int | None
    sent_count: int | None
    error_count: int | None
    check_state: Annotated[int | None, Tag("CopyrightCheckResult", "CheckState")]
    copyright_checks: Annotated[
        tuple[CopyrightCheck, ...], Tag("CopyrightCheckResult", "ResultList", "item")
    ]
    article_urls: Annotated[tuple[ArticleUrl, ...], Tag("ArticleUrlResult", "ResultList", "item")]


@typed()
class PublishedArticle(Record):
    """An article that was published."""

    idx: int | None
    article_url: Annotated[str, Tag("article_url")]


@typed("publishjobfinish", "freepublishjobfinish")
class PublishJobFinishEvent(Event):
    """A publication is done. `publish_status` 0 is success; `fail_idx` are those refused."""

    publish_id: Annotated[str, Tag("PublishEventInfo", "publish_id")]
    publish_status: Annotated[int | None, Tag("PublishEventInfo", "publish_status")]
    article_id: Annotated[str, Tag("PublishEventInfo", "article_id")]
    articles: Annotated[
        tuple[PublishedArticle, ...], Tag("PublishEventInfo", "article_detail", "item")
    ]
    fail_idx: Annotated[tuple[int, ...], Tag("PublishEventInfo", "fail_idx")]


@typed()
class SubscribeMsgChoice(Record):
    """What a user chose for one template: accept or reject, and in which scene."""

    template_id: str
    status: Annotated[str, Tag("SubscribeStatusString")]
    popup_scene: int | None


@typed("subscribe_msg_popup_event")
class SubscribeMsgPopupEvent(Event):
    """A user answered a request to be sent subscription notifications."""

    choices: Annotated[tuple[SubscribeMsgChoice, ...], Tag("SubscribeMsgPopupEvent", "List")]


@typed("subscribe_msg_change_event")
class SubscribeMsgChangeEvent(Event):
    """A user changed the choice later, in the account's settings."""

    choices: Annotated[tuple[SubscribeMsgChoice, ...], Tag("SubscribeMsgChangeEvent", "List")]


@typed()
class SubscribeMsgResult(Record):
    """Whether one subscription notification arrived."""

    template_id: str
    msg_id: int | None
    error_code: int | None
    error_status: str


@typed("subscribe_msg_sent_event")
class SubscribeMsgSentEvent(Event):
    """Subscription notifications were sent."""

    results: Annotated[tuple[SubscribeMsgResult, ...], Tag("SubscribeMsgSentEvent", "List")]


@typed("kf_create_session")
class KfCreateSessionEvent(Event):
    """A customer service session begins."""

    kf_account: str


@typed("kf_close_session")
class KfCloseSessionEvent(Event):
    """A customer service session ends."""

    kf_account: str


@typed("kf_switch_session")
class KfSwitchSessionEvent(Event):
    """A customer service session passes to somebody else."""

    from_kf_account: str
    to_kf_account: str


@typed()
class _Validity(Event):
    """The account's verification is valid until `expired_time`, or was."""

    expired_time: int | None


@typed("qualification_verify_success")
class QualificationVerifySuccessEvent(_Validity):
    """资质认证成功."""


@typed("naming_verify_success")
class NamingVerifySuccessEvent(_Validity):
    """名称认证成功."""


@typed("annual_renew")
class AnnualRenewEvent(_Validity):
    """年审通知: the verification must be renewed before `expired_time`."""


@typed("verify_expired")
class VerifyExpiredEvent(_Validity):
    """认证过期失效."""


@typed()
class _Failure(Event):
    """A verification failed, when and why."""

    fail_time: int | None
    fail_reason: str


@typed("qualification_verify_fail")
class QualificationVerifyFailEvent(_Failure):
    """资质认证失败."""


@typed("naming_verify_fail")
class NamingVerifyFailEvent(_Failure):
    """名称认证失败."""


@typed("wx_verify_fail")
class WxVerifyFailEvent(_Failure):
    """微信认证失败."""


@typed("wx_verify_pay_succ")
class WxVerifyPaySuccEvent(Event):
    """The fee of the verification is paid."""

    order_id: str


@typed("wx_verify_dispatch")
class WxVerifyDispatchEvent(Event):
    """The verification was given to a provider."""

    provider: str
    contact: str
    dispatch_time: int | None


@typed("wx_verify_refill")
class WxVerifyRefillEvent(Event):
    """The verification's papers must be sent again."""

    refill_time: int | None
    refill_reason: str


@typed()
class _Authorization(Event):
    """A user's data; the sender is the platform, the user `open_id`.

    `revoke_info` says which data: 201 address, 202 invoice, 203 card, 204 microphone, 205 name
    and picture, 206 position, 207 pictures and videos.
    """

    open_id: str
    union_id: str
    app_id: str
    revoke_info: str


@typed("user_info_modified")
class UserInfoModifiedEvent(_Authorization):
    """A user changed personal data."""


@typed("user_authorization_revoke")
class UserAuthorizationRevokeEvent(_Authorization):
    """A user withdrew an authorization: the data obtained by it must be deleted."""


@typed("user_authorization_cancellation")
class UserAuthorizationCancellationEvent(_Authorization):
    """A user closed the WeChat account: all of the user's data must be deleted."""
