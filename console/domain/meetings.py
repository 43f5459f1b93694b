"""Online meetings: what an operator asks for, and what Graph made of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from console.domain.people import Person


class LobbyBypass(StrEnum):
    """Who enters without waiting in the lobby (Graph `lobbyBypassScope`)."""

    ORGANIZER = "organizer"
    ORGANIZATION = "organization"
    ORGANIZATION_AND_FEDERATED = "organizationAndFederated"
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class MeetingRequest:
    """A meeting to be made. Times are aware datetimes."""

    subject: str
    start: datetime
    end: datetime
    attendees: tuple[Person, ...] = ()
    lobby: LobbyBypass = LobbyBypass.ORGANIZATION


@dataclass(frozen=True, slots=True)
class MeetingChange:
    """What shall be different; None leaves it. `times` are start and end, which Graph takes only together."""

    subject: str | None = None
    times: tuple[datetime, datetime] | None = None
    lobby: LobbyBypass | None = None
    attendees: tuple[Person, ...] | None = None
    """The whole list, the old ones included."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A stand-alone online meeting (Graph `onlineMeeting`); it is in nobody's calendar (REFERENCE §5)."""

    id: str
    subject: str
    start: datetime
    end: datetime
    join_url: str
    join_meeting_id: str = ""
    passcode: str = ""
    conference_id: str = ""
    toll_number: str = ""
