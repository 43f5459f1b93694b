"""A simulator as a program of its own; says where it is and what token its bot has."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from console.simulator.app import Simulator


async def serve(state: Path, speed: float, webhook: str) -> None:
    simulator = Simulator(state, speed=speed, webhook=webhook)
    async with simulator.serve() as running:
        token = simulator.authority.mint.for_bot("2")["access_token"]
        print(json.dumps({"port": int(running.base_url.rpartition(":")[2]), "token": token}), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    state, speed, webhook = sys.argv[1:]
    asyncio.run(serve(Path(state), float(speed), webhook))
