"""Streams: hello, snapshot, facts in order without gap or double, beats, and an honest end."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
import msgspec
import pytest

from console.domain.events import NotUnderstood
from console.domain.reduce import reduce
from console.wire.envelope import Beat, Greeting, read_event, read_world
from tests.relay.stand import INES, KOFI, LENA, Desk, Start, until


@dataclass
class Listener:
    """A console that reads the stream. Its parser is its own, so that a mistake cannot hide on both sides."""

    events: list[tuple[str, str, bytes]] = field(default_factory=list)
    ended: bool = False

    def of(self, name: str) -> list[bytes]:
        return [data for kind, _, data in self.events if kind == name]

    @property
    def sequence(self) -> list[int]:
        return [int(id.rpartition(":")[2]) for kind, id, _ in self.events if kind == "message"]

    @property
    def last(self) -> str:
        return next(id for _, id, _ in reversed(self.events) if id)

    @property
    def hello(self) -> Greeting:
        return msgspec.json.decode(self.of("hello")[0], type=Greeting)

    async def read(self, answer: httpx2.Response) -> None:
        buffer = b""
        with contextlib.suppress(httpx2.RemoteProtocolError):
            async for chunk in answer.aiter_raw():
                buffer += chunk
                *whole, buffer = buffer.split(b"\n\n")
                for block in whole:
                    fields = dict(line.split(b": ", 1) for line in block.split(b"\n"))
                    name = fields.get(b"event", b"message").decode()
                    self.events.append((name, fields.get(b"id", b"").decode(), fields[b"data"]))
        self.ended = True


@contextlib.asynccontextmanager
async def listening(desk: Desk, last: str = "", token: str = "") -> AsyncIterator[Listener]:
    headers = {"Authorization": f"Bearer {token or desk.token(LENA)}"}
    if last:
        headers["Last-Event-ID"] = last
    listener = Listener()
    async with (
        httpx2.AsyncClient(trust_env=False, timeout=None) as http,
        http.stream("GET", f"{desk.url}/v1.0/stream", headers=headers) as answer,
    ):
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        task = asyncio.create_task(listener.read(answer))
        try:
            await until(lambda: listener.of("hello"))
            yield listener
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def odd(number: int, size: int = 1) -> NotUnderstood:
    return NotUnderstood(key=f"odd-{number}", at=float(number), what="x" * size)


async def test_hello_then_snapshot_then_facts(start: Start) -> None:
    desk = await start()
    id = await desk.rings()
    async with listening(desk) as lena:
        await until(lambda: lena.of("snapshot"))
        hello = lena.hello
        assert not hello.recovered and hello.operator.name == "Lena Ortiz" and hello.roles == ("Operator",)
        assert abs(hello.now - time.time()) < 2 and hello.epoch == desk.relay.hub.history.epoch
        assert lena.events[0][0] == "hello" and lena.events[1][0] == "snapshot"
        world = read_world(lena.of("snapshot")[0])
        assert list(world.calls) == [id] and lena.events[1][1] == f"{hello.epoch}:{hello.seq}"
        await desk.client(LENA).answer(id)
        await until(lambda: desk.is_in(LENA, id))
        await until(lambda: lena.sequence and lena.sequence[-1] == desk.relay.hub.seq)
        assert lena.sequence == list(range(hello.seq + 1, desk.relay.hub.seq + 1))
        for data in lena.of("message"):
            world = reduce(world, read_event(data))
        assert world == desk.world, "a console that folds the same facts sees the same"


async def test_resuming_while_facts_pour_in_leaves_no_gap_and_no_double(start: Start) -> None:
    desk = await start()
    hub, stop = desk.relay.hub, False
    made = 0

    async def pour() -> None:
        nonlocal made
        while not stop:
            await hub.append(*(odd(made + n) for n in range(3)))
            made += 3

    pouring = asyncio.create_task(pour())
    try:
        seen: list[int] = []
        async with listening(desk) as first:
            await until(lambda: len(first.sequence) > 50)
            seen += first.sequence
            last, start_at = first.last, first.hello.seq
        for _ in range(6):
            before = hub.seq
            await until(lambda since=before: hub.seq > since + 700)  # type: ignore[misc]
            async with listening(desk, last) as again:
                await until(lambda a=again: len(a.sequence) > 900)  # type: ignore[misc]
                assert again.hello.recovered and not again.of("snapshot")
                seen += again.sequence
                last = again.last
    finally:
        stop = True
        await pouring
    assert seen == list(range(start_at + 1, start_at + 1 + len(seen)))


@pytest.mark.parametrize("last", ["nonsense", "0123456789abcdef:1", ":", "{epoch}:999999", "{epoch}:-1"])
async def test_a_place_that_cannot_be_resumed_gets_a_snapshot(start: Start, last: str) -> None:
    desk = await start()
    await desk.relay.hub.append(odd(1))
    async with listening(desk, last.replace("{epoch}", desk.relay.hub.history.epoch)) as lena:
        await until(lambda: lena.of("snapshot"))
        assert not lena.hello.recovered


async def test_a_slow_reader_is_told_to_resync(start: Start) -> None:
    desk = await start(stream_queue=200)
    hub = desk.relay.hub
    reader, writer = await asyncio.open_connection("127.0.0.1", int(desk.url.rpartition(":")[2]), limit=2**10)
    request = f"GET /v1.0/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {desk.token(LENA)}\r\n\r\n"
    writer.write(request.encode())
    await until(lambda: hub.streams == 1)
    for n in range(400):
        await hub.append(*(odd(n * 10 + k, 4000) for k in range(10)))
        if all(s.ending for s in hub._subscriptions):
            break
    assert [s.ending for s in hub._subscriptions] == ["resync"]
    text = b""
    with contextlib.suppress(asyncio.IncompleteReadError):
        while b"event: resync" not in text[-3000:] and (more := await reader.read(65536)):
            text += more
    assert b"event: resync\ndata: {}\n\n" in text
    writer.close()
    await until(lambda: hub.streams == 0)
    async with listening(desk, last=f"{hub.history.epoch}:{hub.seq - 500}") as lena:
        await until(lambda: len(lena.sequence) == 500)


@pytest.mark.logs("returned without completing response")
async def test_a_reader_that_takes_nothing_is_dropped(start: Start) -> None:
    desk = await start(stream_queue=200, stream_write_timeout=0.3)
    hub = desk.relay.hub
    _, writer = await asyncio.open_connection("127.0.0.1", int(desk.url.rpartition(":")[2]), limit=2**10)
    request = f"GET /v1.0/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {desk.token(LENA)}\r\n\r\n"
    writer.write(request.encode())
    await until(lambda: hub.streams == 1)
    number = 0
    while hub.streams and number < 6000:
        await hub.append(*(odd(number + k, 4000) for k in range(10)))
        number += 10
        if all(s.ending for s in hub._subscriptions):
            break
    await until(lambda: hub.streams == 0, what="dropped")
    writer.close()


async def test_beats_and_bye_when_the_token_ends(start: Start) -> None:
    desk = await start(heartbeat=0.2)
    async with listening(desk, token=desk.token(LENA, exp=int(time.time()) + 2)) as lena:
        await until(lambda: len(lena.of("beat")) >= 2)
        assert abs(msgspec.json.decode(lena.of("beat")[0], type=Beat).now - time.time()) < 2
        await until(lambda: lena.ended, what="the stream ends")
        assert msgspec.json.decode(lena.of("bye")[0]) == {"reason": "token"}
        assert lena.of("bye") and lena.events[-1][0] == "bye"


async def test_a_stop_says_bye_and_is_quick(start: Start, simulation: Any, tmp_path: Any) -> None:
    from tests.relay.stand import serving

    listener = None
    async with contextlib.AsyncExitStack() as stack:
        async with serving(simulation, tmp_path / "other") as desk:
            listener = await stack.enter_async_context(listening(desk))
            await until(lambda: listener.of("snapshot"))
            began = time.monotonic()
        assert time.monotonic() - began < 2
        await until(lambda: listener.ended)
        assert msgspec.json.decode(listener.of("bye")[0]) == {"reason": "stopping"}


async def test_streams_are_counted_and_closed_ones_are_free_again(start: Start) -> None:
    desk = await start(streams_per_operator=2)
    headers = {"Authorization": f"Bearer {desk.token(LENA)}"}
    async with listening(desk), listening(desk), httpx2.AsyncClient(trust_env=False) as http:
        refused = await http.get(f"{desk.url}/v1.0/stream", headers=headers)
        assert refused.status_code == 429 and refused.headers["retry-after"]
        nobody = await http.get(f"{desk.url}/v1.0/stream")
        assert nobody.status_code == 401
        assert (await http.get(f"{desk.url}/v1.0/ping", headers=headers)).status_code == 204
    await until(lambda: desk.relay.hub.streams == 0)
    async with listening(desk):
        pass


async def test_somebody_who_left_is_shown_out_and_the_others_stay(start: Start) -> None:
    desk = await start()
    async with listening(desk) as lena, listening(desk, token=desk.token(KOFI)) as kofi:
        await until(lambda: lena.of("hello") and kofi.of("hello"))
        desk.relay.reload(dataclasses.replace(desk.settings, denied_operators=(LENA.upper(),)))
        await until(lambda: lena.ended, what="shown out")
        assert lena.of("bye") == [b'{"reason":"denied"}']
        assert (await desk.client(LENA).answer(await desk.rings())).status_code == 403
        await until(lambda: kofi.sequence, what="the others hear on")
        assert not kofi.ended
        desk.relay.reload(desk.settings)
        assert (await desk.client(LENA).post("/unknown-call/park")).status_code == 404


async def test_a_supervisor_of_another_line_cannot_step_in(start: Start) -> None:
    desk = await start()
    id = await desk.answered(LENA)
    line = desk.simulation.directory.lines[0].id
    desk.relay.reload(dataclasses.replace(desk.settings, line_supervisors={line: ("somebody-else",)}))
    refused = await desk.client(INES).post(f"/{id}", method="DELETE")
    assert refused.status_code == 409 or refused.status_code == 403, refused.text
    assert "has this call" in refused.text
    desk.relay.reload(dataclasses.replace(desk.settings, line_supervisors={line: (INES,)}))
    assert (await desk.client(INES).post(f"/{id}", method="DELETE")).status_code == 204
