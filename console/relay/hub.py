"""Where facts come together: kept, folded into the world, encoded once and handed to every stream."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from console.domain.calls import Call
from console.domain.errors import OutcomeUnknown, Throttled
from console.domain.events import Event
from console.domain.ids import UserId
from console.domain.reduce import fold
from console.domain.world import Draft, World
from console.relay.history import History, HistoryFailed, Recorded
from console.wire.envelope import write_world

LATER = 0.01
"""Seconds for which those who watch may have to wait for the news of a large commit."""


class Position(NamedTuple):
    """A place in the log: what a stream's event id says."""

    epoch: str
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}:{self.seq}"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may wait for one stream, and how many streams there may be."""

    events: int = 1000
    bytes: int = 1_048_576
    per_operator: int = 8
    total: int = 500


@dataclass(slots=True, eq=False)
class Subscription:
    """What waits for one stream. `ending` is set once, with why the stream must close."""

    operator: UserId
    start: int
    world: World
    waiting: deque[tuple[int, bytes]] = field(default_factory=deque)
    size: int = 0
    since: float = 0.0
    """When the oldest of what waits came, by the monotonic clock."""
    ending: str = ""
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def push(self, seq: int, chunk: bytes, limits: Limits) -> None:
        if self.ending:
            return
        if len(self.waiting) >= limits.events or self.size + len(chunk) > limits.bytes:
            self.end("resync")
            return
        if not self.waiting:
            self.since = time.monotonic()
        self.waiting.append((seq, chunk))
        self.size += len(chunk)
        self.news.set()

    def take(self) -> list[tuple[int, bytes]]:
        """Return everything that waits, oldest first, and forget it."""
        taken = list(self.waiting)
        self.waiting.clear()
        self.size = 0
        self.news.clear()
        return taken

    def skip(self, seq: int) -> None:
        """Forget what waits up to `seq`: the console has had it from somewhere else."""
        while self.waiting and self.waiting[0][0] <= seq:
            self.size -= len(self.waiting.popleft()[1])
        if not self.waiting and not self.ending:
            self.news.clear()

    def end(self, why: str) -> None:
        if not self.ending:
            self.ending = why
            if why == "resync":
                self.waiting.clear()
            self.news.set()


class _Ahead(NamedTuple):
    """A world with the next events of the log folded in, and what each did to its call."""

    new: list[Recorded]
    before: World
    after: World
    changes: list[tuple[Call | None, Call | None]]


def _folded(world: World, new: list[Recorded]) -> _Ahead:
    draft = Draft(world)
    changes = [fold(draft, recorded.event) for recorded in new]
    return _Ahead(new, world, draft.finished(), changes)


Watcher = Callable[[Call | None, Call | None, Event], None]
"""Is told of a fact, and of the call that it is about: as it was before, and as the fact left it.

Those of a large commit are told within LATER, and the call may have changed further in the picture.
"""


