"""The ways into a meeting that somebody else made."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.people import Identity


@dataclass(frozen=True, slots=True)
class ById:
    """The number and passcode of an invitation. `passcode` is empty when none is asked for."""

    meeting_id: str
    passcode: str = ""


@dataclass(frozen=True, slots=True)
class ByOrganizer:
    """The organizer, with their tenant, and the meeting's chat (Graph `onlineMeeting.chatInfo`)."""

    organizer: Identity
    thread_id: str
    message_id: str = "0"


@dataclass(frozen=True, slots=True)
class ByToken:
    """The token of an incoming call: the way back in after being cut off. Cannot invite phones (§9.2)."""

    token: str


Way = ById | ByOrganizer | ByToken
