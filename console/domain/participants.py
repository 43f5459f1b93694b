"""Participants of a call, and invitations that have not become one yet."""

from __future__ import annotations

from msgspec import Struct

from console.domain.ids import OperationId, ParticipantId
from console.domain.people import Identity
from console.domain.results import Result


class Participant(Struct, frozen=True):
    """One entry of a call's roster (Graph `participant`). `on_hold`: their audio stream is inactive."""

    id: ParticipantId
    identity: Identity
    muted: bool = False
    in_lobby: bool = False
    on_hold: bool = False
    sequence: int = 0
    """Graph's `rosterSequenceNumber`; 0 when the call's roster is not in delta mode."""
    left: bool = False
    """They were there and are gone; kept so that a late, older roster cannot bring them back."""


class Invitation(Struct, frozen=True):
    """Somebody was asked to join; `at` is UTC seconds. `failed` says why they did not."""

    operation: OperationId
    identity: Identity
    at: float
    participant: ParticipantId | None = None
    by: str = ""
    ended: bool = False
    failed: Result | None = None
