"""Who hears whom in a group call, where not everybody hears everybody."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from console.domain.ids import ParticipantId


class RoutingMode(StrEnum):
    ONE_TO_ONE = "oneToOne"
    MULTICAST = "multicast"
    UNKNOWN = "unknownFutureValue"


@dataclass(frozen=True, slots=True)
class AudioGroup:
    """Graph `audioRoutingGroup`: `receivers` hear `sources`. `id` is empty until Graph gave one."""

    mode: RoutingMode
    sources: tuple[ParticipantId, ...]
    receivers: tuple[ParticipantId, ...]
    id: str = ""
