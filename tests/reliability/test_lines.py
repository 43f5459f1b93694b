"""R4 to R7, R9, R17: lines that go silent, break, or are held by those who mean no good."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import statistics
import time
from pathlib import Path

from console.domain.ids import CallId
from console.simulator.app import Running
from tests.benchmarks.loadgen import Sender, percentile
from tests.relay.stand import LENA, Desk, Start, until
from tests.relay.storm import Console
from tests.relay.test_webhooks import body
from tests.reliability.chaos import Line
from tests.reliability.conftest import Told, scaled
from tests.reliability.program import RelayProgram


class Behind(Console):
    """A console at the other end of a line that may break."""

    def __init__(self, desk: Desk, url: str, life: float = 3600.0) -> None:
        self.lamp: list[tuple[float, str]] = []
        self._life = life
        super().__init__(dataclasses.replace(desk, url=url), LENA)

    def token(self, desk: Desk, user: str) -> str:
        return desk.token(user, exp=int(time.time() + self._life))

    def link(self, state):  # type: ignore[no-untyped-def]
        super().link(state)
        self.lamp.append((time.monotonic(), state.kind))


@contextlib.asynccontextmanager
async def connected(desk: Desk, **more: float):  # type: ignore[no-untyped-def]
    async with Line(desk.url).opened() as line:
        console = Behind(desk, line.url, **more)
        await until(lambda: console.link_state and console.link_state.live, what="live")
        try:
            yield line, console
        finally:
            await console.close()


async def test_r6_a_half_open_line_is_noticed(start: Start, told: Told) -> None:
    heartbeat = scaled(3, 15)
    desk = await start(heartbeat=float(heartbeat))
    async with connected(desk) as (line, console):
        line.mode, since = "silent", time.monotonic()
        await until(lambda: not console.link_state.live, 3 * heartbeat, "noticed")
        seconds = time.monotonic() - since
        line.mode = "open"
        placed = CallId(desk.ring())
        await until(lambda: placed in console.store.truth.calls, 30, "back by itself")
    told("R6", f"a line gone silent was noticed after {seconds:.1f} s with a heartbeat of {heartbeat} s")
    assert seconds <= 2 * heartbeat + scaled(2, 0)  # a short run is in company


async def test_r7_after_a_partition_nothing_is_missing(start: Start, told: Told) -> None:
    lengths = [1, 2] if scaled(0, 1) == 0 else [1, 30, 600]
    desk = await start()
    missing = 0
    async with connected(desk) as (line, console):
        for seconds in lengths:
            line.cut()
            placed = []
            for _ in range(10):
                placed.append(CallId(desk.ring()))
                await asyncio.sleep(seconds / 10)
            line.mode = "open"
            await until(lambda: console.link_state.live, 30, "connected")
            await until(lambda: console.store.truth == desk.world, 30, "the same picture")
            missing += sum(call not in console.store.truth.calls for call in placed)
        assert console.resyncs == 1, "resumed each time, never from the start"
    told(
        "R7",
        f"partitions of {lengths} s with calls arriving: {missing} calls missing, resumed without a snapshot",
    )
    assert missing == 0


async def test_r7_beyond_what_is_kept_it_says_so(start: Start) -> None:
    """The other half of R7: a log that has forgotten is an explicit fresh start, never a silent hole."""
    desk = await start(retention=0.1)
    async with connected(desk) as (line, console):
        line.cut()
        for _ in range(5):
            await desk.rings()
        for call in list(desk.simulation.simulator.exchange.board.calls.values()):
            desk.simulation.simulator.exchange.board.end(call, None, "the test is over")
        await until(lambda: not desk.world.live(), what="all over")
        await asyncio.sleep(0.2)
        relay = desk.relay
        await relay.hub.history.snapshot(relay.hub.world, relay.hub.seq, time.time())
        await relay.hub.history.purge(time.time(), [])
        line.mode = "open"
        await until(lambda: console.resyncs == 2, 30, "told to start afresh")
        await until(lambda: console.store.truth == desk.world, what="the same picture")


async def test_r9_tokens_that_end_cost_no_press(start: Start, told: Told) -> None:
    minutes = scaled(1, 6)
    desk = await start()
    failed = 0
    async with connected(desk, life=2.0) as (_, console):
        end = time.monotonic() + 10 * minutes
        presses = 0
        while time.monotonic() < end:
            id = await desk.rings()
            answer = await desk.client(LENA).answer(id)
            failed += answer.status_code != 202
            presses += 1
            await until(lambda id=id: desk.is_in(LENA, id), what="in the call")  # type: ignore[misc]
            await desk.client(LENA).post(f"/{id}", method="DELETE")
            await until(lambda: console.store.truth == desk.world, what="the same picture")
        assert console.resyncs == 1 and {kind for _, kind in console.lamp} == {"live"}
    told("R9", f"{presses} calls answered over stream tokens of 2 s: {failed} failed, no gap, lamp never off")
    assert failed == 0


async def test_r17_slow_readers_and_slow_heads_hurt_nobody(start: Start, told: Told) -> None:
    readers, heads = scaled(50, 500), scaled(20, 50)
    desk = await start(streams_per_operator=600, streams_total=600)
    host, port = "127.0.0.1", port_of(desk.url)
    held: list[object] = []
    async with contextlib.AsyncExitStack() as stack:

        async def hang(text: str) -> None:
            reader, writer = await asyncio.open_connection(host, port, limit=64)
            held.append((reader, writer))  # a reader that nobody holds closes its connection
            stack.callback(writer.transport.abort)
            writer.write(text.encode())

        stream = f"GET /v1.0/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {desk.token(LENA)}\r\n\r\n"
        for _ in range(readers):
            await hang(stream)
        for _ in range(heads):
            await hang("POST /hooks/calls HTTP/1.1\r\nx-slow: ")
        await until(lambda: desk.relay.hub.streams >= readers, 30, "all hanging")
        async with connected(desk) as (_, console):
            waits = []
            for _ in range(scaled(20, 200)):
                began = time.monotonic()
                id = CallId(desk.ring())
                await until(lambda id=id: id in console.store.truth.calls, 10, "seen")  # type: ignore[misc]
                waits.append(time.monotonic() - began)
    p99 = statistics.quantiles(waits, n=100)[98]
    told(
        "R17",
        f"with {readers} slow readers and {heads} slow heads a call was seen after {p99 * 1000:.0f} ms (p99)",
    )
    assert len(waits) == scaled(20, 200)


async def test_r5_many_consoles_see_a_call_soon(start: Start, told: Told) -> None:
    consoles, rounds = scaled(10, 40), scaled(20, 300)
    desk = await start(streams_per_operator=60)
    async with contextlib.AsyncExitStack() as stack:
        desks = [Behind(desk, desk.url) for _ in range(consoles)]
        for one in desks:
            stack.push_async_callback(one.close)
        await until(lambda: all(d.link_state and d.link_state.live for d in desks), 30, "all live")
        waits = []
        for _ in range(rounds):
            before = time.monotonic()
            id = CallId(desk.ring())
            await until(lambda id=id: id in desk.world.calls, 10)  # type: ignore[misc]
            received = time.monotonic()
            await until(lambda id=id: all(id in d.store.truth.calls for d in desks), 10)  # type: ignore[misc]
            waits.append(time.monotonic() - received)
            assert received >= before
    p99 = statistics.quantiles(waits, n=100)[98]
    told("R5", f"{rounds} calls seen by all of {consoles} consoles {p99 * 1000:.0f} ms after receipt (p99)")


async def test_r4_acknowledged_in_time(simulation: Running, tmp_path: Path, told: Told) -> None:
    """200 notifications a second; the figures are told, the promise is that every one is acknowledged."""
    relay, seconds = RelayProgram(simulation, tmp_path, rescue="ring-out", silence=1000.0), scaled(3, 60)
    token, waits = simulation.simulator.signer.token(), list[float]()
    await relay.start()
    senders = [Sender("127.0.0.1", port_of(relay.url), "/hooks/calls", token) for _ in range(50)]
    free = asyncio.Queue[Sender]()
    for sender in senders:
        free.put_nowait(sender)

    async def post(number: int) -> None:
        began = time.monotonic()
        sender = await free.get()
        content = json.dumps(body(f"r4-call-{number:06d}", "terminated")).encode()
        assert await sender.post(content, f"r4-{number}") == 202
        waits.append(time.monotonic() - began)
        free.put_nowait(sender)

    async with asyncio.TaskGroup() as group:
        began = time.monotonic()
        for number in range(200 * seconds):
            group.create_task(post(number))
            await asyncio.sleep(max(0.0, began + number / 200 - time.monotonic()))
    for sender in senders:
        await sender.close()
    await relay.stop()
    p50, p99 = percentile(waits, 0.5), percentile(waits, 0.99)
    told(
        "R4",
        f"{len(waits)} notifications at 200/s acknowledged after {p50 * 1000:.0f} ms (p50), "
        f"{p99 * 1000:.0f} ms (p99), at most {max(waits) * 1000:.0f} ms",
    )
    assert len(waits) == 200 * seconds


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])
