"""GET /v1.0/stream: the facts as server-sent events, resumed without a gap, or said to be a fresh start."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from console.domain.budget import Use
from console.relay.clock import Clock
from console.relay.doorkeeper import Principal
from console.relay.hub import Hub, Position, Subscription, encode
from console.wire.budget import write_uses
from console.wire.envelope import Beat, Greeting

PAGE = 500
FARTHEST = 20_000
"""Events behind which a snapshot is quicker than a replay."""
CATCH_UP = 1.0
"""Seconds in which this relay should have read what another one has told already."""

_POSITION = re.compile(r"([0-9a-f]{1,32}):([0-9]{1,18})")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between beats, and seconds a console may take nothing before it is dropped."""

    heartbeat: float = 15.0
    write_timeout: float = 10.0


def read_position(header: str | None) -> Position | None:
    """Return the place in a Last-Event-ID header, or None when it is missing or none of ours."""
    found = _POSITION.fullmatch(header or "")
    return Position(found.group(1), int(found.group(2))) if found else None


class Stream(Response):
    """One console's stream. It ends with `resync`, with `bye`, or when the console goes away.

    `facts` is the relay's steady clock, for the greeting; `wall` the computer's, by which the token ends;
    `budget` gives the relay's use of Microsoft's limits; `waited` is told for how many seconds facts waited.
    """

    media_type = "text/event-stream"

    def __init__(
        self,
        hub: Hub,
        who: Principal,
        last: Position | None,
        *,
        facts: Clock,
        wall: Clock,
        pace: Pace,
        budget: Callable[[], Iterable[Use]],
        waited: Callable[[float], None],
    ) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._hub = hub
        self._who = who
        self._last = last
        self._facts = facts
        self._wall = wall
        self._pace = pace
        self._budget = budget
        self._waited = waited
        self._subscription = hub.subscribe(who.operator.id)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        listening = asyncio.create_task(self._gone(receive), name="stream: wait for the console to go")
        sending = asyncio.create_task(self._send(send), name="stream: send")
        try:
            await asyncio.wait((listening, sending), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._hub.unsubscribe(self._subscription)
            for task in (listening, sending):
                task.cancel()
            await asyncio.gather(listening, sending, return_exceptions=True)
        if sending.cancelled():
            return
        error = sending.exception()
        if isinstance(error, TimeoutError):
            log.info("a console took nothing for too long; its stream is dropped")
        elif error is not None and not isinstance(error, OSError):
            raise error

    async def _gone(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async with aclosing(self._chunks()) as chunks:
            async for chunk in chunks:
                async with asyncio.timeout(self._pace.write_timeout):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _chunks(self) -> AsyncGenerator[bytes, None]:
        hub, subscription = self._hub, self._subscription
        start = await self._start()
        missed = await self._missed(start)
        reached = start.seq if missed is None else self._last.seq if self._last else 0
        yield encode(None, self._greeting(start, reached, recovered=missed is not None), "hello")
        if missed is None:
            yield encode(start, hub.snapshot(subscription), "snapshot")
        else:
            while reached < start.seq and not subscription.ending:
                yield b"".join(encode(Position(start.epoch, seq), data) for seq, data in missed)
                reached = missed[-1][0]
                missed = await hub.history.after(reached, PAGE) if reached < start.seq else []
                if not missed and reached < start.seq:
                    yield encode(None, b"{}", "resync")
                    return
                missed = [m for m in missed or [] if m[0] <= start.seq]
        async with aclosing(self._live(subscription)) as live:
            async for chunk in live:
                yield chunk

    async def _start(self) -> Position:
        """Return where this stream begins: the newest fact, or a newer one that the console has already."""
        subscription, epoch, last = self._subscription, self._hub.history.epoch, self._last
        ahead = last is not None and last.epoch == epoch and last.seq > subscription.start
        if last and ahead and await self._hub.reach(last.seq, CATCH_UP) and not subscription.ending:
            subscription.skip(last.seq)
            return last
        return Position(epoch, subscription.start)

    async def _missed(self, start: Position) -> list[tuple[int, bytes]] | None:
        """Return the first page of what the console missed, or None when it must start afresh."""
        last = self._last
        if last is None or last.epoch != start.epoch or not start.seq - FARTHEST <= last.seq <= start.seq:
            return None
        if last.seq == start.seq:
            return []
        page = await self._hub.history.after(last.seq, PAGE)
        if not page or page[0][0] != last.seq + 1:
            return None
        return [m for m in page if m[0] <= start.seq]

    async def _live(self, subscription: Subscription) -> AsyncGenerator[bytes, None]:
        loop = asyncio.get_running_loop()
        ends = loop.time() + self._who.expires - self._wall()
        beat = loop.time() + self._pace.heartbeat
        while True:
            now = loop.time()
            if subscription.ending == "resync":
                yield encode(None, b"{}", "resync")
                return
            if subscription.waiting:
                self._waited(time.monotonic() - subscription.since)
                yield b"".join(chunk for _, chunk in subscription.take())
            elif subscription.ending or now >= ends:
                why = subscription.ending or "token"
                yield encode(None, msgspec.json.encode({"reason": why}), "bye")
                return
            elif now >= beat:
                beat = now + self._pace.heartbeat
                yield encode(None, msgspec.json.encode(self._beat()), "beat")
            else:
                await _wait(subscription.news, min(beat, ends) - now)

    def _beat(self) -> Beat:
        return Beat(now=self._facts(), budget=write_uses(self._budget()))

    def _greeting(self, start: Position, reached: int, *, recovered: bool) -> bytes:
        return msgspec.json.encode(
            Greeting(
                epoch=start.epoch,
                seq=reached,
                recovered=recovered,
                now=self._facts(),
                operator=self._who.operator,
                roles=tuple(sorted(self._who.roles)),
                budget=write_uses(self._budget()),
                closed_lines=tuple(sorted(self._who.closed_lines)),
                heartbeat=self._pace.heartbeat,
            )
        )


async def _wait(news: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(max(0.0, seconds)):
            await news.wait()
    except TimeoutError:
        return
