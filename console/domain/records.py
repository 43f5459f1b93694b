"""Call records: what Microsoft keeps of a call for thirty days after its end (REFERENCE §6.3)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from console.domain.people import Identity, IdentityKind


class RecordKind(StrEnum):
    GROUP = "groupCall"
    PEER_TO_PEER = "peerToPeer"
    UNKNOWN = "unknown"


class Session(Struct, frozen=True):
    """One leg. `failed_at` is Graph's stage ("callSetup", "midcall"), `reason` its words, or empty."""

    id: str
    caller: Identity
    callee: Identity
    start: datetime
    end: datetime
    failed_at: str = ""
    reason: str = ""


class Talk(Struct, frozen=True):
    """For how long somebody was connected. `start` and `end` are UTC seconds by Microsoft's clock."""

    who: Identity
    start: float
    end: float

    @property
    def seconds(self) -> float:
        return max(0.0, self.end - self.start)


class CallRecord(Struct, frozen=True):
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

    @property
    def talks(self) -> tuple[Talk, ...]:
        """Everybody who was connected, each once, from their first moment to their last; no machines."""
        found: dict[tuple[IdentityKind, str], Talk] = {}
        for leg in self.sessions:
            for who in (leg.caller, leg.callee):
                if leg.failed_at or not who.id or not who.human or who.kind is IdentityKind.UNKNOWN:
                    continue
                talk = Talk(who, leg.start.timestamp(), leg.end.timestamp())
                known = found.setdefault((who.kind, who.id), talk)
                named = known.who if known.who.name else who
                found[who.kind, who.id] = Talk(named, min(known.start, talk.start), max(known.end, talk.end))
        return tuple(found.values())
