"""How fast a fact reaches 1, 50, 200 and 500 consoles, beside Nchan and a bare loop on the same server.

The relay does more than the others: it checks the token, keeps the fact on the disk and folds it first.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from console.demo.programs import Programs, free_port
from console.simulator.app import Running, Simulator
from tests.benchmarks import nchan
from tests.benchmarks.loadgen import Sender
from tests.benchmarks.notifications import ringing
from tests.benchmarks.posting import Poster
from tests.benchmarks.report import report
from tests.benchmarks.test_relay_accept import reachable
from tests.relay.stand import LENA, operator_token

BURST, SENDERS = 60_000, 64
"""Deliveries in a burst, of 300 to 3,000 facts; and how many facts are on their way at once."""
STEADY, EVERY = 200, 0.05
"""Facts at an even pace, and seconds between two: 20 a second, a very busy desk's."""
RUNS = 3
CALLS = 100
"""Calls that the facts are about."""
MOST_MEMORY = 30_720
"""Bytes for a stream that waits (the promise)."""


@dataclass(frozen=True)
class Place:
    """A server of events: where one publishes and listens, and what a fact looks like there."""

    port: int
    publish: str
    stream: str
    token: str
    operator: str
    body: Callable[[int], bytes]

    @property
    def head(self) -> bytes:
        lines = [f"GET {self.stream} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {self.operator}"]
        return "\r\n".join([*lines, "Accept: text/event-stream", "", ""]).encode()


@pytest.fixture
async def simulator(tmp_path: Path) -> AsyncIterator[Running]:
    async with Simulator(tmp_path / "simulator").serve() as running:
        yield running


@contextlib.contextmanager
def relay(simulator: Running, folder: Path) -> Iterator[tuple[Place, int]]:
    settings = {"streams_per_operator": 1000, "streams_total": 1000, "rescue": "ring-out", "silence": 3600.0}
    programs = Programs(folder, relay_settings=settings)
    programs.simulation = simulator.description()
    tenant = simulator.directory.tenant_id
    try:
        programs.start_relay()
        port = int(programs.relay_url.rpartition(":")[2])
        yield (
            Place(
                port,
                "/hooks/calls",
                "/v1.0/stream",
                simulator.simulator.signer.token(),
                operator_token(simulator, LENA),
                lambda n: ringing(n % CALLS, tenant, subject=stamp()),
            ),
            programs.relay.pid,
        )
    finally:
        programs.stop()


@contextlib.contextmanager
def bare() -> Iterator[Place]:
    port = free_port()
    program = subprocess.Popen([sys.executable, str(Path(__file__).with_name("sse_loop.py")), str(port)])
    try:
        yield Place(port, "/publish", "/stream", "-", "-", plain)
    finally:
        program.terminate()
        program.wait()


def stamp() -> str:
    return f"@{time.monotonic_ns()}@"


def plain(number: int) -> bytes:
    """A fact of the size that the relay's have on its streams."""
    return json.dumps({"number": number, "subject": stamp(), "rest": "x" * 420}).encode()


