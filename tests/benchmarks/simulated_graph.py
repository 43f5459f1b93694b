"""A simulator as a program of its own; says where it is and what token its bot has."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from console.simulator.__main__ import EXCHANGES
from console.simulator.app import Simulator
from console.simulator.tap import Observer, exchange_file


async def serve(state: Path, speed: float, webhook: str, observer: Observer | None) -> None:
    simulator = Simulator(state, speed=speed, webhook=webhook, observer=observer)
    async with simulator.serve() as running:
        token = simulator.authority.mint.for_bot("2")["access_token"]
        print(json.dumps({"port": int(running.base_url.rpartition(":")[2]), "token": token}), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    state, speed, webhook = sys.argv[1:]
    exchanges = os.environ.get(EXCHANGES)
    with exchange_file(Path(exchanges) if exchanges else None) as observer:
        asyncio.run(serve(Path(state), float(speed), webhook, observer))
