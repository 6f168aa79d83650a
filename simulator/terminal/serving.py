"""The phone in the browser: served at loopback alone, until a signal."""

import asyncio
import signal
from argparse import Namespace

from terminal.paper import Paper, Style

from simulator.listening import listening
from simulator.terminal.options import world_of
from simulator.terminal.status import Status

PORT = 8080
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


async def serve(args: Namespace, paper: Paper) -> Status:
    """Serve the page until SIGINT or SIGTERM.

    Raises:
        CommandLineError: a value is wrong.
        CannotListen: the port is taken, or not for everybody.

    """
    world = world_of(args)
    world.user("oXiaoming", "小明")
    world.users.add("oXiaohong", "小红")  # a stranger, to follow the account
    stop = asyncio.Event()
    for number in STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with listening(world, args.port):
        account = world.account
        paper.line(f"WeChat for development: open {world.base_url} in a browser", Style.BOLD)
        paper.line(f"It pushes to {account.url} in {account.mode} mode; Ctrl-C ends it.")
        await stop.wait()
    return Status.OK
