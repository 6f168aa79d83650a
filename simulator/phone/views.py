"""What a page is told of the world, as JSON. No token, key or secret is in any of it."""

import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import quote

from wechat.crypto import EncryptionMode

from simulator.account import Account, AccountKind
from simulator.changes import ApiCall
from simulator.engine.burst import Report, percentile
from simulator.engine.conditions import Faults
from simulator.engine.failures import ALARM
from simulator.engine.pushes import EVENTS, MESSAGES
from simulator.engine.record import Attempt, Delivery, Verdict
from simulator.engine.verification import Verification
from simulator.platform.qrcodes import QRCode
from simulator.users import ChatItem, User
from simulator.world import MOST_KEPT, World

JSON = Mapping[str, Any]
T = TypeVar("T")

MOST_TEXT = 65_536  # bytes of a body, characters of a text; a page is shown no more
MOST_TOLD = 4 * 1024 * 1024  # characters of all the pushes, or calls, that a new page gets
OWN_ACTS = frozenset({"text", "image", "voice", "video", "shortvideo", "location", "link"})
SAMPLES = [kind for kind in MESSAGES if kind not in OWN_ACTS]


def state_of(world: World) -> JSON:
    """Return everything, for a page that has just come."""
    return {
        "type": "state",
        "settings": settings_of(world),
        "users": [user_with_chat(world, user) for user in world.users],
        "menu": world.platform.menu.buttons,
        "qrcodes": [qrcode_of(code) for code in islice(world.platform.qrcodes, MOST_KEPT)],
        "deliveries": newest(world.deliveries, delivery_of),
        "calls": newest(world.calls, call_of),
    }


def settings_of(world: World) -> JSON:
    """Return how the account and its surroundings are set up, and how often they failed."""
    account = world.account
    return {
        "account": _account(account),
        "modes": list(EncryptionMode),
        "kinds": list(AccountKind),
        "rules": asdict(world.pusher.rules),
        "faults": _faults(world.pusher.faults),
        "api": asdict(world.platform.faults),
        "failures": failures_of(world),
        "api_base": world.base_url,
        "events": list(EVENTS),
        "messages": SAMPLES,
    }


def _account(account: Account) -> JSON:
    return {
        "url": account.url,
        "app_id": account.app_id,
        "original_id": account.original_id,
        "mode": account.mode,
        "kind": account.kind,
        "has_key": bool(account.encoding_aes_key),
    }


def _faults(faults: Faults) -> JSON:
    return asdict(faults) | {"lose": sorted(faults.lose)}


def failures_of(world: World) -> JSON:
    """Return how often the service failed lately."""
    failures, now = world.pusher.failures, world.clock()
    return {
        "five_minutes": failures.recent(now),
        "in_a_row": failures.in_a_row,
        "alarm": ALARM,
        "paused_until": failures.paused_until if failures.paused_until > now else None,
    }


def user_of(world: World, user: User) -> JSON:
    """Return a person, without the chat."""
    quota = world.platform.quotas.left(user.openid)
    return {
        "openid": user.openid,
        "nickname": user.nickname,
        "following": user.following,
        "remark": user.remark,
        "typing": user.typing_until > world.clock(),
        "quota": quota and {"left": quota.left, "until": quota.until},
    }


def user_with_chat(world: World, user: User) -> JSON:
    """Return a person and the chat."""
    return {**user_of(world, user), "chat": newest(user.chat, item_of)}


def item_of(item: ChatItem) -> JSON:
    """Return a line of a chat."""
    return {
        "id": item.id,
        "sender": item.sender,
        "kind": item.kind,
        "content": item.content,
        "at": item.at,
        "delivery": item.delivery,
        "pushed": item.pushed,
    }


def delivery_of(delivery: Delivery) -> JSON:
    """Return a push, as far as it is."""
    return {
        "id": delivery.id,
        "user": delivery.openid,
        "kind": delivery.kind,
        "is_event": delivery.is_event,
        "xml": _cut(delivery.xml),
        "mode": delivery.mode,
        "begun": delivery.begun,
        "cutoff": delivery.cutoff,
        "awaited": delivery.awaited,
        "attempts": [attempt_of(attempt) for attempt in delivery.attempts],
        "verdict": delivery.verdict and _verdict(delivery.verdict),
    }


def _verdict(verdict: Verdict) -> JSON:
    return {
        "shown": verdict.shown,
        "reason": _cut(verdict.reason),
        "warnings": verdict.warnings,
        "xml": _cut(verdict.xml),
        "reply_kind": verdict.reply.kind if verdict.reply else None,
    }


def attempt_of(attempt: Attempt) -> JSON:
    """Return a request and its answer; bytes that are not UTF-8 are replaced."""
    return {
        "number": attempt.number,
        "address": attempt.address,
        "target": attempt.target,
        "body": _decoded(attempt.body),
        "started": attempt.started,
        "ended": attempt.ended,
        "outcome": attempt.outcome,
        "status": attempt.status,
        "head": _cut(attempt.head),
        "answer": _decoded(attempt.answer),
        "answer_bytes": len(attempt.answer),
        "problem": _cut(attempt.problem),
        "twin": attempt.twin,
    }


def call_of(call: ApiCall) -> JSON:
    """Return a call of the API."""
    cut = {"query": _cut(call.query), "request": _cut(call.request), "answer": _cut(call.answer)}
    return asdict(call) | cut


def qrcode_of(code: QRCode) -> JSON:
    """Return a QR code, and where its picture is."""
    return {
        "ticket": code.ticket,
        "url": code.url,
        "scene": code.scene,
        "is_number": code.is_number,
        "permanent": code.permanent,
        "expires_at": code.expires_at,
        "picture": f"/cgi-bin/showqrcode?ticket={quote(code.ticket, safe='')}",
    }


def verification_of(verification: Verification) -> JSON:
    """Return what the console says of the URL."""
    return {
        "type": "verification",
        "ok": verification.ok,
        "console": verification.console,
        "reason": _cut(verification.reason),
        "attempt": attempt_of(verification.attempt),
    }


def burst_of(report: Report) -> JSON:
    """Return how a burst is going. The percentiles are seconds from push to verdict."""
    times = sorted(report.times)
    return {
        "type": "burst",
        "done": report.done,
        "sent": report.sent,
        "running": report.running,
        "replies": report.replies,
        "silent": report.silent,
        "faults": report.faults,
        "hang_ups": report.hang_ups,
        "seconds": report.seconds,
        "p50": percentile(times, 50),
        "p90": percentile(times, 90),
        "p99": percentile(times, 99),
        "slowest": percentile(times, 100),
        "reasons": {_cut(reason): count for reason, count in report.reasons.items()},
    }


def newest(items: Iterable[T], view: Callable[[T], JSON]) -> list[JSON]:
    """Return the views of the last `items`: as many as a page can take, at least one."""
    views: deque[JSON] = deque()
    told = 0
    for item in reversed(list(items)):
        viewed = view(item)
        told += len(encode(viewed))
        if views and told > MOST_TOLD:
            break
        views.appendleft(viewed)
    return list(views)


def encode(message: JSON) -> str:
    """Return the JSON of `message`, in ASCII: half of a surrogate pair does no harm."""
    return json.dumps(message, separators=(",", ":"))


def _decoded(body: bytes) -> str:
    return body[:MOST_TEXT].decode("utf-8", "replace")


def _cut(text: str) -> str:
    return text[:MOST_TEXT]
