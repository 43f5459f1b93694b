"""Call records: what Microsoft keeps of a call for thirty days after its end (REFERENCE §6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from console.domain.people import Identity


class RecordKind(StrEnum):
    GROUP = "groupCall"
    PEER_TO_PEER = "peerToPeer"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Session:
    """One leg. `failed_at` is Graph's stage ("callSetup", "midcall"), `reason` its words, or empty."""

    id: str
    caller: Identity
    callee: Identity
    start: datetime
    end: datetime
    failed_at: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call. `id` is the call's chain id; a higher `version` replaces what was read before."""

    id: str
    version: int
    kind: RecordKind
    start: datetime
    end: datetime
    organizer: Identity
    participants: tuple[Identity, ...] = ()
    sessions: tuple[Session, ...] = ()
    join_url: str = ""
