"""The service: read the settings, start the accounts, listen, and stop without losing any.

Exit status: 0 stopped as asked, 1 a handler's startup or shutdown failed, 2 a setting or
the command line is wrong, 3 the address cannot be listened at, 4 the store cannot be used.
"""

import asyncio
import gc
import logging
import os
import signal
import socket
import sys
import traceback
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tornado import autoreload
from tornado.ioloop import PeriodicCallback
from tornado.web import Application

import settings
from commandline import CommandLine, OptionError, read_options
from handlers import handler_of, routes
from handlers.connection import CallbackServer
from handlers.draining import cancel, drain
from handlers.equipping import Equipment, calling_platform, equip, owing
from handlers.plain import NotFoundHandler, log_request
from handlers.refusals import NoHttp
from handlers.service import Endpoint, Service
from listening import ListenError, describe, listen, notify, room_for_connections
from setting_values import SettingError
from stores import open_store
from stores.base import StoreError

log = logging.getLogger("server")

OK, FAILED, BAD_SETTING, CANNOT_LISTEN, CANNOT_STORE = range(5)
CONNECTIONS = 10_000
FEW_COLLECTIONS = 2_500  # objects between two, which takes 1 ms; a request leaves hardly any
SHUTDOWN_SECONDS = 10.0  # for the shutdown of all accounts, within systemd's patience
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
TELL_SECONDS = 30.0


def make_endpoints(configured: settings.Settings, service: Service) -> list[Endpoint]:
    """Return the accounts of `configured` with their handlers, not yet started.

    Raises:
        SettingError: a handler class cannot be used.

    """
    return [Endpoint(account, handler_of(account), service) for account in configured.accounts]


def make_app(endpoints: Sequence[Endpoint], service: Service) -> Application:
    """Return the application that serves `endpoints`, and nothing else."""
    return Application(
        list(routes(endpoints, service)),
        default_handler_class=NotFoundHandler,
        default_handler_args={"service": service},
        log_function=log_request,
    )


async def start_accounts(endpoints: Sequence[Endpoint], started: list[Endpoint]) -> bool:
    """Run every handler's startup, filling `started`; return whether all went well."""
    for endpoint in endpoints:
        with reported("startup", endpoint):
            endpoint.state = await endpoint.handler.startup(endpoint.account)
            started.append(endpoint)
        task = asyncio.current_task()
        if endpoint not in started or (task and task.cancelling()):
            return False
    return True


async def stop_accounts(started: Sequence[Endpoint]) -> bool:
    """Run every handler's shutdown, in reverse; return whether all went well."""
    stopped = 0
    for endpoint in reversed(started):
        with reported("shutdown", endpoint):
            async with asyncio.timeout(SHUTDOWN_SECONDS / len(started)):
                await endpoint.handler.shutdown(endpoint.account, endpoint.state)
            stopped += 1
    return stopped == len(started)


@contextmanager
def reported(what: str, endpoint: Endpoint) -> Iterator[None]:
    """Log whatever a handler's startup or shutdown raises, unless it is being cancelled."""
    try:
        yield
    except BaseException as error:
        task = asyncio.current_task()
        cancelled = isinstance(error, asyncio.CancelledError) and task and task.cancelling()
        if cancelled or isinstance(error, GeneratorExit):
            raise
        log.exception("%s of account %s failed", what, endpoint.account.name)


async def unless(event: asyncio.Event, work: Coroutine[Any, Any, bool]) -> bool:
    """Return what `work` returns; cancel it, and return False, once `event` is set."""
    task, end = asyncio.create_task(work), asyncio.create_task(event.wait())
    await asyncio.wait({task, end}, return_when=asyncio.FIRST_COMPLETED)
    end.cancel()
    if not task.done():
        await cancel([task])
    return task.done() and not task.cancelled() and task.result()


def announce(endpoints: Sequence[Endpoint], sockets: Sequence[socket.socket]) -> None:
    """Log what is served, where and in which mode."""
    where = " and ".join(describe(sock) for sock in sockets)
    accounts = (f"{e.account.name} at {e.account.path} in {e.account.mode} mode" for e in endpoints)
    log.info("serving on %s: %s", where, ", ".join(accounts))


