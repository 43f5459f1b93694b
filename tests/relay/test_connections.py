"""Connections under attack: heads that are too large, too slow or too many, and TLS that is too old."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import ssl
from pathlib import Path

import httpx2
import pytest

from console.domain.errors import BadSettings
from console.relay.server import make_server
from console.simulator.app import Running
from tests.relay.stand import LENA, Desk, Start, wire


async def status_of(reader: asyncio.StreamReader) -> int:
    """The status of the answer; 0 when the connection was closed without one."""
    try:
        line = await asyncio.wait_for(reader.readline(), 8)
    except ConnectionError:
        return 0
    return int(line.split()[1]) if line else 0


async def healthy(desk: Desk) -> bool:
    async with httpx2.AsyncClient(trust_env=False) as http:
        return (await http.get(f"{desk.url}/health/live")).status_code == 200


async def test_a_head_of_16_kib_is_the_largest(start: Start) -> None:
    desk = await start()
    for size, expected in ((15_000, 200), (17_000, 431)):
        async with wire(desk) as (reader, writer):
            writer.write(b"GET /health/live HTTP/1.1\r\nhost: x\r\nx-long: " + b"a" * size + b"\r\n\r\n")
            assert await status_of(reader) == expected


async def test_a_head_that_never_ends_is_cut_off_while_it_comes(start: Start) -> None:
    desk = await start()
    async with wire(desk) as (reader, writer):
        writer.write(b"GET /health/live HTTP/1.1\r\n")
        with contextlib.suppress(ConnectionError):
            for number in range(100):
                writer.write(b"x-%d: " % number + b"a" * 1000 + b"\r\n")
                await writer.drain()
        assert await status_of(reader) in (431, 0)
        with contextlib.suppress(ConnectionError):
            assert b"200 OK" not in await reader.read()
    assert await healthy(desk)


async def test_a_slow_head_is_cut_off_and_a_slow_body_is_not_mistaken_for_one(start: Start) -> None:
    desk = await start(head_timeout=0.3)
    async with wire(desk) as (silent, _), wire(desk) as (reader, writer):
        writer.write(b"GET /health/live HTTP/1.1\r\nhost: x\r\n")
        assert await status_of(reader) == 408
        assert await status_of(silent) == 408
    async with wire(desk) as (reader, writer):
        head = f"POST /hooks/calls HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {desk.token(LENA)}\r\n"
        writer.write(head.encode() + b"content-length: 2\r\n\r\n{")
        assert await status_of(reader) == 401  # judged by its token before the body is there


async def test_every_head_of_a_kept_connection_is_bounded(start: Start) -> None:
    desk = await start(head_timeout=0.3)
    async with wire(desk) as (reader, writer):
        for _ in range(3):
            writer.write(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n")
            assert await status_of(reader) == 200
            await reader.readuntil(b'{"status":"ok"}')
        writer.write(b"GET /health")
        assert await status_of(reader) == 408


async def test_only_so_many_connections(start: Start) -> None:
    desk = await start(connections_total=20, streams_total=10)
    async with contextlib.AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(wire(desk)) for _ in range(30)]
        refused = [await status_of(reader) for reader, _ in opened[20:]]
        assert set(refused) <= {503, 0} and 503 in refused
    assert await healthy(desk)


async def test_two_hundred_slow_heads_do_not_keep_a_caller_out(start: Start) -> None:
    desk = await start()
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(200):
            _, writer = await stack.enter_async_context(wire(desk))
            writer.write(b"POST /hooks/calls HTTP/1.1\r\nx: ")
        assert await desk.rings()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
async def test_its_own_tls(start: Start, simulation: Running) -> None:
    files = simulation.certificates
    desk = await start(tls_certificate=str(files.server_certificate), tls_key=str(files.server_key))
    assert desk.url.startswith("https://")
    trusting = ssl.create_default_context(cafile=files.ca_file)
    async with httpx2.AsyncClient(verify=trusting, trust_env=False) as http:
        assert (await http.get(f"{desk.url}/health/live")).status_code == 200
    async with httpx2.AsyncClient(trust_env=False) as stranger:
        with pytest.raises(httpx2.ConnectError):  # signed by an authority that nobody else trusts
            await stranger.get(f"{desk.url}/health/live")
    trusting.minimum_version = ssl.TLSVersion.TLSv1_1
    trusting.maximum_version = ssl.TLSVersion.TLSv1_1
    trusting.set_ciphers("DEFAULT@SECLEVEL=0")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await asyncio.open_connection("127.0.0.1", int(desk.url.rpartition(":")[2]), ssl=trusting)


async def test_a_damaged_certificate_stops_the_start(start: Start, tmp_path: Path) -> None:
    desk = await start()
    (tmp_path / "tls.pem").write_text("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n")
    file = str(tmp_path / "tls.pem")
    broken = dataclasses.replace(desk.settings, tls_certificate=file, tls_key=file)
    with pytest.raises(BadSettings, match="tls_certificate and tls_key cannot be used"):
        make_server(desk.relay, broken)
