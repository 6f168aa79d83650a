"""Every event that the platform reports of its own accord, from a sample."""

from typing import Any

import pytest

from tests.pushes import APP_ID, USER, body, event
from tests.wechat.samples import HEAD, names, push, same
from wechat import platform_events as pe
from wechat.messages import EVENTS, parse_message
from wechat.push import Event
from wechat.xml import Output, load


def system(name: str) -> dict[str, Any]:
    """Return the head of an event that a system account sends."""
    return {**HEAD, "from_user": "fromUser", "event": name}


def template(status: str) -> pe.TemplateSendJobFinishEvent:
    """Return the result of a template message."""
    return pe.TemplateSendJobFinishEvent(
        **HEAD, event="TEMPLATESENDJOBFINISH", msg_id=3405112903124090881, raw_status=status
    )


def check(number: int) -> pe.CopyrightCheck:
    """Return the originality check of an article."""
    return pe.CopyrightCheck(
        article_idx=number,
        user_declare_state=0,
        audit_state=2,
        original_article_url=f"http://example.com/o{number}",
        original_article_type=1,
        can_reprint=1,
        need_replace_content=1,
        need_show_reprint_source=0,
    )


def article(number: int) -> pe.ArticleUrl:
    """Return the address of an article of a mass message."""
    return pe.ArticleUrl(article_idx=number, article_url=f"http://example.com/a{number}")


def published(number: int) -> pe.PublishedArticle:
    """Return an article of a publication."""
    return pe.PublishedArticle(idx=number, article_url=f"http://example.com/p{number}")


MASS: dict[str, Any] = {
    **HEAD,
    "from_user": "mphelper",
    "event": "MASSSENDJOBFINISH",
    "msg_id": 1000001625,
    "total_count": 100,
    "filter_count": 80,
    "sent_count": 75,
    "error_count": 5,
}
PUBLISH: dict[str, Any] = {**HEAD, "event": "PUBLISHJOBFINISH", "publish_id": "2247503051"}
ARTICLE_ID = "b5O2OUs25HBxRceL7hfReg"
TEMPLATES = (
    "VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3_3gz3Oc0NIc",
    "9nLIlbOQZC5Y89AZteFEux3WCXRRRG5Wfzkpssu4bLI",
)
USER_DATA: dict[str, Any] = {"open_id": USER, "union_id": "oUnion", "app_id": APP_ID}
FAILED: dict[str, Any] = {"fail_time": 1442401122, "fail_reason": "资料不全"}
VALID = 1442401156

