"""What the audit needs now and then: its head told elsewhere, and what is old forgotten."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import msgspec

from console.relay.audit.inspection import Head
from console.relay.audit.journal import Journal, NotAudited
from console.relay.clock import Clock

EVERY = 3600.0
"""Seconds between two exports: what is cut off within them cannot be noticed."""
DAY = 86_400.0

log = logging.getLogger(__name__)


class AuditUpkeep:
    """Exports heads and forgets. `heads` is a file to add to, None to tell them only to the log.

    `names_days` and `lines_days` say how long names and lines are kept. `now` is UTC seconds.
    """

    def __init__(
        self, journal: Journal, heads: Path | None, names_days: float, lines_days: float, now: Clock
    ) -> None:
        self._journal = journal
        self._heads = heads
        self._names = names_days * DAY
        self._lines = lines_days * DAY
        self._now = now
        self._told = 0

    async def run(self) -> None:
        """Do it now and every hour, until cancelled."""
        while True:
            await self.once()
            await asyncio.sleep(EVERY)

    async def once(self) -> None:
        """Export the head if it is a new one, and forget what is old. Trouble is logged, not raised."""
        now = self._now()
        try:
            n, head = await self._journal.head()
            if n > self._told:
                await asyncio.to_thread(self._tell, Head(n, now, head.hex()))
                self._told = n
            await self._journal.forget(now - self._names, now - self._lines)
        except (NotAudited, OSError) as error:
            log.warning("the audit could not be looked after: %s", error)

    def _tell(self, head: Head) -> None:
        log.info("audit head %s after line %d", head.head, head.n)
        if self._heads is not None:
            with self._heads.open("ab") as file:
                file.write(msgspec.json.encode(head) + b"\n")
