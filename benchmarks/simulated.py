"""The simulator's platform with one follower, for as long as it is not killed."""

import asyncio
import sys

from simulator.account import Account
from simulator.listening import listening
from simulator.world import World


async def main() -> None:
    """Serve on the port that the command line names."""
    world = World(Account())
    world.user(sys.argv[2])
    async with listening(world, int(sys.argv[1])):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
