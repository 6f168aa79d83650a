"""check: what is wrong with the set-up of an account, and where to mend it.

Every step is tried that can be, so that one look shows all there is to do.
"""

import time
from argparse import Namespace
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from settings import Account, Settings, label
from stores import open_store
from stores.base import Store, StoreError
from stores.memory import MemoryStore
from terminal.paper import Paper, Style

from api.client import Api
from api.credentials import Credentials
from api.diagnostics import CALLBACK_IPS, CallbackCheck
from api.errors import ApiError, IpNotAllowed, NoAnswer
from api.terminal.account import configured
from api.transport import Request, Transport

OK, BAD = 0, 1
ODD_SECONDS = 5.0  # of difference between the clocks
NO_URL = 40201
PUSHES = "消息与事件推送 in the console"
Findings = AsyncIterator["Finding"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, what was found, and how good that is."""

    what: str
    found: str
    style: Style = Style.GOOD

    @property
    def line(self) -> str:
        """The line as it is written."""
        mark = {Style.GOOD: "ok", Style.ODD: "!", Style.BAD: "x"}[self.style]
        return f"{mark:<3}{self.what:<13} {' '.join(self.found.split())}"


async def check(args: Namespace, paper: Paper) -> int:
    """Look at everything; the exit status is 1 if anything is bad."""
    settings, account = configured(args)
    bad = False
    async for finding in _findings(settings, account):
        paper.line(finding.line, finding.style)
        bad = bad or finding.style is Style.BAD
    return BAD if bad else OK


async def _findings(settings: Settings, account: Account) -> Findings:
    keys = f", AppID {account.app_id}" if account.app_id else ""
    yield Finding("settings", f"account {account.name}, {account.mode} mode{keys}")
    store: Store
    try:
        store = await open_store(settings.store)
        yield Finding("store", settings.store)
    except StoreError as error:
        yield Finding("store", str(error), Style.BAD)
        store = MemoryStore()
    transport = Transport()
    credentials = Credentials.of(account)
    # A token that is stored says nothing of the secret. But a new classic one would end it.
    api = Api(credentials, transport, store if credentials.classic else MemoryStore())
    try:
        if not account.app_secret:
            name = label(account.name, "app_secret")
            yield Finding("access token", f"no {name}: self.api cannot be used", Style.ODD)
        try:
            yield await _clock(account, transport)
        except NoAnswer as error:
            yield Finding("platform", str(error), Style.BAD)
            return
        if account.app_secret:
            async for finding in _platform(api, classic=credentials.classic):
                yield finding
    finally:
        await api.close()
        transport.close()
        await store.close()


async def _clock(account: Account, transport: Transport) -> Finding:
    """Compare this machine's clock with the platform's.

    Raises:
        NoAnswer: the platform cannot be reached.

    """
    url = account.api_base + CALLBACK_IPS
    began = time.time()
    answer = await transport.fetch(Request(url=url, path=CALLBACK_IPS))
    now = (began + time.time()) / 2
    try:
        theirs = parsedate_to_datetime(answer.headers.get("Date", "")).timestamp()
    except ValueError:
        return Finding("clock", f"{account.api_base} did not say what time it is", Style.ODD)
    return judged_clock(now - theirs - 0.5, account.timestamp_tolerance)  # Date has no fraction


def judged_clock(ahead: float, tolerance: int) -> Finding:
    """Return what a clock means that is `ahead` of the platform's by so many seconds."""
    off = f"{abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} WeChat's"
    mend = "timedatectl set-ntp true"
    if tolerance and abs(ahead) > tolerance:
        return Finding("clock", f"{off}: every push is refused as stale: {mend}", Style.BAD)
    if abs(ahead) <= ODD_SECONDS:
        return Finding("clock", "agrees with WeChat's")
    return Finding("clock", f"{off}: {mend}", Style.ODD)


async def _platform(api: Api, *, classic: bool) -> Findings:
    """Ask for a token, and then what needs one."""
    try:
        await api.tokens.get()
        right = "there is one" if classic else "WeChat gives one: AppID and AppSecret are right"
        yield Finding("access token", right)
    except ApiError as error:
        yield Finding("access token", str(error), Style.BAD)
        return
    try:
        networks = await api.diagnostics.callback_ips()
        yield Finding("whitelist", f"allows this machine; WeChat has {len(networks)} addresses")
    except IpNotAllowed as error:
        yield Finding("whitelist", str(error), Style.BAD)
    except ApiError as error:
        yield Finding("platform", str(error), Style.BAD)
    async for finding in _callback(api):
        yield finding


async def _callback(api: Api) -> Findings:
    """See how WeChat reaches the account's URL."""
    try:
        found = await api.diagnostics.check_callback()
    except ApiError as error:
        mend = f"no URL is set: fill in {PUSHES}" if error.errcode == NO_URL else str(error)
        yield Finding("callback", mend, Style.BAD)
        return
    for finding in judged_callback(found):
        yield finding


def judged_callback(found: CallbackCheck) -> list[Finding]:
    """Return what the platform's own look at the URL means."""
    if not found.dns:
        why = f"WeChat cannot resolve the host of the URL: see its DNS record, and {PUSHES}"
        return [Finding("callback", why, Style.BAD)]
    addresses = ", ".join(one.ip for one in found.dns)
    findings = [Finding("callback", f"WeChat resolves the URL's host to {addresses}")]
    for one in found.ping:
        loss = one.package_loss or "0%"
        lost = f"{one.ip}: {loss} lost from {one.from_operator}"
        if loss == "0%":
            findings.append(Finding("ping", f"{lost}, {one.time}"))
        else:
            why = "it may only be that the firewall drops pings; ports 80 and 443 must be open"
            findings.append(Finding("ping", f"{lost}: {why}", Style.ODD))
    return findings
