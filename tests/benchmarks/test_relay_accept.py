"""How fast the relay takes notifications (token, durable append, fold) beside endpoints that only answer.

The promise is about the bare endpoint of the same framework; the bare ASGI function shows what the server
alone can do. Each is one process of the same server. They take the same requests in short turns, because a
machine may be slower in one second than in the next.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from console.demo.programs import Programs, free_port
from console.simulator.app import Running, Simulator
from tests.benchmarks.report import report

CALLS, TURNS = 500, 60
"""Each call is told of four times, so 2,000 notifications to each in a turn."""


@pytest.fixture
async def simulator(tmp_path: Path) -> AsyncIterator[Running]:
    async with Simulator(tmp_path / "simulator").serve(tls=True) as running:
        yield running


async def test_accept_rate(simulator: Running, tmp_path: Path) -> None:
    programs = Programs(tmp_path, relay_settings={"rescue": "ring-out", "silence": 3600.0})
    programs.simulation = simulator.description()
    ports = {"framework": free_port(), "function": free_port()}
    here = Path(__file__).parent
    bare = [
        subprocess.Popen([sys.executable, str(here / "bare.py"), kind, str(at)]) for kind, at in ports.items()
    ]
    try:
        programs.start_relay()
        ports["relay"] = int(programs.relay_url.rpartition(":")[2])
        pids = [*(process.pid for process in bare), programs.relay.pid]
        for port in ports.values():
            await reachable(port)
        token, tenant = simulator.simulator.signer.token(), simulator.directory.tenant_id
        seen = await _take_turns(token, tenant, dict(zip(ports.values(), pids, strict=True)))
    finally:
        programs.stop()
        for process in bare:
            process.terminate()
            process.wait()
    rates = {name: [rate for rate, _ in seen[port]] for name, port in ports.items()}
    rate = {name: statistics.median(values) for name, values in rates.items()}
    # The system counts CPU time in steps that are not small beside one turn, so it is taken of all together.
    cost = {
        name: sum(seconds for _, seconds in seen[port]) / (4 * CALLS * TURNS) * 1e6
        for name, port in ports.items()
    }
    ratios = sorted(r / f for r, f in zip(rates["relay"], rates["framework"], strict=True))
    ratio = statistics.median(ratios)
    report(
        "relay accept",
        f"{rate['relay']:,.0f}/s durable; bare endpoint of the framework {rate['framework']:,.0f}/s; "
        f"bare ASGI function {rate['function']:,.0f}/s; {ratio:.2f} of the framework's (half of the turns: "
        f"{ratios[TURNS // 4]:.2f} to {ratios[TURNS * 3 // 4]:.2f}); CPU for each "
        f"{cost['relay']:.0f} us, {cost['framework']:.0f} us and {cost['function']:.0f} us",
        relay_per_second=rate["relay"],
        framework_per_second=rate["framework"],
        function_per_second=rate["function"],
        ratio=ratio,
        cpu_ratio=cost["framework"] / cost["relay"],
    )


async def _take_turns(
    token: str, tenant: str, servers: dict[int, int]
) -> dict[int, list[tuple[float, float]]]:
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.posting", token, tenant, str(CALLS), str(TURNS)),
        *(f"{port}:{pid}" for port, pid in servers.items()),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await program.communicate()
    assert program.returncode == 0
    return {int(port): turns for port, turns in json.loads(out).items()}


async def reachable(port: int) -> None:
    """Wait until somebody listens on `port`. Raises TimeoutError."""
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
