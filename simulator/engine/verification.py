"""提交 in the console: is the URL the account's own? And if not, why does the console say so.

WeChat sends a GET with the plain signature, in every mode, and wants exactly `echostr`
back (消息推送: 原样返回 echostr 参数内容). The console only says Token验证失败 or 请求URL超时.
"""

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from simulator.account import Account
from simulator.engine import wire
from simulator.engine.attempt import send
from simulator.engine.conditions import Faults, Rules
from simulator.engine.connection import place_of
from simulator.engine.record import Attempt, Outcome

ACCEPTED = "提交成功"
FAILED = "Token验证失败"
TOO_SLOW = "请求URL超时"

_LOCATION = re.compile(r"(?im)^location:[ \t]*(.*?)[ \t]*\r?$")
_REDIRECTS = range(300, 400)
_SHOWN = 60  # characters of a wrong answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What the console says, and for the developer the reason where it is a failure."""

    ok: bool
    console: str
    reason: str
    attempt: Attempt


async def verify(
    account: Account,
    *,
    rules: Rules | None = None,
    faults: Faults | None = None,
    clock: Callable[[], float] = time.time,
) -> Verification:
    """Send the console's GET once; return its verdict."""
    rules, faults = rules or Rules(), faults or Faults()
    echostr = str(secrets.randbelow(9 * 10**18) + 10**18)
    request = wire.verification_request(account, echostr, clock() + faults.skew)
    place = place_of(account.url, *faults.addresses[:1])
    attempt = Attempt(number=1, address=str(place), target=request.target, body=b"", started=0.0)
    await send(attempt, place, request, cutoff=rules.cutoff, latency=faults.latency)
    return _verdict(attempt, echostr)


def _verdict(attempt: Attempt, echostr: str) -> Verification:
    reason = _why(attempt, echostr)
    console = FAILED if reason else ACCEPTED
    if attempt.outcome is Outcome.HUNG_UP:
        console = TOO_SLOW
    return Verification(ok=not reason, console=console, reason=reason, attempt=attempt)


def _why(attempt: Attempt, echostr: str) -> str:
    """Return in words why the URL is not accepted, "" if it is."""
    if attempt.outcome is Outcome.STATUS:
        return _status(attempt)
    if attempt.outcome is not Outcome.ANSWERED or attempt.problem:
        return attempt.problem
    if attempt.answer == echostr.encode():
        return ""
    return _wrong_body(attempt.answer, echostr.encode())


def _status(attempt: Attempt) -> str:
    if attempt.status in _REDIRECTS:
        found = _LOCATION.search(attempt.head)
        where = f" to {found[1]}" if found else ""
        return f"redirected{where} (status {attempt.status}): WeChat does not follow"
    hints = {
        403: "the service refused it: is its token the same?",
        404: "nothing is served at this path",
        405: "the service takes no GET at this path",
    }
    hint = hints.get(attempt.status or 0, "it must be 200")
    return f"status {attempt.status}: {hint}"


def _wrong_body(answer: bytes, echostr: bytes) -> str:
    if not answer:
        return "the answer is empty: it must be echostr"
    if answer.startswith(b"\xef\xbb\xbf"):
        return "a byte order mark stands before echostr: save the source without BOM"
    if answer.strip(b"\"'") == echostr:
        return "echostr is in quotes: a framework made JSON of it"
    if answer.strip() == echostr:
        return "white space or a line break stands beside echostr"
    if echostr in answer:
        return "there is more in the answer than echostr"
    return f"the answer is not echostr: {answer[:_SHOWN].decode('utf-8', 'replace')!r}"