def on_signals() -> tuple[asyncio.Event, asyncio.Event]:
    """Return an event for the first SIGTERM or SIGINT, and one for the second."""
    stop, cut = asyncio.Event(), asyncio.Event()

    def signalled() -> None:
        (cut if stop.is_set() else stop).set()

    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, signalled)
    return stop, cut


async def serve(configured: settings.Settings, line: CommandLine) -> int:
    """Serve what is `configured` until a signal; return the exit status."""
    if line.autoreload:
        autoreload.start()
    loop = asyncio.get_running_loop()
    service = Service(trusted_proxies=configured.trusted_proxies, loop=loop)
    logging.getLogger("tornado.general").addFilter(NoHttp(service.refusals))
    endpoints = make_endpoints(configured, service)
    store = await open_store(configured.store)
    try:
        async with calling_platform(endpoints, store):
            equipment = equip(endpoints, store, configured)
            return await serve_accounts(endpoints, service, line, equipment)
    finally:
        await store.close()


async def serve_accounts(
    endpoints: Sequence[Endpoint], service: Service, line: CommandLine, equipment: Equipment
) -> int:
    """Start the accounts, serve them until a signal, stop them; return the exit status."""
    stop, cut = on_signals()
    started: list[Endpoint] = []
    try:
        well = await unless(stop, start_accounts(endpoints, started)) or stop.is_set()
        if well and not stop.is_set():
            sockets = listen(line.address, line.port)
            async with owing(equipment):
                await serve_until(stop, cut, endpoints, service, sockets)
    finally:
        stop.set()
        cut.clear()  # what cut the drain is not meant for this
        if not (stopped := await unless(cut, stop_accounts(started))):
            log.error("not every account could be shut down")
        # A thread, or a hook that will not end, is waited for now: a signal ends the process.
        for number in STOP_SIGNALS:
            asyncio.get_running_loop().remove_signal_handler(number)
    return OK if well and stopped else FAILED


async def serve_until(
    stop: asyncio.Event,
    cut: asyncio.Event,
    endpoints: Sequence[Endpoint],
    service: Service,
    sockets: Sequence[socket.socket],
) -> None:
    """Serve `endpoints` on `sockets` until `stop` is set, then drain until `cut` is."""
    if (room := room_for_connections()) < CONNECTIONS:
        log.warning("room for %d connections only: raise the limit of open files", room)
    server = CallbackServer(make_app(endpoints, service), most=room)
    for endpoint in endpoints:
        endpoint.window.open()
    server.add_sockets(sockets)
    counts = PeriodicCallback(service.tell, TELL_SECONDS * 1000)
    counts.start()
    announce(endpoints, sockets)
    notify("READY=1")
    await stop.wait()
    notify("STOPPING=1")
    await drain(server, service, endpoints, cut)
    counts.stop()
    service.tell()


def main(argv: Sequence[str] | None = None) -> int:
    """Run the service with the command line `argv`; return the exit status."""
    gc.set_threshold(FEW_COLLECTIONS)
    sys.path.append(str(Path.cwd()))  # so that a handler class beside the configuration is found
    try:
        line = read_options(argv or sys.argv)
        configured = settings.load(os.environ, line.config)
        return asyncio.run(serve(configured, line))
    except (SettingError, OptionError) as error:
        return complain(error, BAD_SETTING)
    except ListenError as error:
        return complain(error, CANNOT_LISTEN)
    except StoreError as error:
        return complain(error, CANNOT_STORE)


def complain(error: Exception, status: int) -> int:
    """Say in one line what is wrong, below the traceback of a person's code; return `status`."""
    if error.__cause__ and isinstance(error, SettingError):
        traceback.print_exception(error.__cause__)
    print(f"server.py: {error}", file=sys.stderr)  # noqa: T201
    return status


if __name__ == "__main__":
    sys.exit(main())