class Hub:
    """The world and those who follow it. Everything here runs on one loop, so a fact is seen whole or not."""

    def __init__(self, history: History, world: World, seq: int, limits: Limits | None = None) -> None:
        self.history = history
        self.world = world
        self.seq = seq
        self.limits = limits or Limits()
        self._subscriptions: set[Subscription] = set()
        self._watchers: list[Watcher] = []
        self._restarts: list[Callable[[], None]] = []
        self._moved = asyncio.Event()
        self._ahead: _Ahead | None = None
        self._untold: list[tuple[Call | None, Call | None, Event]] = []
        self._soon: asyncio.TimerHandle | None = None
        self._snapshot: tuple[World | None, bytes] = (None, b"")
        history.follow(self)

    @property
    def position(self) -> Position:
        return Position(self.history.epoch, self.seq)

    @property
    def streams(self) -> int:
        return len(self._subscriptions)

    def append(self, *events: Event) -> asyncio.Future[list[Recorded]]:
        """Keep events and fold them in; the future gives those that were new. As History's."""
        return self.history.append(*events)

    async def note(self, *events: Event) -> None:
        """Keep what Graph has done already. Raises OutcomeUnknown when nobody can be told of it."""
        try:
            await self.history.append(*events)
        except HistoryFailed as failure:
            raise OutcomeUnknown("Teams has done it, but the relay could not tell anybody.") from failure

    def watch(self, watcher: Watcher) -> None:
        """Tell `watcher` of every new fact."""
        self._watchers.append(watcher)

    def on_restart(self, listener: Callable[[], None]) -> None:
        """Call `listener` when the world was replaced, because the log began a new epoch."""
        self._restarts.append(listener)

    async def reach(self, seq: int, seconds: float) -> bool:
        """Wait until fact `seq` has been folded in; False when that took longer than `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                while self.seq < seq:
                    await self._moved.wait()
        except TimeoutError:
            return False
        return True

    def subscribe(self, operator: UserId) -> Subscription:
        """Begin to collect facts from now on.

        Raises Throttled when there are too many streams, HistoryFailed while the log has never been read.
        """
        if not self.history.epoch:
            raise HistoryFailed("The relay does not know the calls yet.", self.history.trouble)
        own = sum(s.operator == operator for s in self._subscriptions)
        if own >= self.limits.per_operator or len(self._subscriptions) >= self.limits.total:
            raise Throttled(5.0)
        subscription = Subscription(operator, self.seq, self.world)
        self._subscriptions.add(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        self._subscriptions.discard(subscription)

    def expel(self, people: Collection[str]) -> None:
        """Close the streams of these operators, by object id, because they may not be here any more."""
        for subscription in self._subscriptions:
            if subscription.operator in people:
                subscription.end("denied")

    def goodbye(self) -> None:
        """Close every stream, because the relay is stopping."""
        for subscription in self._subscriptions:
            subscription.end("stopping")

    def forget(self, before: float) -> None:
        """Drop calls that ended before `before` (UTC seconds) from the picture."""
        self.world = self.world.only(lambda call: not call.ended or (call.ended_at or 0.0) >= before)

    def snapshot(self, subscription: Subscription) -> bytes:
        """Return the world at the subscription's start as JSON; encoded once for all that start together."""
        if self._snapshot[0] is not subscription.world:
            self._snapshot = subscription.world, write_world(subscription.world)
        return self._snapshot[1]

    def restarted(self, world: World, seq: int) -> None:
        """Take another world; every console is told to start afresh, too."""
        self._tell()
        self.world, self.seq = world, seq
        for subscription in self._subscriptions:
            subscription.end("resync")
        for listener in self._restarts:
            listener()

    def coming(self, new: list[Recorded]) -> None:
        """Do what can be done while the disk writes: tell of what came before, and fold this."""
        self._tell()
        self._ahead = _folded(self.world, new)

    def committed(self, new: list[Recorded]) -> None:
        """Fold events in and hand them on."""
        ahead, self._ahead = self._ahead, None
        is_busy = ahead is not None and ahead.new is new
        if ahead is None or not is_busy or ahead.before is not self.world:
            ahead = _folded(self.world, new)
        self.world = ahead.after
        for recorded, (before, after) in zip(new, ahead.changes, strict=True):
            self.seq = recorded.seq
            self._untold.append((before, after, recorded.event))
            if self._subscriptions:
                chunk = encode(Position(self.history.epoch, recorded.seq), recorded.data)
                for subscription in self._subscriptions:
                    subscription.push(recorded.seq, chunk, self.limits)
        self._moved.set()
        self._moved = asyncio.Event()
        if not is_busy:
            self._tell()
        elif self._soon is None:
            # Answers first: while the disk writes what comes next there will be time.
            self._soon = asyncio.get_running_loop().call_later(LATER, self._tell)

    def _tell(self) -> None:
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        untold, self._untold = self._untold, []
        for before, after, event in untold:
            for watcher in self._watchers:
                watcher(before, after, event)


def encode(position: Position | None, data: bytes, event: str = "") -> bytes:
    """Return one server-sent event. JSON on one line needs no further escaping."""
    lines = b""
    if event:
        lines += b"event: " + event.encode() + b"\n"
    if position is not None:
        lines += b"id: " + str(position).encode() + b"\n"
    return lines + b"data: " + data + b"\n\n"
