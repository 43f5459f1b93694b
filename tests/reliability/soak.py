"""Calls come and go for hours: what the relay holds must not grow, and it must never stand still.

    python -m tests.reliability.soak --hours 2

The simulator and three consoles run in this program, the relay in one of its own, which is looked at from
outside: its memory, its open handles, and how late its loop was, which it tells as a metric.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import random
import re
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import httpx2

from console.demo.programs import free_port
from console.relay.app import Relay
from console.simulator.app import Running, Simulator
from tests.relay.stand import ANSWER, INES, KOFI, LENA, Desk, settings_for, until
from tests.relay.storm import Console
from tests.reliability.program import RelayProgram

ENDED = 220
"""Calls after which as many ended ones are remembered as ever will be."""
FILLED = 2500
"""Calls after which the answers that are remembered in case somebody asks twice are as many, too."""
WARM_RATE = 20.0
TALKS = 1.0
"""Seconds that an answered call lasts."""


@dataclass(frozen=True)
class Soaked:
    """What was seen: bytes and handles after the warming up and at the end, and the loop's lateness.

    `quick` is the share of looks at the loop at which it was at most 50 ms late.
    """

    calls: int
    memory: tuple[int, int]
    handles: tuple[int, int]
    quick: float
    failed: int
    """Calls about which an operator's request was not answered."""

    @property
    def growth(self) -> float:
        """By which part the memory grew."""
        return self.memory[1] / self.memory[0] - 1

    def __str__(self) -> str:
        before, after = (bytes / 1_048_576 for bytes in self.memory)
        return (
            f"{self.calls} calls, {self.failed} with a request that was not answered; "
            f"memory {before:.1f} to {after:.1f} MB ({self.growth:+.1%}); "
            f"handles {self.handles[0]} to {self.handles[1]}; "
            f"loop at most 50 ms late in {self.quick:.3%} of looks"
        )


class Traffic:
    """Callers at an even pace: one half give up, the other half are answered and hung up on."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self._desk = desk
        self._http = httpx2.AsyncClient(
            base_url=f"{desk.url}/v1.0/communications/calls",
            headers={"Authorization": f"Bearer {desk.token(LENA)}"},
            trust_env=False,
            timeout=30.0,
        )
        self._dice = random.Random(seed)
        self.placed = 0
        self.failed = 0
        """Calls about which the relay did not answer the operator in time."""

    async def flow(self, rate: float, calls: int) -> None:
        """Place `calls` calls, `rate` a second, and wait until the last has gone."""
        began, first = time.monotonic(), self.placed
        async with asyncio.TaskGroup() as tasks:
            while self.placed - first < calls:
                await asyncio.sleep(max(0.0, began + (self.placed - first) / rate - time.monotonic()))
                self.placed += 1
                tasks.create_task(self._one(self.placed))

    async def _one(self, number: int) -> None:
        if number % 2:
            self._desk.ring(patience=self._dice.uniform(2.0, 20.0))
            return
        id = self._desk.ring()
        try:
            for _ in range(40):
                await asyncio.sleep(0.1)
                if (await self._http.post(f"/{id}/answer", json=ANSWER)).is_success:
                    break
            await asyncio.sleep(TALKS)
            await self._http.delete(f"/{id}")
        except httpx2.TransportError:
            self.failed += 1

    async def close(self) -> None:
        await self._http.aclose()


async def soak(
    simulation: Running, folder: Path, *, rate: float, calls: int, warm: int = ENDED, seed: int = 1
) -> Soaked:
    """Let `calls` calls come, `rate` a second, after `warm` others; return what was seen."""
    port, metrics = free_port(), f"127.0.0.1:{free_port()}"
    url = f"http://127.0.0.1:{port}"
    relay = RelayProgram(simulation, folder, listen_port=port, public_url=url, metrics_listen=metrics)
    await relay.start()
    simulation.simulator.options.webhook = f"{url}/hooks/calls"
    # The relay is another program: nothing here may look into it.
    desk = Desk(url, cast(Relay, None), simulation, settings_for(simulation, folder))
    traffic = Traffic(desk, seed)
    consoles = [Console(desk, user) for user in (LENA, KOFI, INES)]
    try:
        await until(lambda: all(c.link_state and c.link_state.live for c in consoles), 30, "consoles")
        await traffic.flow(WARM_RATE, warm)
        before, late = _held(relay.pid), await _lateness(metrics)
        await traffic.flow(rate, calls)
        after, later = _held(relay.pid), await _lateness(metrics)
        looks, quick = later[0] - late[0], later[1] - late[1]
        return Soaked(calls, (before[0], after[0]), (before[1], after[1]), quick / looks, traffic.failed)
    finally:
        await traffic.close()
        for console in consoles:
            await console.close()
        simulation.simulator.options.webhook = None
        await relay.stop()


def _held(pid: int) -> tuple[int, int]:
    """Bytes of memory and open handles of a process."""
    process = Path(f"/proc/{pid}")
    return int((process / "statm").read_text().split()[1]) * 4096, len(list((process / "fd").iterdir()))


async def _lateness(metrics: str) -> tuple[float, float]:
    """How often the relay has looked at its loop, and how often that was at most 50 ms late."""
    async with httpx2.AsyncClient(trust_env=False) as http:
        told = (await http.get(f"http://{metrics}/metrics")).text
    found = []
    for name in ("_count", r'_bucket\{le="0\.05"\}'):
        value = re.search(rf"^relay_loop_stall_seconds{name} (\S+)$", told, re.MULTILINE)
        assert value is not None
        found.append(float(value.group(1)))
    return found[0], found[1]


async def _main(hours: float, rate: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with Simulator(Path(folder, "simulator"), speed=10.0).serve(tls=True) as simulation:
            calls = int(hours * 3600 * rate)
            seen = await soak(simulation, Path(folder, "relay"), rate=rate, calls=calls, warm=FILLED)
    on = time.strftime("%Y-%m-%d", time.gmtime())
    print(
        f"{on}, {os.cpu_count()} cores, Python {platform.python_version()}, {hours:g} h at {rate:g}/s: {seen}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.reliability.soak")
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--rate", type=float, default=5.0, help="calls a second")
    chosen = parser.parse_args()
    asyncio.run(_main(chosen.hours, chosen.rate))
