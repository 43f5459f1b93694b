"""Many callers: `rate` calls a second for `seconds`, each of whom gives up after `patience` seconds."""

from __future__ import annotations

import asyncio
import sys
import time

from console.demo.stage import Stage


async def ring(base_url: str, ca_file: str, rate: float, seconds: float, patience: float) -> None:
    stage = Stage(base_url, ca_file)
    started, placed = time.monotonic(), 0
    async with asyncio.TaskGroup() as tasks:
        while (elapsed := time.monotonic() - started) < seconds:
            while placed < elapsed * rate:
                placed += 1
                phone = f"+1425555{placed % 10_000:04d}"
                tasks.create_task(stage.place(f"Caller {placed}", phone, patience=patience))
            await asyncio.sleep(0.005)
    await stage.close()


if __name__ == "__main__":
    base_url, ca_file, rate, seconds, patience = sys.argv[1:]
    asyncio.run(ring(base_url, ca_file, float(rate), float(seconds), float(patience)))
