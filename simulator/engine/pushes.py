"""The plaintext of pushes, as WeChat writes them: every message and every event it has.

Sources: developers.weixin.qq.com, 接收普通消息, 接收事件推送, 自定义菜单事件推送 and the
guides that each event of the platform belongs to. SAMPLES have a plausible value for every
field, so that any push can be sent by its name alone.
"""

import secrets
from collections.abc import Mapping

from wechat.xml import Output

Fields = Mapping[str, Output]

_MEDIA = "media_id_of_a_sample_that_was_never_uploaded"
_PIC = {"PicMd5Sum": "1b5f7c23b5bf75682a53e7b6d163e185"}
_PICS: Fields = {"EventKey": "pictures", "SendPicsInfo": {"Count": 1, "PicList": {"item": _PIC}}}
_DAY = 86_400
_2030 = 1_893_456_000

MESSAGES: Mapping[str, Fields] = {
    "text": {"Content": "你好"},
    "image": {"PicUrl": "http://127.0.0.1:8080/media/sample", "MediaId": _MEDIA},
    "voice": {"MediaId": _MEDIA, "Format": "amr", "MediaId16K": _MEDIA, "Recognition": "你好"},
    "video": {"MediaId": _MEDIA, "ThumbMediaId": _MEDIA},
    "shortvideo": {"MediaId": _MEDIA, "ThumbMediaId": _MEDIA},
    "location": {
        "Location_X": "39.908823",
        "Location_Y": "116.397470",
        "Scale": 15,
        "Label": "北京市东城区天安门广场",
    },
    "link": {"Title": "公众平台官网", "Description": "链接", "Url": "https://mp.weixin.qq.com/"},
    "file": {
        "Title": "菜单.pdf",
        "Description": "",
        "FileKey": "file_key_of_a_sample",
        "FileMd5": "1b5f7c23b5bf75682a53e7b6d163e185",
        "FileTotalLen": 20_480,
    },
    "miniprogrampage": {
        "AppId": "wx0123456789abcdef",
        "Title": "小程序",
        "PagePath": "pages/index/index",
        "ThumbUrl": "http://127.0.0.1:8080/media/sample",
        "ThumbMediaId": _MEDIA,
    },
    "device_text": {
        "DeviceType": "gh_0123456789ab",
        "DeviceID": "device1",
        "SessionID": 42,
        "Content": "aGVsbG8=",
        "OpenID": "oUser",
    },
    "device_event": {
        "Event": "bind",
        "DeviceType": "gh_0123456789ab",
        "DeviceID": "device1",
        "SessionID": 42,
        "Content": "aGVsbG8=",
        "OpenID": "oUser",
        "OpType": 0,
        "DeviceStatus": 0,
    },
}

_SCAN_INFO: Fields = {"ScanType": "qrcode", "ScanResult": "https://example.com/1"}
_AUTHORIZATION: Fields = {
    "OpenID": "oUser",
    "UnionID": "",
    "AppID": "wx0123456789abcdef",
    "RevokeInfo": "205",
}
_VALIDITY: Fields = {"ExpiredTime": _2030}
_FAILURE: Fields = {"FailTime": _2030, "FailReason": "资料不清晰"}
_PUBLISHED: Fields = {
    "PublishEventInfo": {
        "publish_id": "2247503051",
        "publish_status": 0,
        "article_id": "article_id_of_a_sample",
        "article_detail": {
            "count": 1,
            "item": {"idx": 1, "article_url": "https://mp.weixin.qq.com/s/1"},
        },
    }
}

# What followers do.
USER_EVENTS: Mapping[str, Fields] = {
    "subscribe": {"EventKey": ""},
    "unsubscribe": {"EventKey": ""},
    "SCAN": {"EventKey": "123", "Ticket": "gQ_a_ticket_of_a_sample"},
    "LOCATION": {"Latitude": "39.908823", "Longitude": "116.397470", "Precision": "119.385040"},
    "CLICK": {"EventKey": "key"},
    "VIEW": {"EventKey": "https://mp.weixin.qq.com/", "MenuId": 430_408_190},
    "view_miniprogram": {"EventKey": "pages/index/index", "MenuId": 430_408_190},
    "scancode_push": {"EventKey": "scan", "ScanCodeInfo": _SCAN_INFO},
    "scancode_waitmsg": {"EventKey": "scan", "ScanCodeInfo": _SCAN_INFO},
    "pic_sysphoto": _PICS,
    "pic_photo_or_album": _PICS,
    "pic_weixin": _PICS,
    "location_select": {
        "EventKey": "place",
        "SendLocationInfo": {
            "Location_X": "39.908823",
            "Location_Y": "116.397470",
            "Scale": 15,
            "Label": "北京市东城区天安门广场",
            "Poiname": "天安门",
        },
    },
    "ENTER": {},
}

