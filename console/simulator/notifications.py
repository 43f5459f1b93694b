"""Delivers notifications to the bot: in order per call, signed, retried, and with the faults asked for."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from console.simulator.clock import Clock
from console.simulator.delivery import Courier
from console.simulator.faults import FaultBox
from console.simulator.notes import Note


@dataclass(slots=True)
class _Queue:
    notes: deque[Note] = field(default_factory=deque)
    task: asyncio.Task[None] | None = None


class Notifier:
    """One queue per call, while the call has something to say. Lost for good: `on_lost(call_id)`."""

    def __init__(self, clock: Clock, courier: Courier, faults: FaultBox) -> None:
        self._clock = clock
        self._courier = courier
        self._faults = faults
        self._queues: dict[str, _Queue] = {}
        self._held: dict[str, Note] = {}
        """Per call, the `establishing` that waits for `established` to be told first."""
        self._strays: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self.on_lost: Callable[[str], None] = lambda _call_id: None

    def send(self, note: Note) -> None:
        """Queues one note; never waits."""
        queue = self._queues.setdefault(note.call_id, _Queue())
        queue.notes.append(note)
        self._idle.clear()
        if queue.task is None:
            queue.task = asyncio.get_running_loop().create_task(
                self._work(note.call_id, queue), name=f"notifications of {note.call_id}"
            )

    async def drained(self) -> None:
        """Waits until every queue is empty."""
        await self._idle.wait()

    async def close(self) -> None:
        """Stops delivering; what waits is dropped."""
        tasks = [queue.task for queue in self._queues.values() if queue.task is not None]
        tasks += self._strays
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._courier.close()

    async def _work(self, call_id: str, queue: _Queue) -> None:
        try:
            while queue.notes:
                if not await self._deliver(queue.notes.popleft()):
                    queue.notes.clear()
                    self.on_lost(call_id)
        finally:
            self._queues.pop(call_id, None)
            self._rest()

    async def _deliver(self, note: Note) -> bool:
        faults = self._faults.faults
        if faults.swap_established and note.state == "establishing":
            self._held[note.call_id] = note
            return True
        if self._faults.happens(faults.lost):
            self._courier.lose(note)
            return True
        if self._faults.happens(faults.reorder):
            self._stray(note)
            return True
        if self._faults.happens(faults.delay):
            await self._clock.sleep(faults.delay_seconds)
        delivered = await self._courier.carry(note, twice=self._faults.happens(faults.duplicate))
        if delivered and (held := self._held.pop(note.call_id, None)) is not None:
            delivered = await self._courier.carry(held)
        return delivered

    def _stray(self, note: Note) -> None:
        """Lets `note` travel alone, so that later ones overtake it."""

        seconds = self._faults.faults.delay_seconds

        async def wander() -> None:
            await self._clock.sleep(seconds)
            await self._courier.carry(note)

        task = asyncio.get_running_loop().create_task(wander(), name="reordered notification")
        self._strays.add(task)
        task.add_done_callback(self._strays.discard)
        task.add_done_callback(lambda _task: self._rest())

    def _rest(self) -> None:
        if not self._queues and not self._strays:
            self._idle.set()
