"""How many calls a second the simulator leads through a full life, and how many notifications it sends."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from console.demo.programs import free_port
from tests.benchmarks.plain_http import PlainHttp
from tests.benchmarks.report import report

ROOT = Path(__file__).parents[2]
CALLS, AT_ONCE = 600, 80
SPEED = 2.0
"""People and timers are fast and many, so that the simulator's own work is what takes the time."""
SETUP = 0.8
"""Simulated seconds after which an answered call is certainly established."""
ANSWER = {
    "acceptedModalities": ["audio"],
    "mediaConfig": {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"},
    "callOptions": {"@odata.type": "#microsoft.graph.incomingCallOptions", "isDeltaRosterEnabled": True},
}


@contextlib.contextmanager
def program(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as started:
        try:
            yield started
        finally:
            started.terminate()


async def live(graph: PlainHttp, hook: str) -> None:
    """Somebody rings, is answered, talks, and is hung up on."""
    caller = {"name": "Wilma Testperson", "phone": "+14255550151"}
    call = (await graph.send("POST", "/sim/calls", {"caller": caller, "line": "Main line"}))["id"]
    await graph.send("POST", f"/v1.0/communications/calls/{call}/answer", {**ANSWER, "callbackUri": hook})
    await asyncio.sleep(SETUP / SPEED)
    await graph.send("DELETE", f"/v1.0/communications/calls/{call}")


async def work(graph: PlainHttp, hook: str, left: Iterator[int]) -> None:
    for _ in left:
        await live(graph, hook)


async def delivered(graph: PlainHttp, calls: int) -> list[dict[str, Any]]:
    """The notifications, once `calls` were told to be over."""
    told: list[dict[str, Any]] = []
    async with asyncio.timeout(30):
        while sum(note["changeType"] == "deleted" for note in told) < calls:
            last = told[-1]["n"] if told else 0
            told += await graph.send("GET", f"/sim/notifications?since={last}")
            await asyncio.sleep(0.02)
    return told


async def test_full_lives(tmp_path: Path) -> None:
    port = free_port()
    hook = f"http://127.0.0.1:{port}/hooks/calls"
    with (
        program("tests.benchmarks.bare", "function", str(port)),
        program("tests.benchmarks.simulated_graph", str(tmp_path), str(SPEED), hook) as simulator,
    ):
        assert simulator.stdout is not None
        found = json.loads(await asyncio.to_thread(simulator.stdout.readline))
        graphs = [await PlainHttp.open(found["port"], found["token"]) for _ in range(AT_ONCE)]
        await live(graphs[0], hook)
        await delivered(graphs[0], 1)
        left = iter(range(CALLS))
        started = time.perf_counter()
        await asyncio.gather(*(work(graph, hook, left) for graph in graphs))
        lives = CALLS / (time.perf_counter() - started)
        told = await delivered(graphs[0], CALLS + 1)
        notifications = len(told) / (time.perf_counter() - started)
        for graph in graphs:
            await graph.close()
    changes = collections.Counter(note["changeType"] for note in told)
    assert changes["created"] == changes["deleted"] == CALLS + 1
    assert {note["status"] for note in told} == {202}
    report(
        "simulator rate",
        f"{lives:.0f} calls/s through a full life, {notifications:.0f} notifications/s",
        calls_per_second=lives,
        notifications_per_second=notifications,
    )
