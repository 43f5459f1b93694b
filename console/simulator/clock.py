"""The simulator's clock: real time at a speed factor, or moved by hand; everything timed goes through it."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


@dataclass(order=True, slots=True)
class Timer:
    """One callback waiting for its moment. Cancelling is free and may be done twice."""

    due: float
    order: int
    callback: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        self.cancelled = True


class Clock:
    """Seconds since 1970 that pass `speed` times as fast as real ones; speed 0 stands still until moved."""

    def __init__(
        self, *, start: float, speed: float = 1.0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        if speed < 0:
            raise ValueError("speed must not be negative")
        self._monotonic = monotonic
        self._speed = speed
        self._origin = start
        self._anchor = monotonic()
        self._timers: list[Timer] = []
        self._numbers = itertools.count()
        self._alarm: asyncio.TimerHandle | None = None
        self._sleepers: set[asyncio.Future[None]] = set()
        self._stopped = False
        self.settle: Callable[[], Awaitable[None]] = _breathe
        """Awaited by `advance` before time moves on: until then, what has happened may have effects."""

    @property
    def speed(self) -> float:
        return self._speed

    def now(self) -> float:
        """Simulated seconds since 1970."""
        return self._origin + (self._monotonic() - self._anchor) * self._speed

    def later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Runs `callback` once, `seconds` simulated seconds from now, in order of due time."""
        timer = Timer(self.now() + max(0.0, seconds), next(self._numbers), callback)
        heapq.heappush(self._timers, timer)
        if self._timers[0] is timer:
            self._arm()
        return timer

    async def sleep(self, seconds: float) -> None:
        """Waits `seconds` simulated seconds, or until the clock is stopped."""
        if self._stopped:
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        timer = self.later(seconds, lambda: None if woken.done() else woken.set_result(None))
        self._sleepers.add(woken)
        try:
            await woken
        finally:
            self._sleepers.discard(woken)
            timer.cancel()

    def set_speed(self, speed: float) -> None:
        """Changes how fast time passes, from now on."""
        if speed < 0:
            raise ValueError("speed must not be negative")
        self._jump(self.now())
        self._speed = speed
        self._arm()

    async def advance(self, seconds: float) -> None:
        """Moves time forward at once, running everything that falls due, each at its own moment."""
        target = self.now() + seconds
        await self.settle()
        while self._timers and self._timers[0].due <= target:
            timer = heapq.heappop(self._timers)
            if timer.cancelled:
                continue
            self._jump(max(timer.due, self._origin))
            timer.callback()
            await self.settle()
        self._jump(max(target, self.now()))
        self._arm()

    def stop(self) -> None:
        """Forgets every timer; nothing fires after this, and who sleeps wakes up."""
        self._stopped = True
        self._timers.clear()
        for woken in self._sleepers:
            if not woken.done():
                woken.set_result(None)
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _jump(self, moment: float) -> None:
        self._origin = moment
        self._anchor = self._monotonic()

    def _arm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        while self._timers and self._timers[0].cancelled:
            heapq.heappop(self._timers)
        if self._timers and self._speed > 0 and not self._stopped:
            wait = (self._timers[0].due - self.now()) / self._speed
            self._alarm = asyncio.get_running_loop().call_later(max(0.0, wait), self._ring)

    def _ring(self) -> None:
        self._alarm = None
        try:
            while self._timers and (self._timers[0].cancelled or self._timers[0].due <= self.now()):
                timer = heapq.heappop(self._timers)
                if not timer.cancelled:
                    timer.callback()
        finally:
            # A callback that fails is reported by the loop; time goes on all the same.
            self._arm()


async def _breathe() -> None:
    """Tasks woken by a timer must be able to set timers of their own before time moves on."""
    for _ in range(3):
        await asyncio.sleep(0)
