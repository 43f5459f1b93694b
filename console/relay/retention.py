"""Forgetting: facts go after their time, and a snapshot keeps what calls that still live need of them."""

from __future__ import annotations

import asyncio
import logging

from console.relay.clock import Clock
from console.relay.history import HistoryFailed
from console.relay.hub import Hub
from console.relay.lead import Lead
from console.relay.settings import Settings

LOOK = 5.0
"""Seconds between looks at how much has been added."""
PURGE = 600.0
"""Seconds between purges."""

log = logging.getLogger(__name__)


class Retention:
    """Writes snapshots and purges the log, while this relay leads. `now` is the relay's steady clock."""

    def __init__(self, hub: Hub, settings: Settings, lead: Lead, now: Clock) -> None:
        self._hub = hub
        self._settings = settings
        self._lead = lead
        self._now = now
        self._covered = hub.seq

    async def run(self) -> None:
        """Do what is due, until cancelled."""
        purged = self._now()
        while True:
            await asyncio.sleep(LOOK)
            try:
                self._covered = min(self._covered, self._hub.seq)
                if self._hub.seq - self._covered >= self._settings.snapshot_every:
                    await self.snapshot()
                if self._now() - purged >= PURGE:
                    purged = self._now()
                    await self.purge()
            except HistoryFailed as failure:
                log.warning("the log could not be tidied: %s", failure)

    async def snapshot(self) -> None:
        """Keep the world as it is, so that a start need not fold everything again."""
        if not self._lead.held:
            return
        seq = self._hub.seq
        await self._hub.history.snapshot(self._hub.world, seq, self._now())
        self._covered = seq

    async def purge(self) -> None:
        """Delete what has been kept for long enough; never what is about a live call."""
        before = self._now() - self._settings.retention
        self._hub.forget(before)
        if not self._lead.held:
            return
        await self.snapshot()
        live = [call.id for call in self._hub.world.calls.values() if not call.ended]
        await self._hub.history.purge(before, live)
