"""The loop that keeps the store true: connect, read, notice silence and gaps, reconnect, resume."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Protocol

import msgspec

from console.domain.budget import Use
from console.domain.errors import ConsoleError, NotAllowed, NotSignedIn, Unreachable
from console.domain.events import Event
from console.domain.text import NOTHING, Text
from console.domain.world import World
from console.feed.gaps import Gaps, Position
from console.feed.link import LinkKind, LinkState
from console.feed.pauses import Pauses
from console.feed.sse import Frame, Parser
from console.wire.budget import read_uses
from console.wire.envelope import VERSION, Beat, Greeting, read_event, read_world

if TYPE_CHECKING:
    import httpx2

log = logging.getLogger(__name__)

SILENCE = 29.0
"""Seconds without a byte after which the line counts as dead: nearly two signs of life at a relay's usual
pace (SECURITY R6: within 30 s)."""
BEATS = 29 / 15
"""The same in signs of life, for a relay that has told its pace."""
LEAST_SILENCE = 4.0
CONNECT_TIME = 10.0
STEADY = 8.0
"""Seconds after which a line that ends with "start afresh" counts as one that worked."""
CHECK_EVERY = 0.25


class Resync(Exception):
    """Start over with what the relay has now."""


class Renewed(Exception):
    """The stream ended with its token; the next one goes on where it stopped, and nobody need know."""


class Sink(Protocol):
    """Where the feed puts what it reads. app.py joins it to the store, the clock, the runner and the lamp."""

    def events(self, events: list[Event]) -> None: ...

    def snapshot(self, world: World) -> None: ...

    def greeted(self, hello: Greeting) -> None: ...

    def relay_time(self, now: float) -> None: ...

    def relay_budget(self, uses: tuple[Use, ...]) -> None: ...

    def link(self, state: LinkState) -> None: ...


class Feed:
    """Reads the relay's stream for ever. `sink` takes what it brings; everything runs on one event loop."""

    def __init__(
        self,
        http: Callable[[], Awaitable[httpx2.AsyncClient]],
        root: str,
        token: Callable[[], Awaitable[str]],
        sink: Sink,
        *,
        utc: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._root = root
        self._token = token
        self._sink = sink
        self._utc = utc
        self._monotonic = monotonic
        self._silence = SILENCE
        self._gaps: Gaps[Event] = Gaps()
        self._heard = 0.0
        self._greeted = False
        self._pings: set[asyncio.Task[None]] = set()
        self._state = LinkState("connecting", utc())

    @property
    def state(self) -> LinkState:
        return self._state

    async def run(self) -> None:
        """Stay connected until cancelled. Never raises for what the network or the relay do."""
        pauses = Pauses()
        self._gaps = Gaps()
        while True:
            started, self._greeted = self._monotonic(), False
            try:
                await self._stay_connected()
            except Renewed:
                continue
            except Resync as reason:
                log.info("resynchronising: %s", reason)
                self._gaps = Gaps()
                # A console that is too slow must not ask for everything again and again.
                self._greeted = self._monotonic() - started > STEADY
            except (NotSignedIn, NotAllowed) as error:
                self._say("refused", reason=error.text)
                pauses.refused()
            except ConsoleError as error:
                self._say("lost", reason=error.sentence)
            except Exception:
                # The loop is an edge: a bug in here must show as a lost line, not end the shift.
                log.exception("the feed failed")
                self._say("lost", reason=Text("The stream could not be read."))
            if self._greeted:
                pauses.worked()
            await asyncio.sleep(pauses.next())

    async def _stay_connected(self) -> None:
        headers = {"Authorization": f"Bearer {await self._token()}", "Accept": "text/event-stream"}
        if self._gaps.at is not None:
            headers["Last-Event-ID"] = str(self._gaps.at)
        self._heard = self._monotonic()
        reader = asyncio.create_task(self._read(headers), name="feed reader")
        watch = asyncio.create_task(self._watch(), name="feed watch")
        try:
            done, _ = await asyncio.wait({reader, watch}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            reader.cancel()
            watch.cancel()
            await asyncio.gather(reader, watch, return_exceptions=True)

    async def _watch(self) -> None:
        """End a silent or gapped connection. Our own watchdog: read timeouts leak timers under qasync."""
        while True:
            await asyncio.sleep(CHECK_EVERY)
            now = self._monotonic()
            if self._gaps.overdue(now):
                raise Resync("an event is missing")
            if now - self._heard > self._silence:
                raise Unreachable("The relay has gone silent.")

    async def _read(self, headers: dict[str, str]) -> None:
        import httpx2

        limits = httpx2.Timeout(CONNECT_TIME, read=None)
        http = await self._http()
        try:
            async with http.stream("GET", self._root + "/stream", headers=headers, timeout=limits) as answer:
                _check(answer.status_code)
                await self._follow(answer.aiter_raw())
        except httpx2.HTTPError as error:
            raise Unreachable("No connection to the relay.") from error
        raise Unreachable("The relay closed the stream.")

    async def _follow(self, chunks: AsyncIterator[bytes]) -> None:
        parser = Parser()
        async for chunk in chunks:
            self._heard = self._monotonic()
            # Everything in one chunk is folded before anyone is told: one repaint, not fifty.
            events: list[Event] = []
            for frame in parser.feed(chunk):
                if frame.name == "message":
                    events += self._next(frame)
                    continue
                self._apply(events)
                events = []
                self._control(frame)
            self._apply(events)

    def _next(self, frame: Frame) -> list[Event]:
        position = Position.parse(frame.id)
        if position is None:
            raise Resync("an event without a place")
        ready = self._gaps.offer(position, read_event(frame.data), self._monotonic())
        if ready is None:
            raise Resync("the relay started a new log")
        return ready

    def _apply(self, events: list[Event]) -> None:
        if events:
            self._sink.events(events)

    def _control(self, frame: Frame) -> None:
        match frame.name:
            case "hello":
                self._greet(msgspec.json.decode(frame.data, type=Greeting))
            case "snapshot":
                position = Position.parse(frame.id)
                if position is None:
                    raise Resync("a snapshot without a place")
                self._sink.snapshot(read_world(frame.data))
                self._gaps.start(position)
                self._live()
            case "beat":
                beat = msgspec.json.decode(frame.data, type=Beat)
                self._sink.relay_time(beat.now)
                self._sink.relay_budget(read_uses(beat.budget))
                self._live()
            case "resync":
                raise Resync("the relay asked for it")
            case "bye" if b"token" in frame.data:
                raise Renewed
            case "bye":
                raise Unreachable("The relay closed the stream.")
            case other:
                log.info("a stream event named %r is not known", other[:40])

    def _greet(self, hello: Greeting) -> None:
        if hello.version != VERSION:
            raise NotAllowed(
                Text(
                    "The relay speaks version {relay} of the stream, this console version {console}.",
                    relay=hello.version,
                    console=VERSION,
                ),
                "Update the older of the two.",
            )
        self._greeted = True
        self._silence = max(LEAST_SILENCE, BEATS * hello.heartbeat)
        self._sink.relay_time(hello.now)
        self._sink.relay_budget(read_uses(hello.budget))
        self._sink.greeted(hello)
        if hello.recovered:
            self._live()
        else:
            self._gaps = Gaps()

    def _live(self) -> None:
        if self._state.kind != "live":
            self._say("live")
        ping = asyncio.get_running_loop().create_task(self._ping(), name="feed ping")
        self._pings.add(ping)
        ping.add_done_callback(self._pings.discard)

    async def _ping(self) -> None:
        """Measure the round trip for the lamp; a failure is not news, the stream itself decides."""
        import httpx2

        started = self._monotonic()
        try:
            headers = {"Authorization": f"Bearer {await self._token()}"}
            http = await self._http()
            await http.get(self._root + "/ping", headers=headers, timeout=CONNECT_TIME)
        except (httpx2.HTTPError, ConsoleError):
            return
        if self._state.kind == "live":
            milliseconds = (self._monotonic() - started) * 1000
            self._state = LinkState("live", self._state.since, milliseconds)
            self._sink.link(self._state)

    def _say(self, kind: LinkKind, reason: Text = NOTHING) -> None:
        since = self._state.since if self._state.kind == kind else self._utc()
        self._state = LinkState(kind, since, reason=reason)
        self._sink.link(self._state)

    async def close(self) -> None:
        """Cancel what is still measuring."""
        for ping in tuple(self._pings):
            ping.cancel()
        await asyncio.gather(*self._pings, return_exceptions=True)


def _check(status: int) -> None:
    match status:
        case 200:
            return
        case 401:
            raise NotSignedIn("The relay does not accept the sign-in.")
        case 403:
            raise NotAllowed(
                "You do not have the Operator role.", "Ask your administrator to assign it to you."
            )
        case _:
            raise Unreachable(Text("The relay answered {status}.", status=status))
