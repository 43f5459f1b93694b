"""Delivers notifications to the bot: in order per call, signed, retried, and with the faults asked for."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from console.simulator.delivery import Courier
from console.simulator.faultbox import FaultBox
from console.simulator.notes import Note
from console.simulator.traffic import Traffic

BATCH_MAXIMUM = 5


@dataclass(slots=True)
class _Queue:
    notes: deque[tuple[Note, str]] = field(default_factory=deque)
    """With the marks by which the faults know them."""
    task: asyncio.Task[None] | None = None


class Notifier:
    """One queue per call, while the call has something to say. Lost for good: `on_lost(call_id)`."""

    def __init__(self, courier: Courier, faults: FaultBox, traffic: Traffic) -> None:
        self._courier = courier
        self._faults = faults
        self._traffic = traffic
        self._queues: dict[str, _Queue] = {}
        self._held: dict[str, tuple[Note, str]] = {}
        """Per call, the `establishing` that waits for `established` to be told first."""
        self._strays: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self.on_lost: Callable[[str], None] = lambda _call_id: None

    def send(self, note: Note) -> None:
        """Queues one note; never waits."""
        queue = self._queues.setdefault(note.call_id, _Queue())
        queue.notes.append((note, self._faults.mark(note)))
        self._idle.clear()
        if queue.task is None:
            self._traffic.begin()
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
                if not await self._deliver(queue):
                    queue.notes.clear()
                    self.on_lost(call_id)
        finally:
            self._queues.pop(call_id, None)
            self._traffic.end()
            self._rest()

    async def _deliver(self, queue: _Queue) -> bool:
        note, mark = queue.notes.popleft()
        faults = self._faults.faults
        if faults.swap_established and note.state == "establishing":
            self._held[note.call_id] = note, mark
            return True
        if self._faults.happens("lost", mark):
            self._courier.lose(note)
            return True
        if self._faults.happens("reorder", mark):
            self._stray(note, mark, faults.delay_seconds)
            return True
        if self._faults.happens("delay", mark):
            await self._traffic.nap(faults.delay_seconds)
        together = [note]
        if self._faults.happens("batch", mark):
            together += self._following(queue, note)
        delivered = await self._courier.carry(together, mark)
        if delivered and (held := self._held.pop(note.call_id, None)) is not None:
            delivered = await self._courier.carry([held[0]], held[1])
        return delivered

    def _following(self, queue: _Queue, first: Note) -> list[Note]:
        """What waits behind `first` for its address: one POST may carry several items (REFERENCE §3.1)."""
        found: list[Note] = []
        while queue.notes and len(found) < BATCH_MAXIMUM - 1:
            note, _ = queue.notes[0]
            if note.callback_uri != first.callback_uri or note.state == "establishing":
                break
            found.append(queue.notes.popleft()[0])
        return found

    def _stray(self, note: Note, mark: str, seconds: float) -> None:
        """Lets `note` travel alone, so that later ones overtake it."""

        async def wander() -> None:
            try:
                await self._traffic.nap(seconds)
                await self._courier.carry([note], mark)
            finally:
                self._traffic.end()

        self._traffic.begin()
        task = asyncio.get_running_loop().create_task(wander(), name="reordered notification")
        self._strays.add(task)
        task.add_done_callback(self._strays.discard)
        task.add_done_callback(lambda _task: self._rest())

    def _rest(self) -> None:
        if not self._queues and not self._strays:
            self._idle.set()
