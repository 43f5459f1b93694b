"""How fast the relay takes notifications (token, durable append, fold) beside endpoints that only answer.

The promise is about the bare endpoint of the same framework; the bare ASGI function shows what the server
alone can do. Each is one process of the same server, and they take the same requests in turns.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from console.demo.programs import Programs, free_port
from console.simulator.app import Running, Simulator
from tests.benchmarks.report import report

CALLS, RUNS = 1500, 9
"""Each call is told of four times."""


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
        cpu = {**dict(zip(ports, [p.pid for p in bare], strict=False)), "relay": programs.relay.pid}
        token, tenant = simulator.simulator.signer.token(), simulator.directory.tenant_id
        rates: dict[str, list[float]] = {name: [] for name in ports}
        costs: dict[str, list[float]] = {name: [] for name in ports}
        for run in range(RUNS):
            for name, port in ports.items():
                await reachable(port)
                before = _cpu_seconds(cpu[name])
                rates[name].append(await _post(port, token, tenant, run * CALLS))
                costs[name].append((_cpu_seconds(cpu[name]) - before) / (4 * CALLS) * 1e6)
    finally:
        programs.stop()
        for process in bare:
            process.terminate()
            process.wait()
    rate = {name: statistics.median(values) for name, values in rates.items()}
    cost = {name: statistics.median(values) for name, values in costs.items()}
    # The machine may have been slower in one run than in another, so each run is compared with itself.
    ratio = statistics.median(r / f for r, f in zip(rates["relay"], rates["framework"], strict=True))
    report(
        "relay accept",
        f"{rate['relay']:,.0f}/s durable; bare endpoint of the framework {rate['framework']:,.0f}/s; "
        f"bare ASGI function {rate['function']:,.0f}/s; {ratio:.2f} of the framework's; CPU for each "
        f"{cost['relay']:.0f} us, {cost['framework']:.0f} us and {cost['function']:.0f} us",
        relay_per_second=rate["relay"],
        framework_per_second=rate["framework"],
        function_per_second=rate["function"],
        ratio=ratio,
        cpu_ratio=cost["framework"] / cost["relay"],
    )


async def _post(port: int, token: str, tenant: str, first: int) -> float:
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.posting", str(port), token, tenant, str(first), str(CALLS)),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await program.communicate()
    assert program.returncode == 0
    return float(json.loads(out))


def _cpu_seconds(pid: int) -> float:
    """CPU time of a process so far; 0 where the system does not tell it in this way."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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