# What the platform reports of its own accord.
PLATFORM_EVENTS: Mapping[str, Fields] = {
    "TEMPLATESENDJOBFINISH": {"MsgID": 200_163_836, "Status": "success"},
    "MASSSENDJOBFINISH": {
        "MsgID": 1_000_001_625,
        "Status": "send success",
        "TotalCount": 80,
        "FilterCount": 75,
        "SentCount": 75,
        "ErrorCount": 0,
        "CopyrightCheckResult": {
            "Count": 1,
            "ResultList": {
                "item": {
                    "ArticleIdx": 1,
                    "UserDeclareState": 0,
                    "AuditState": 2,
                    "OriginalArticleUrl": "https://mp.weixin.qq.com/s/1",
                    "OriginalArticleType": 1,
                    "CanReprint": 1,
                    "NeedReplaceContent": 1,
                    "NeedShowReprintSource": 1,
                }
            },
            "CheckState": 2,
        },
        "ArticleUrlResult": {
            "Count": 1,
            "ResultList": {"item": {"ArticleIdx": 1, "ArticleUrl": "https://mp.weixin.qq.com/s/1"}},
        },
    },
    "PUBLISHJOBFINISH": _PUBLISHED,
    "FREEPUBLISHJOBFINISH": _PUBLISHED,  # as the documentation named it once
    "subscribe_msg_popup_event": {
        "SubscribeMsgPopupEvent": {
            "List": {
                "TemplateId": "template1",
                "SubscribeStatusString": "accept",
                "PopupScene": 2,
            }
        }
    },
    "subscribe_msg_change_event": {
        "SubscribeMsgChangeEvent": {
            "List": {"TemplateId": "template1", "SubscribeStatusString": "reject"}
        }
    },
    "subscribe_msg_sent_event": {
        "SubscribeMsgSentEvent": {
            "List": {
                "TemplateId": "template1",
                "MsgID": 1_864_323_726_461_255_680,
                "ErrorCode": 0,
                "ErrorStatus": "success",
            }
        }
    },
    "kf_create_session": {"KfAccount": "kf2001@shop"},
    "kf_close_session": {"KfAccount": "kf2001@shop"},
    "kf_switch_session": {"FromKfAccount": "kf2001@shop", "ToKfAccount": "kf2002@shop"},
    "qualification_verify_success": _VALIDITY,
    "qualification_verify_fail": _FAILURE,
    "naming_verify_success": _VALIDITY,
    "naming_verify_fail": _FAILURE,
    "annual_renew": _VALIDITY,
    "verify_expired": _VALIDITY,
    "wx_verify_pay_succ": {"OrderId": "order1"},
    "wx_verify_dispatch": {
        "Provider": "审核公司",
        "Contact": "审核公司电话",
        "DispatchTime": _2030 - _DAY,
    },
    "wx_verify_refill": {"RefillTime": _2030, "RefillReason": "资料不清晰"},
    "wx_verify_fail": _FAILURE,
    "user_info_modified": _AUTHORIZATION,
    "user_authorization_revoke": _AUTHORIZATION,
    "user_authorization_cancellation": _AUTHORIZATION,
}

EVENTS: Mapping[str, Fields] = {**USER_EVENTS, **PLATFORM_EVENTS}

# Nobody looks at the chat for an answer to these: WeChat shows neither that nor a fault.
UNAWAITED = frozenset({"unsubscribe", "VIEW", "view_miniprogram", *PLATFORM_EVENTS})


def message(kind: str, sender: str, receiver: str, now: float, /, **fields: Output) -> Fields:
    """Return the fields of a message of `kind`: those of its sample, then `fields`.

    Its MsgId is a new one, unless `fields` has one.
    """
    return {
        "ToUserName": receiver,
        "FromUserName": sender,
        "CreateTime": int(now),
        "MsgType": kind,
        **MESSAGES.get(kind, {}),
        "MsgId": new_msg_id(),
        **fields,
    }


def event(name: str, sender: str, receiver: str, now: float, /, **fields: Output) -> Fields:
    """Return the fields of the event `name`, which has no MsgId."""
    return {
        "ToUserName": receiver,
        "FromUserName": sender,
        "CreateTime": int(now),
        "MsgType": "event",
        "Event": name,
        **EVENTS.get(name, {}),
        **fields,
    }


def new_msg_id() -> int:
    """Return a MsgId that no other message has: 19 digits, wider than a double is exact."""
    return 1 << 62 | secrets.randbits(61)
