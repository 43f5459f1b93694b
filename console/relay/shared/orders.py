"""Facts on their way into the log, and whoever waits until they are kept and folded."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from console.domain.events import Event
from console.relay.history import HistoryFailed, Recorded


@dataclass(slots=True)
class Order:
    """Facts to add, all or none. It is done when everything up to `reach` has been folded."""

    facts: Sequence[tuple[Event, bytes]]
    done: asyncio.Future[list[Recorded]]
    kept: list[Recorded] = field(default_factory=list)
    reach: int = 0

    def refuse(self, sentence: str) -> None:
        if not self.done.done():
            self.done.set_exception(HistoryFailed(sentence, "Try again in a moment."))


class Orders:
    """A queue to be written, and a list of what is written but not yet folded."""

    def __init__(self) -> None:
        self._waiting: deque[Order] = deque()
        self._written: list[Order] = []
        self._wanted = asyncio.Event()

    async def add(self, facts: Sequence[tuple[Event, bytes]]) -> list[Recorded]:
        """Wait until `facts` are kept; return those that were new. Raises HistoryFailed."""
        done: asyncio.Future[list[Recorded]] = asyncio.get_running_loop().create_future()
        # Whoever waits may have gone when it fails; then nobody need be told.
        done.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._waiting.append(Order(facts, done))
        self._wanted.set()
        return await asyncio.shield(done)

    async def take(self, most: int) -> list[Order]:
        """Wait for orders and return some with about `most` facts.

        What came while others were being written goes together: no timer is needed.
        """
        await self._wanted.wait()
        batch: list[Order] = []
        while self._waiting and sum(len(order.facts) for order in batch) < most:
            batch.append(self._waiting.popleft())
        if not self._waiting:
            self._wanted.clear()
        self._written += batch
        return batch

    def fold(self, seq: int) -> None:
        """Everything up to `seq` has been folded: tell whoever waited for that."""
        for order in self._written:
            if order.reach and order.reach <= seq and not order.done.done():
                order.done.set_result(order.kept)
        self._written = [order for order in self._written if not order.done.done()]

    def refuse(self, sentence: str) -> None:
        """Fail everything that has not been told."""
        for order in (*self._written, *self._waiting):
            order.refuse(sentence)
        self._written.clear()
        self._waiting.clear()

    async def drain(self, seconds: float) -> None:
        """Wait until everything is told, or for `seconds`."""
        if waiting := [order.done for order in (*self._written, *self._waiting)]:
            await asyncio.wait(waiting, timeout=seconds)


def place(batch: Iterable[Order], places: Iterable[int]) -> list[Recorded]:
    """Give the facts of `batch` their places (negative: was there before); return those that are new."""
    new: list[Recorded] = []
    remaining = iter(places)
    for order in batch:
        for event, data in order.facts:
            seq = next(remaining)
            order.reach = max(order.reach, abs(seq))
            if seq > 0:
                order.kept.append(Recorded(seq, event, data))
        new += order.kept
    return new
