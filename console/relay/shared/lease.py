"""Which of several relays leads: whoever holds a name in Redis that must be renewed all the time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable

from console.relay.shared.line import Lost
from console.relay.shared.log import SharedLog

LASTS = 2.0
"""Seconds without a renewal after which another relay may lead: less than a forgotten caller has left."""
RENEW = 0.4
GRACE = 3.0

log = logging.getLogger(__name__)


class Lease:
    """A Lead by lease. `monotonic` is seconds; `me` is a name that no other relay has.

    A relay that was paused finds its lease over by its own clock before it takes another step. What was on
    its way to Graph may still arrive there: every step can be taken twice (see README.md).
    """

    grace = GRACE

    def __init__(self, shared: SharedLog, me: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._log = shared
        self._me = me
        self._monotonic = monotonic
        self._ends = 0.0

    @property
    def held(self) -> bool:
        """As Lead's."""
        return self._monotonic() < self._ends

    async def run(self) -> None:
        """Take the lead when it is free and renew it, until cancelled; then leave it to another."""
        try:
            while True:
                led = self.held
                await self._renew()
                if self.held is not led:
                    log.info("this relay leads" if self.held else "this relay leads no more")
                await asyncio.sleep(RENEW)
        finally:
            self._ends = 0.0
            with contextlib.suppress(Lost):
                await self._log.leave(self._me)

    async def _renew(self) -> None:
        asked = self._monotonic()
        try:
            mine = await self._log.lead(self._me, LASTS)
        except Lost:
            return  # the lease ends by itself
        # It lasts from when Redis was asked, so that it is over here before it is over there.
        self._ends = asked + LASTS if mine else 0.0
