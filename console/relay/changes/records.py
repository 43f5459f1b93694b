"""The records of our calls: when Microsoft has written one, it is read and the call's story goes on.

The bot loses sight of a caller whom it sent on. Some minutes after the caller's end the record says with whom
they talked and how long (REFERENCE §6.3). That it is there is a fact in the log like any other, so that a
restart forgets nothing that is still to be read.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.domain.calls import Call
from console.domain.errors import ConsoleError, NotAllowed, Throttled
from console.domain.events import Event, RecordAnnounced, RecordRead
from console.domain.ids import CallId, IntentId, plain_id
from console.domain.subscriptions import CALL_RECORDS
from console.graph import records
from console.graph.client import GraphClient
from console.relay.changes.door import Change
from console.relay.changes.watching import Topic
from console.relay.clock import Clock
from console.relay.hub import Hub
from console.relay.lead import Lead
from console.wire.values import member, text

TOPIC = Topic(CALL_RECORDS, ("created", "updated"), 4200 * 60.0)
"""All of the tenant: Graph can filter by people, but not by bots. What is not ours is not looked at."""
RECENT = 86_400.0
"""Seconds for which an ended call's record may still have been missed."""
TRIES = 8
FIRST_PAUSE, LONGEST_PAUSE = 15.0, 3600.0
LOOK = 15.0
"""Seconds between looks whether it is time to try again."""
_CHAIN = re.compile(r"[0-9a-z-]{8,64}")
_RESOURCE = re.compile(r"(?:^|/)callrecords/([^/?#]+)$")

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Attempt:
    """How often reading failed, when it may be tried again, and for which announcement."""

    count: int
    again: float
    announced: float


class Records:
    """Reads what was announced, while this relay leads. `now` is the relay's steady clock."""

    def __init__(
        self, hub: Hub, graph: GraphClient, *, lead: Lead, now: Clock, new_id: Callable[[], IntentId]
    ) -> None:
        self._hub = hub
        self._graph = graph
        self._lead = lead
        self._now = now
        self._new_id = new_id
        self._attempts: dict[CallId, _Attempt] = {}
        self._news = asyncio.Event()
        self._behind = False
        self.trouble = ""
        """Why records cannot be read, in a sentence; "" while they can."""
        hub.watch(self._noticed)

    def take(self, changes: Sequence[Change], at: float) -> list[Event]:
        """Return that the records of those calls are there that are ours. `at` is the receipt."""
        ours = {plain_id(call.chain_id): call.id for call in self._hub.world.calls.values()}
        named = ((ours.get(_chain(change)), change.key) for change in changes)
        return [RecordAnnounced(call=call, key=key, at=at) for call, key in named if call is not None]

    def catch_up(self) -> None:
        """Look after the records of all calls of late: an announcement may have been missed."""
        self._behind = True
        self._news.set()

    async def run(self) -> None:
        """Read records as they are announced, until cancelled."""
        while True:
            self._news.clear()
            if self._lead.held:
                if self._behind:
                    await self._announce_all()
                for call in tuple(self._hub.world.calls.values()):
                    if self._is_due(call):
                        await self._read(call)
                self._attempts = {i: a for i, a in self._attempts.items() if i in self._hub.world.calls}
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    await self._news.wait()

    def _noticed(self, _: Call | None, __: Call | None, event: Event) -> None:
        if isinstance(event, RecordAnnounced):
            self._news.set()

    async def _announce_all(self) -> None:
        now = self._now()
        recent = [
            RecordAnnounced(call=call.id, key=f"change:{self._new_id()}", at=now)
            for call in self._hub.world.calls.values()
            if call.ended_at is not None and now - call.ended_at < RECENT and not call.record_version
        ]
        with contextlib.suppress(ConsoleError):  # then at the next look
            if recent:
                await self._hub.append(*recent)
            self._behind = False

    def _is_due(self, call: Call) -> bool:
        if not call.unread or not _CHAIN.fullmatch(plain_id(call.chain_id)):
            return False
        attempt = self._attempts.get(call.id)
        if attempt is None or attempt.announced != call.announced_at:
            return True
        return attempt.count < TRIES and self._now() >= attempt.again

    async def _read(self, call: Call) -> None:
        asked = self._now()
        try:
            record = await records.get(self._graph, plain_id(call.chain_id))
            read = RecordRead(
                call=call.id,
                key=f"record:{self._new_id()}",
                at=asked,
                version=record.version,
                talks=record.talks,
            )
            await self._hub.append(read)
        except ConsoleError as error:
            self._failed(call, error)
        else:
            self._attempts.pop(call.id, None)
            self.trouble = ""

    def _failed(self, call: Call, error: ConsoleError) -> None:
        known = self._attempts.get(call.id)
        announced = call.announced_at or 0.0
        count = known.count + 1 if known and known.announced == announced else 1
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (count - 1))
        wait = error.retry_after if isinstance(error, Throttled) else 0.0
        self._attempts[call.id] = _Attempt(count, self._now() + max(pause, wait), announced)
        if isinstance(error, NotAllowed) and not self.trouble:
            log.warning("the record of a call cannot be read: %s", error.code)
            self.trouble = str(error)


def _chain(change: Change) -> str:
    """Return the chain id that a change names, by its form alone; never an address to be asked."""
    found = _RESOURCE.search(change.resource.casefold())
    return plain_id(found[1] if found else text(member(change.data, "id")))
