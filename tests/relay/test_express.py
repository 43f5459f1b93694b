"""The short way for notifications: who may take it, and that nobody can tell it from the long one."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import time
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest

from console.relay.server import listen, make_server
from console.relay.settings import Rescue
from tests.relay.stand import LENA, Desk, Quiet, Start, until, wire
from tests.relay.test_webhooks import body, post


def whole(desk: Desk, content: bytes, *lines: str, path: str = "", token: str = "") -> bytes:
    """One request in one piece."""
    head = [
        f"POST /hooks/calls{path} HTTP/1.1",
        "Host: x",
        f"Authorization: Bearer {token or desk.simulation.simulator.signer.token()}",
        f"Content-Length: {len(content)}",
        *lines,
    ]
    return "\r\n".join([*head, "", ""]).encode() + content


def news(**more: Any) -> bytes:
    return json.dumps(body(str(uuid.uuid4()), **more)).encode()


async def answer(reader: asyncio.StreamReader) -> list[bytes]:
    """The status line and the headers in order, without the date."""
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 8)
    status, *headers = head.strip().split(b"\r\n")
    return [status, *sorted(line for line in headers if not line.startswith(b"date:"))]


def scope(desk: Desk, path: str = "/hooks/calls", method: str = "POST", **headers: str) -> dict[str, Any]:
    sent = {"authorization": f"Bearer {desk.simulation.simulator.signer.token()}", **headers}
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in sent.items()]
    return {"type": "http", "method": method, "path": path, "headers": raw}


async def test_both_ways_answer_alike(start: Start) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    async with wire(desk) as (reader, writer):
        for content in (news(), b"{nonsense", b'{"type":"legacy"}', news(tenantId=str(uuid.uuid4()))):
            answers = []
            for cut in (30, -1, 0):  # in the head, in the body, and in one piece
                request = whole(desk, content)
                if cut:
                    writer.write(request[:cut])
                    await writer.drain()
                    for _ in range(5):  # the relay is on this loop: the rest is another packet
                        await asyncio.sleep(0)
                writer.write(request[cut:])
                answers.append(await answer(reader))
            assert answers[0] == answers[1] == answers[2]


async def test_only_who_is_known_takes_the_short_way(start: Start) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    take = desk.relay.app.take
    statuses: list[int] = []
    known = scope(desk)
    assert not take(known, news(), statuses.append), "the first token is examined"
    assert await post(desk, json.loads(news()), token=known["headers"][0][1].decode().split()[1]) == 202
    seq = desk.relay.hub.seq
    for refused, content in (
        (scope(desk, authorization="Bearer x"), news()),
        (scope(desk, authorization=f"Bearer {desk.token(LENA)}"), news()),
        ({**known, "headers": []}, news()),
        ({**known, "headers": [*known["headers"], (b"content-encoding", b"gzip")]}, news()),
        ({**known, "path": "/hooks/calls/forged"}, news()),
        ({**known, "path": "/hooks/calls/a/b"}, news()),
        ({**known, "path": "/hooks/graph"}, news()),
        ({**known, "method": "PUT"}, news()),
        (known, news(tenantId=str(uuid.uuid4()))),
        (known, b"{nonsense"),
        (known, b"[]"),
        (known, b""),
        (known, b" " * 300_000),
    ):
        assert not take(refused, content, statuses.append), (refused["path"], content[:40])
    await asyncio.sleep(0)
    assert desk.relay.hub.seq == seq and not statuses, "and nothing was done"
    taken: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    assert take(known, news(), taken.set_result)
    assert await taken == 202 and desk.relay.hub.seq == seq + 1, "kept and folded before it is answered"


async def test_a_withdrawn_token_does_not_take_the_short_way(start: Start) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    token = desk.simulation.simulator.signer.token()
    assert await post(desk, json.loads(news()), token=token) == 202
    known = scope(desk, authorization=f"Bearer {token}")
    gate = desk.relay.doorkeeper.notifications
    gate.judge_by(gate.profile)
    assert not desk.relay.app.take(known, news(), lambda _: None)


async def test_requests_in_one_packet_are_answered_in_turn(start: Start) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    token = desk.simulation.simulator.signer.token()
    async with wire(desk) as (reader, writer):
        for _ in range(2):  # the second time the token is known
            writer.write(b"".join(whole(desk, content, token=token) for content in (news(), b"{", news())))
            statuses = [(await answer(reader))[0].split()[1] for _ in range(3)]
            assert statuses == [b"202", b"400", b"202"]
    assert desk.relay.hub.seq == 4


@pytest.mark.parametrize("last", ["Connection: close", "Expect: 100-continue"])
async def test_what_else_http_asks_for(start: Start, last: str) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    token = desk.simulation.simulator.signer.token()
    async with wire(desk) as (reader, writer):
        writer.write(whole(desk, news(), token=token))
        assert (await answer(reader))[0].split()[1] == b"202"
        writer.write(whole(desk, news(), last, token=token))
        first = await answer(reader)
        if "close" in last:
            assert b"connection: close" in first and await reader.read() == b""
        else:
            assert first[0].split()[1] == b"100"
            assert (await answer(reader))[0].split()[1] == b"202"


IDLE = 0.6
"""Seconds after which a line without requests is closed here; 30 in the product."""


@contextlib.asynccontextmanager
async def soon_closing(desk: Desk) -> AsyncIterator[Desk]:
    """The same relay at a second address that does not keep idle lines for long."""
    listener, url = listen(dataclasses.replace(desk.settings, listen_port=0))
    with listener:
        made = make_server(desk.relay, desk.settings)
        made.config.timeout_keep_alive = IDLE  # type: ignore[assignment]
        server = Quiet(made.config, lambda: None)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        await until(lambda: server.started)
        try:
            yield dataclasses.replace(desk, url=url)
        finally:
            server.should_exit = True
            await task


@pytest.mark.parametrize("last", ["short", "long"])
async def test_a_line_is_closed_once_it_has_been_idle(start: Start, last: str) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    token = desk.simulation.simulator.signer.token()
    assert await post(desk, json.loads(news()), token=token) == 202
    async with soon_closing(desk) as second, wire(second) as (reader, writer):
        for _ in range(4):  # longer in all than a line may be idle
            await asyncio.sleep(IDLE / 2)
            writer.write(whole(desk, news(), token=token))
            assert (await answer(reader))[0].split()[1] == b"202"
        if last == "long":
            await asyncio.sleep(IDLE / 2)
            writer.write(b"PUT /hooks/calls HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
            assert (await answer(reader))[0].split()[1] == b"405"
        idle_from = time.monotonic()
        await asyncio.wait_for(reader.read(), 8)
        assert time.monotonic() - idle_from > IDLE * 0.9


@pytest.mark.parametrize("cut", [30, -1], ids=["in the head", "in the body"])
async def test_a_line_is_not_idle_while_a_request_comes(start: Start, cut: int) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    token = desk.simulation.simulator.signer.token()
    assert await post(desk, json.loads(news()), token=token) == 202
    async with soon_closing(desk) as second, wire(second) as (reader, writer):
        for content in (news(), news()):
            request = whole(desk, content, token=token)
            writer.write(request[:cut])
            await asyncio.sleep(IDLE * 1.5)
            writer.write(request[cut:])
            assert (await answer(reader))[0].split()[1] == b"202"
            writer.write(whole(desk, news(), token=token))
            assert (await answer(reader))[0].split()[1] == b"202"
