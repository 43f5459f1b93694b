"""How fast the relay takes notifications (token check, durable append, fold) against a bare 202 endpoint."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from console.demo.programs import Programs, free_port
from console.simulator.app import Running, Simulator
from tests.benchmarks.loadgen import Sender, flat_out
from tests.benchmarks.notifications import ringing
from tests.benchmarks.report import report

COUNT, SENDERS, RUNS = 3000, 20, 3


@pytest.fixture
async def simulator(tmp_path: Path) -> AsyncIterator[Running]:
    async with Simulator(tmp_path / "simulator").serve() as running:
        yield running


async def test_accept_rate(simulator: Running, tmp_path: Path) -> None:
    programs = Programs(tmp_path, relay_settings={"rescue": "ring-out", "silence": 3600.0})
    programs.simulation = simulator.description()
    port = free_port()
    bare = subprocess.Popen([sys.executable, str(Path(__file__).with_name("bare.py")), str(port)])
    try:
        programs.start_relay()
        relay_port = int(programs.relay_url.rpartition(":")[2])
        token = simulator.simulator.signer.token()
        rates: dict[str, list[float]] = {"relay": [], "bare": []}
        for run in range(RUNS):
            bodies = [ringing(run * COUNT + n, simulator.directory.tenant_id) for n in range(COUNT)]
            for name, at in (("bare", port), ("relay", relay_port)):
                senders = [Sender("127.0.0.1", at, "/hooks/calls", token) for _ in range(SENDERS)]
                await _reachable(senders[0], at)
                rates[name].append(await flat_out(senders, bodies, f"{name}-{run}"))
                for sender in senders:
                    await sender.close()
    finally:
        programs.stop()
        bare.terminate()
        bare.wait()
    relay, baseline = statistics.median(rates["relay"]), statistics.median(rates["bare"])
    report(
        "relay accept",
        f"{relay:,.0f}/s durable; bare 202 endpoint {baseline:,.0f}/s; ratio {relay / baseline:.2f}",
        relay_per_second=relay,
        bare_per_second=baseline,
        ratio=relay / baseline,
    )


async def _reachable(sender: Sender, port: int) -> None:
    import asyncio

    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        await writer.wait_closed()
        return
    raise TimeoutError(f"nobody listens on {port}")
