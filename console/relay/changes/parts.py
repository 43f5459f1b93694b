"""What a relay that reads call records is made of besides: a door, a subscription and a reader."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.routing import Route

from console.domain.ids import IntentId, plain_id
from console.graph.client import GraphClient
from console.graph.operations import Identity
from console.relay.changes.door import ChangeDoor
from console.relay.changes.marks import Marks
from console.relay.changes.records import TOPIC, Records
from console.relay.changes.sealed import Keyring
from console.relay.changes.watching import Watcher
from console.relay.clock import Clock
from console.relay.doorkeeper import Doorkeeper
from console.relay.hub import Hub
from console.relay.lead import Lead
from console.relay.settings import Settings

Work = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Parts:
    """Routes, what must run, and why something of it does not work, if so."""

    routes: list[Route]
    works: Mapping[str, Work]
    notice: Callable[[], str]


def record_parts(
    settings: Settings,
    hub: Hub,
    graph: GraphClient,
    doorkeeper: Doorkeeper,
    *,
    key: bytes,
    lead: Lead,
    now: Clock,
    new_id: Callable[[], IntentId],
) -> Parts:
    """Return the parts; none unless the settings want call records. `key` seals the addresses."""
    if not settings.call_records:
        return Parts([], {}, lambda: "")
    tenant = plain_id(settings.tenant_ids[0])
    marks = Marks(settings.public_url, tenant, key, now)
    records = Records(hub, graph, lead=lead, now=now, new_id=new_id)
    # Graph does not put the data into notifications of records (REFERENCE §6.4): the watcher needs no keys.
    watcher = Watcher(
        graph, Identity.BOT, TOPIC, marks, lead=lead, now=now, new_id=new_id, missed=records.catch_up
    )
    door = ChangeDoor(
        hub,
        doorkeeper,
        marks,
        Keyring(Path(settings.data_dir) / "changes", now),
        tenant=tenant,
        take=records.take,
        heard=watcher.heard,
        now=now,
    )
    works = {"call records": records.run, "subscription": watcher.run}
    return Parts(door.routes(), works, lambda: watcher.trouble or records.trouble)