@contextlib.asynccontextmanager
async def consoles(place: Place, size: int, expected: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `size` consoles that expect so many facts altogether, from when all of them listen."""
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.listening", str(place.port), str(size), str(expected)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert program.stdin is not None and program.stdout is not None
    program.stdin.write(place.head)
    program.stdin.close()
    assert (await program.stdout.readline()) == b"ready\n"
    try:
        yield program
    finally:
        if program.returncode is None:
            program.kill()
        await program.wait()


class Measuring:
    """Publishes to places, with numbers that are never used twice."""

    def __init__(self) -> None:
        self._number = 0

    async def burst(self, place: Place, size: int) -> float:
        """Return deliveries per second when facts come as fast as they are taken."""
        facts = max(300, min(3000, BURST // size))
        async with consoles(place, size, facts * size) as program:
            requests = (self._request(place) for _ in range(facts))
            loop = asyncio.get_running_loop()
            posters = [
                (await loop.create_connection(lambda: Poster(requests, b"20"), "127.0.0.1", place.port))[1]
                for _ in range(SENDERS)
            ]
            started = time.monotonic_ns()
            for poster in posters:
                poster.go()
            await asyncio.gather(*(poster.done for poster in posters))
            told = await _told(program)
        assert told["deliveries"] == facts * size, told
        return told["deliveries"] / ((told["last"] - started) / 1e9)

    async def steady(self, place: Place, size: int) -> dict[str, float]:
        """Return the delays from POST to a console, in seconds, at an even pace."""
        sender = Sender("127.0.0.1", place.port, place.publish, place.token)
        async with consoles(place, size, STEADY * size) as program:
            began = time.monotonic()
            for n in range(STEADY):
                await asyncio.sleep(max(0.0, began + n * EVERY - time.monotonic()))
                await self._publish(sender, place)
            told = await _told(program)
        await sender.close()
        assert told["deliveries"] == STEADY * size, told
        return told

    def _request(self, place: Place) -> bytes:
        self._number += 1
        body = place.body(self._number)
        head = (
            f"POST {place.publish} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {place.token}\r\n"
            "Content-Type: application/json\r\n"
            f"X-Microsoft-Skype-Message-ID: fan-out-{self._number}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    async def _publish(self, sender: Sender, place: Place) -> None:
        self._number += 1
        status = await sender.post(place.body(self._number), f"fan-out-{self._number}")
        assert status < 300, status


async def _told(program: asyncio.subprocess.Process) -> dict[str, float]:
    assert program.stdout is not None
    told: dict[str, float] = json.loads(await program.stdout.readline())
    return told


@pytest.mark.timeout(1800)
async def test_fan_out(simulator: Running, tmp_path: Path) -> None:
    measuring = Measuring()
    lacking = nchan.missing()
    with contextlib.ExitStack() as stack:
        places = {"relay": stack.enter_context(relay(simulator, tmp_path))[0]}
        places["bare loop"] = stack.enter_context(bare())
        if not lacking:
            port = free_port()
            stack.enter_context(nchan.running(tmp_path / "nchan", port))
            places["Nchan"] = Place(port, "/publish", "/stream", "-", "-", plain)
        rows: list[str] = []
        numbers: dict[str, float] = {}
        for size in (1, 50, 200, 500):
            found: dict[str, list[dict[str, float]]] = {name: [] for name in places}
            for _ in range(RUNS):
                for name, place in places.items():
                    await reachable(place.port)
                    rate, delays = await measuring.burst(place, size), await measuring.steady(place, size)
                    found[name].append({"rate": rate, **delays})
            for name, runs in found.items():
                seen = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
                rows.append(
                    f"{size:>4} consoles {name:>9}: {seen['rate']:>9,.0f} deliveries/s, "
                    f"p50 {seen['p50'] * 1000:.1f} ms, p99 {seen['p99'] * 1000:.1f} ms, "
                    f"all of them p99 {seen['all_p99'] * 1000:.1f} ms"
                )
                numbers[f"{name} {size} per_second"] = seen["rate"]
                numbers[f"{name} {size} p99_seconds"] = seen["p99"]
                numbers[f"{name} {size} all_p99_seconds"] = seen["all_p99"]
    if lacking:
        rows.append(f"Nchan is left out: {lacking} is not installed")
    report("relay fan-out", "\n    " + "\n    ".join(rows), **numbers)


async def test_memory_of_a_stream(simulator: Running, tmp_path: Path) -> None:
    with relay(simulator, tmp_path) as (place, pid):
        await reachable(place.port)
        async with consoles(place, 20, 1):
            pass  # what is only once needed for streams is there now
        before = _resident(pid)
        async with consoles(place, 500, 1):
            each = (_resident(pid) - before) / 500
    report("relay memory", f"{each / 1024:.1f} KB for each of 500 idle streams", bytes_per_stream=each)
    assert each <= MOST_MEMORY


def _resident(pid: int) -> int:
    """Bytes of memory that a process has in use. Skips the test where the system does not tell it so."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
    except OSError:
        pytest.skip("this system has no /proc")
