"""Deliveries under way: how many at once, and the moment at which none moves."""

from __future__ import annotations

import asyncio

from console.simulator.clock import Clock

MOST = 24
"""POSTs at the same time; a bot that hangs must not stop what others would get."""


class Traffic:
    """Counts what moves. While time stands still there is one POST at a time, in the order asked for:
    so what arrives first does not depend on the network, and a run repeats to the byte."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._one, self._many = asyncio.Semaphore(1), asyncio.Semaphore(MOST)
        self._moving = 0
        self._rest = asyncio.Event()
        self._rest.set()

    def begin(self) -> None:
        """Something sets out: it moves until it `end`s or takes a nap."""
        self._moving += 1
        self._rest.clear()

    def end(self) -> None:
        self._moving -= 1
        if not self._moving:
            self._rest.set()

    def turn(self) -> asyncio.Semaphore:
        """To be held around one POST."""
        return self._many if self._clock.speed else self._one

    async def nap(self, seconds: float) -> None:
        """Waits for the clock; what naps does not move."""
        self.end()
        try:
            await self._clock.sleep(seconds)
        finally:
            self.begin()

    async def at_rest(self) -> None:
        """Waits until nothing moves: all has arrived, or waits for its time."""
        while self._moving:
            await self._rest.wait()
