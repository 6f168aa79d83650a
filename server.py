"""The service: read the settings, start the accounts, listen, and stop without losing any.

Exit status: 0 stopped as asked, 1 a handler's startup or shutdown failed, 2 a setting or
the command line is wrong, 3 the address cannot be listened at.
"""

import asyncio
import logging
import os
import re
import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tornado.options import Error as OptionError
from tornado.options import define, options, parse_command_line
from tornado.web import Application

import settings
from handlers import handler_of, routes
from handlers.connection import CallbackServer
from handlers.plain import NotFoundHandler, log_request
from handlers.refusals import NoHttp
from handlers.service import Endpoint, Service
from listening import ListenError, describe, listen, notify, room_for_connections

log = logging.getLogger("server")

OK, FAILED, BAD_SETTING, CANNOT_LISTEN = range(4)
CONNECTIONS = 10_000
SETTLE_SECONDS = 0.1  # for what had arrived, unread, when the signal came
DRAIN_SECONDS = 6.0  # WeChat hung up after 5

define("port", "8000", str, help="port to listen at; 0 for any")
define("address", "127.0.0.1", str, help="address to listen at")
define("config", "", str, help="TOML file with settings and accounts")


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
        try:
            endpoint.state = await endpoint.handler.startup(endpoint.account)
        except Exception:
            log.exception("startup of account %s failed", endpoint.account.name)
            return False
        started.append(endpoint)
    return True


async def stop_accounts(started: Sequence[Endpoint]) -> bool:
    """Run every handler's shutdown, in reverse; return whether all went well."""
    well = True
    for endpoint in reversed(started):
        try:
            await endpoint.handler.shutdown(endpoint.account, endpoint.state)
        except Exception:
            log.exception("shutdown of account %s failed", endpoint.account.name)
            well = False
    return well


async def drain(server: CallbackServer, service: Service, cut: asyncio.Event) -> None:
    """Accept no more, let what is in flight be answered, then end every connection."""
    log.info("stopping: %d requests in flight", len(server.answering))
    service.draining = True
    server.stop()
    server.conn_params.no_keep_alive = True
    deadline = time.monotonic() + DRAIN_SECONDS
    await asyncio.sleep(SETTLE_SECONDS)
    while (server.answering or service.running) and not cut.is_set():
        if time.monotonic() > deadline:
            log.warning("%d requests are not answered in time", len(server.answering))
            break
        await asyncio.sleep(0.01)
    await server.close_all_connections()


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
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, signalled)
    return stop, cut


async def serve(configured: settings.Settings, address: str, port: int) -> int:
    """Start the accounts, serve until a signal, stop them; return the exit status."""
    service = Service(trusted_proxies=configured.trusted_proxies)
    logging.getLogger("tornado.general").addFilter(NoHttp(service.refusals))
    endpoints = make_endpoints(configured, service)
    stop, cut = on_signals()
    started: list[Endpoint] = []
    starting = asyncio.ensure_future(start_accounts(endpoints, started))
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        well = starting.cancel() or starting.result()
        if well and not stop.is_set():
            if (room := room_for_connections()) < CONNECTIONS:
                log.warning("room for %d connections only: raise the limit of open files", room)
            server = CallbackServer(make_app(endpoints, service), most=room)
            server.add_sockets(sockets := listen(address, port))
            announce(endpoints, sockets)
            notify("READY=1")
            await stop.wait()
            notify("STOPPING=1")
            await drain(server, service, cut)
    finally:
        stopping.cancel()
        stopped = await stop_accounts(started)
    return OK if well and stopped else FAILED


def read_options(argv: Sequence[str]) -> int:
    """Read the command line, and begin to log; return the port.

    Raises:
        OptionError: it is not one.

    """
    try:
        rest = parse_command_line(list(argv))
    except ValueError as error:
        raise OptionError(f"an option has a wrong value: {error}") from None
    except OSError as error:
        raise OptionError(f"--log-file-prefix cannot be written: {error}") from None
    except AttributeError:  # what tornado makes of it
        raise OptionError("--logging is debug, info, warning, error or none") from None
    if rest:
        raise OptionError(f"{rest[0]!r} is not an option: see --help")
    if not options.address:
        raise OptionError("--address is empty: 0.0.0.0 is every address of this machine")
    if not re.fullmatch("[0-9]{1,5}", options.port) or int(options.port) not in range(1 << 16):
        raise OptionError("--port is a number from 0 to 65535")
    return int(options.port)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the service with the command line `argv`; return the exit status."""
    sys.path.append(str(Path.cwd()))  # so that a handler class beside the configuration is found
    try:
        port = read_options(argv or sys.argv)
        configured = settings.load(os.environ, options.config)
        return asyncio.run(serve(configured, options.address, port))
    except (settings.SettingError, OptionError) as error:
        return complain(error, BAD_SETTING)
    except ListenError as error:
        return complain(error, CANNOT_LISTEN)


def complain(error: Exception, status: int) -> int:
    """Say in one line what is wrong; return `status`."""
    print(f"server.py: {error}", file=sys.stderr)  # noqa: T201
    return status


if __name__ == "__main__":
    sys.exit(main())
