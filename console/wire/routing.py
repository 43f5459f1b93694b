"""Audio routing groups between JSON and values."""

from __future__ import annotations

from typing import Any

from console.domain.ids import ParticipantId, plain_id
from console.domain.routing import AudioGroup, RoutingMode
from console.wire.values import choice, items, member, text


def write_group(group: AudioGroup) -> dict[str, Any]:
    """Return the body that creates or changes `group`; the id stays in the path."""
    return {
        "@odata.type": "#microsoft.graph.audioRoutingGroup",
        "routingMode": group.mode.value,
        "sources": list(group.sources),
        "receivers": list(group.receivers),
    }


def read_group(resource: object) -> AudioGroup:
    """Return an `audioRoutingGroup`."""
    return AudioGroup(
        mode=choice(RoutingMode, member(resource, "routingMode")) or RoutingMode.UNKNOWN,
        sources=_ids(member(resource, "sources")),
        receivers=_ids(member(resource, "receivers")),
        id=text(member(resource, "id")),
    )


def read_groups(page: object) -> tuple[AudioGroup, ...]:
    """Return the groups of a `value` page."""
    return tuple(read_group(g) for g in items(member(page, "value")))


def _ids(value: object) -> tuple[ParticipantId, ...]:
    found = [text(v) for v in value] if isinstance(value, list) else []
    return tuple(ParticipantId(plain_id(v)) for v in found if v)
