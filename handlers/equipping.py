"""What an account needs around its handler: the platform, the window, the journal."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from api.client import Api
from api.credentials import Credentials
from api.transport import Transport
from delivery import times
from delivery.late import Late
from delivery.ledger import Ledger
from delivery.peers import Peers
from delivery.places import Places
from delivery.recovery import Recovered, Recovery
from delivery.watchdog import Watchdog
from delivery.window import Window
from settings import Settings
from stores.base import Store

from handlers.hooks import NAMES
from handlers.replay import replay
from handlers.service import Endpoint

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Equipment:
    """What the accounts of a process share."""

    ledger: Ledger
    recovery: Recovery
    watchdog: Watchdog
    peers: Peers | None


@asynccontextmanager
async def calling_platform(endpoints: Sequence[Endpoint], store: Store) -> AsyncIterator[None]:
    """Give every account that has an AppSecret its `api`, until the end of the block."""
    calling = [endpoint for endpoint in endpoints if endpoint.account.app_secret]
    if not calling:
        yield
        return
    transport = Transport()
    try:
        for endpoint in calling:
            endpoint.api = Api(Credentials.of(endpoint.account), transport, store)
        yield
    finally:
        for endpoint in calling:
            if endpoint.api:
                await endpoint.api.close()
        transport.close()


def equip(endpoints: Sequence[Endpoint], store: Store, settings: Settings) -> Equipment:
    """Give every account its window."""
    ledger = Ledger(store, times.TIMES)
    places = Places(settings.max_running)
    peers = Peers(ledger, times.TIMES) if store.shared else None
    for endpoint in endpoints:
        endpoint.service.ledger = ledger
        account = endpoint.account
        endpoint.window = Window(
            Late(account.name, endpoint.api, ledger, times.TIMES),
            ledger,
            places,
            times.TIMES,
            hangup_budget=account.hangup_budget,
            pickup=account.pickup,
            peers=peers,
            clock=endpoint.service.clock,
        )
    recovered = {
        endpoint.account.name: Recovered(
            endpoint.window,
            partial(replay, endpoint),
            endpoint.policy_of,
            endpoint.account.error_reply,
        )
        for endpoint in endpoints
    }
    watchdog = Watchdog(settings.blocking_warning, NAMES)
    return Equipment(ledger, Recovery(ledger, recovered, times.TIMES), watchdog, peers)


@asynccontextmanager
async def owing(equipment: Equipment) -> AsyncIterator[None]:
    """See to what is owed, until the end of the block; then let others have it.

    Raises:
        StoreError: the journal cannot be read.

    """
    ledger, recovery, peers = equipment.ledger, equipment.recovery, equipment.peers
    await recovery.begin()
    await recovery.look()  # a retry that waits already is to join what is known
    equipment.watchdog.start()
    tasks = [
        asyncio.create_task(ledger.renew_for_ever()),
        asyncio.create_task(recovery.run_for_ever()),
    ]
    if peers:
        tasks.append(asyncio.create_task(peers.renew_for_ever()))
    try:
        yield
    finally:
        equipment.watchdog.stop()
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if peers:
            await peers.release()
        await ledger.release()
