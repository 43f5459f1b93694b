"""Under siege: bodies that are slow, large, packed or deep, and a thousand streams; callers get through."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import resource
import uuid
import zlib
from collections import Counter
from collections.abc import AsyncIterator

import httpx2
import pytest

from console.relay import intake
from console.relay.intake import LARGEST
from console.relay.settings import Rescue
from tests.relay.stand import LENA, Desk, Start, until
from tests.unit.wire.test_strict import ODD

STREAMS, OPERATORS = 1000, 125
DOORS = ("/hooks/calls", "/v1.0/communications/calls")


@contextlib.asynccontextmanager
async def wires(
    desk: Desk, count: int
) -> AsyncIterator[list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]:
    port = int(desk.url.rpartition(":")[2])
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(count)]
    try:
        yield opened
    finally:
        for _, writer in opened:
            writer.close()
        await asyncio.gather(*(w.wait_closed() for _, w in opened), return_exceptions=True)


def head(desk: Desk, door: str, *lines: str) -> bytes:
    """A request's head with a good token for the door: only then is a body read at all."""
    token = desk.simulation.simulator.signer.token() if "hooks" in door else desk.token(LENA)
    first = [f"POST {door} HTTP/1.1", "Host: x", f"Authorization: Bearer {token}", *lines]
    return "\r\n".join([*first, "", ""]).encode()


async def status(reader: asyncio.StreamReader) -> int:
    line = await asyncio.wait_for(reader.readline(), 10)
    return int(line.split()[1]) if line else 0


@pytest.mark.parametrize("door", DOORS)
async def test_slow_bodies_are_cut_off_and_keep_nobody_out(
    start: Start, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    monkeypatch.setattr(intake, "PATIENCE", 0.5)
    desk = await start(rescue=Rescue.RING_OUT)
    async with wires(desk, 150) as opened:
        for _, writer in opened:
            writer.write(head(desk, door, "Content-Length: 1000") + b"{")
        assert await desk.rings()
        for _, writer in opened[:20]:
            writer.write(b" ")  # a sign now and then does not make it faster
        assert {await status(reader) for reader, _ in opened} == {408}


@pytest.mark.logs("Invalid HTTP request received")
@pytest.mark.parametrize("door", DOORS)
async def test_a_body_of_256_kib_is_the_largest_whether_its_length_is_told_or_not(
    start: Start, door: str
) -> None:
    desk = await start()
    good = b" " * (LARGEST - 2) + b"{}"
    chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
    async with wires(desk, 4) as [(one, tell), (two, tell_two), (three, tell_three), (four, tell_four)]:
        tell.write(head(desk, door, f"Content-Length: {LARGEST + 1}"))
        assert await status(one) == 413, "before any of it was sent"
        tell_two.write(head(desk, door, "Transfer-Encoding: chunked") + chunk * 4 + b"1\r\n \r\n")
        assert await status(two) == 413, "before its end was sent"
        tell_three.write(head(desk, door, f"Content-Length: {LARGEST}") + good)
        assert await status(three) in (204, 400), "read, and found to be nothing"
        tell_four.write(head(desk, door, "Content-Length: -1") + b"{}")
        assert await status(four) in (400, 413)


@pytest.mark.parametrize("door", DOORS)
async def test_what_is_packed_is_never_unpacked(start: Start, door: str) -> None:
    desk = await start()
    bomb = gzip.compress(b" " * 50_000_000)
    packed = {
        "gzip": bomb,
        "deflate": zlib.compress(b" " * 1000),
        "br": b"x",
        "GZIP": bomb,
        "gzip, gzip": bomb,
    }
    for coding, body in packed.items():
        async with wires(desk, 1) as [(reader, writer)]:
            writer.write(head(desk, door, f"Content-Encoding: {coding}", f"Content-Length: {len(body)}"))
            writer.write(body)
            assert await status(reader) == 415, coding
    async with wires(desk, 1) as [(reader, writer)]:  # nor is what hides that it is packed
        writer.write(head(desk, door, f"Content-Length: {len(bomb)}") + bomb)
        assert await status(reader) == 400


@pytest.mark.parametrize("door", DOORS)
async def test_json_that_could_be_read_in_two_ways_is_a_mistake(start: Start, door: str) -> None:
    desk = await start()
    for name, body in ODD.items():
        if not body or len(body) > LARGEST:
            continue  # nothing at all is a body without members for an operator
        async with wires(desk, 1) as [(reader, writer)]:
            writer.write(head(desk, door, f"Content-Length: {len(body)}") + body)
            assert await status(reader) == 400, name


@pytest.mark.parametrize("door", DOORS)
async def test_ten_thousand_levels_are_a_mistake_like_any_other(start: Start, door: str) -> None:
    desk = await start()
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
        body = opening * 10_000 + b"1" + closing * 10_000
        async with wires(desk, 1) as [(reader, writer)]:
            writer.write(head(desk, door, f"Content-Length: {len(body)}") + body)
            assert await status(reader) == 400


@pytest.mark.timeout(120)
async def test_a_thousand_streams_are_five_hundred_and_callers_get_through(start: Start) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * STREAMS + 1000  # both ends are ours
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
    desk = await start(rescue=Rescue.RING_OUT)
    tokens = [desk.token(LENA, oid=str(uuid.UUID(int=n + 1))) for n in range(OPERATORS)]
    statuses: Counter[int] = Counter()
    async with wires(desk, STREAMS) as opened:
        for number, (_, writer) in enumerate(opened):
            bearer = f"Authorization: Bearer {tokens[number % OPERATORS]}"
            writer.write(f"GET /v1.0/stream HTTP/1.1\r\nHost: x\r\n{bearer}\r\n\r\n".encode())
        for reader, _ in opened:
            statuses[await status(reader)] += 1
        assert statuses == {200: 500, 429: STREAMS - 500} and desk.relay.hub.streams == 500
        assert await desk.rings(), "a caller"
        async with httpx2.AsyncClient(trust_env=False) as http:
            bearer = {"Authorization": f"Bearer {desk.token(LENA)}"}
            assert (await http.get(f"{desk.url}/v1.0/ping", headers=bearer)).status_code == 204
            assert (await http.get(f"{desk.url}/v1.0/stream", headers=bearer)).status_code == 429
        one = next(reader for reader, _ in opened if not reader.at_eof())
        assert b"text/event-stream" in await one.readuntil(b"\r\n\r\n")
    await until(lambda: desk.relay.hub.streams == 0, what="all are free again")