SAMPLES: dict[str, Event] = {
    "templatesendjobfinish": template("success"),
    "templatesendjobfinish_blocked": template("failed:user block"),
    "templatesendjobfinish_failed": template("failed: system failed"),
    "masssendjobfinish": pe.MassSendJobFinishEvent(
        **MASS,
        status="send success",
        check_state=2,
        copyright_checks=(check(1), check(2)),
        article_urls=(article(1),),
    ),
    "masssendjobfinish_single": pe.MassSendJobFinishEvent(
        **MASS,
        status="sendsuccess",
        check_state=0,
        copyright_checks=(check(1),),
        article_urls=(article(1), article(2)),
    ),
    "masssendjobfinish_bare": pe.MassSendJobFinishEvent(
        **MASS, status="err(40001)", check_state=None, copyright_checks=(), article_urls=()
    ),
    "publishjobfinish": pe.PublishJobFinishEvent(
        **PUBLISH,
        publish_status=0,
        article_id=ARTICLE_ID,
        articles=(published(1),),
        fail_idx=(),
    ),
    "freepublishjobfinish": pe.PublishJobFinishEvent(
        **PUBLISH | {"event": "FREEPUBLISHJOBFINISH"},
        publish_status=0,
        article_id=ARTICLE_ID,
        articles=(published(1), published(2)),
        fail_idx=(),
    ),
    "publishjobfinish_failed": pe.PublishJobFinishEvent(
        **PUBLISH, publish_status=2, article_id="", articles=(), fail_idx=(1, 3)
    ),
    "publishjobfinish_failed_once": pe.PublishJobFinishEvent(
        **PUBLISH, publish_status=4, article_id="", articles=(), fail_idx=(2,)
    ),
    "subscribe_msg_popup_event": pe.SubscribeMsgPopupEvent(
        **HEAD,
        event="subscribe_msg_popup_event",
        choices=(
            pe.SubscribeMsgChoice(template_id=TEMPLATES[0], status="accept", popup_scene=2),
            pe.SubscribeMsgChoice(template_id=TEMPLATES[1], status="reject", popup_scene=2),
        ),
    ),
    "subscribe_msg_change_event": pe.SubscribeMsgChangeEvent(
        **HEAD,
        event="subscribe_msg_change_event",
        choices=(
            pe.SubscribeMsgChoice(template_id=TEMPLATES[0], status="reject", popup_scene=None),
        ),
    ),
    "subscribe_msg_change_event_none": pe.SubscribeMsgChangeEvent(
        **HEAD, event="subscribe_msg_change_event", choices=()
    ),
    "subscribe_msg_sent_event": pe.SubscribeMsgSentEvent(
        **HEAD,
        event="subscribe_msg_sent_event",
        results=(
            pe.SubscribeMsgResult(
                template_id=TEMPLATES[0],
                msg_id=1864323726461255680,
                error_code=0,
                error_status="success",
            ),
        ),
    ),
    "kf_create_session": pe.KfCreateSessionEvent(
        **HEAD, event="kf_create_session", kf_account="test1@test"
    ),
    "kf_close_session": pe.KfCloseSessionEvent(
        **HEAD, event="kf_close_session", kf_account="test1@test"
    ),
    "kf_switch_session": pe.KfSwitchSessionEvent(
        **HEAD,
        event="kf_switch_session",
        from_kf_account="test1@test",
        to_kf_account="test2@test",
    ),
    "qualification_verify_success": pe.QualificationVerifySuccessEvent(
        **system("qualification_verify_success"), expired_time=VALID
    ),
    "naming_verify_success": pe.NamingVerifySuccessEvent(
        **system("naming_verify_success"), expired_time=VALID
    ),
    "annual_renew": pe.AnnualRenewEvent(**system("annual_renew"), expired_time=VALID),
    "verify_expired": pe.VerifyExpiredEvent(**system("verify_expired"), expired_time=VALID),
    "qualification_verify_fail": pe.QualificationVerifyFailEvent(
        **system("qualification_verify_fail"), **FAILED
    ),
    "naming_verify_fail": pe.NamingVerifyFailEvent(**system("naming_verify_fail"), **FAILED),
    "wx_verify_fail": pe.WxVerifyFailEvent(**system("wx_verify_fail"), **FAILED),
    "wx_verify_pay_succ": pe.WxVerifyPaySuccEvent(
        **system("wx_verify_pay_succ"), order_id="order-1"
    ),
    "wx_verify_dispatch": pe.WxVerifyDispatchEvent(
        **system("wx_verify_dispatch"),
        provider="审核公司",
        contact="400-000",
        dispatch_time=VALID,
    ),
    "wx_verify_refill": pe.WxVerifyRefillEvent(
        **system("wx_verify_refill"), refill_time=VALID, refill_reason="执照模糊"
    ),
    "user_info_modified": pe.UserInfoModifiedEvent(
        **system("user_info_modified"), **USER_DATA, revoke_info="205"
    ),
    "user_authorization_revoke": pe.UserAuthorizationRevokeEvent(
        **system("user_authorization_revoke"), **USER_DATA, revoke_info="201"
    ),
    "user_authorization_cancellation": pe.UserAuthorizationCancellationEvent(
        **system("user_authorization_cancellation"), **USER_DATA, revoke_info="1"
    ),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_samples(name: str) -> None:
    """An event has exactly these attributes, of exactly these types."""
    assert same(push(f"platform_events/{name}"), SAMPLES[name])


def test_every_event_has_a_sample() -> None:
    """No sample and no class of a platform event goes without a look."""
    classes = {cls for cls in EVENTS.values() if cls.__module__ == pe.__name__}
    assert [f"platform_events/{name}" for name in sorted(SAMPLES)] == names("platform_events")
    assert {type(made) for made in SAMPLES.values()} == classes


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("success", "success"),
        ("failed:user block", "failed:user block"),
        ("failed: user block", "failed:user block"),
        ("failed : system failed", "failed:system failed"),
        ("failed:system failed", "failed:system failed"),
        ("", ""),
    ],
)
def test_status_of_a_template_message(written: str, status: str) -> None:
    """A status reads the same however it was spaced, and as written where that matters."""
    made = parse_message(load(body(event("TEMPLATESENDJOBFINISH", Status=written))))
    assert isinstance(made, pe.TemplateSendJobFinishEvent)
    assert (made.status, made.raw_status) == (status, written)


@pytest.mark.parametrize("name", ["popup", "change", "sent"])
def test_subscription_notifications_in_json(name: str) -> None:
    """In JSON the list stands alone, and the event is the same as in XML."""
    kind = f"subscribe_msg_{name}_event"
    assert same(push(f"platform_events/{kind}.json"), SAMPLES[kind])


@pytest.mark.parametrize("around", [{"List": {"TemplateId": "right"}}, ""])
def test_a_list_beside_the_right_one(around: Output) -> None:
    """A list that stands alone takes no part where the right element is there, even empty."""
    alone: Output = {"TemplateId": "alone"}
    made = event("subscribe_msg_sent_event", SubscribeMsgSentEvent=around, List=alone)
    parsed = parse_message(load(body(made)))
    assert isinstance(parsed, pe.SubscribeMsgSentEvent)
    assert [result.template_id for result in parsed.results] == (["right"] if around else [])


@pytest.mark.parametrize("name", ["", "CLICK", "hologram", "to_user_name", "event", "raw"])
def test_a_list_of_another_event(name: str) -> None:
    """A list in an event that has none is no harm, and stays readable."""
    parsed = parse_message(load(body(event(name, List={"a": "1"}))))
    assert (parsed.to_user, parsed.from_user) == (HEAD["to_user"], HEAD["from_user"])
    assert parsed.raw["List"] == {"a": "1"}
