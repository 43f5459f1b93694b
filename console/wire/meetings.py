"""Online meetings between JSON and values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from console.domain.meetings import LobbyBypass, Meeting, MeetingChange, MeetingRequest
from console.domain.people import Person
from console.wire.times import read_time, write_time
from console.wire.values import items, member, text


def write_meeting(request: MeetingRequest) -> dict[str, Any]:
    """Return the body of `POST /me/onlineMeetings` (REFERENCE §5.1); times in UTC."""
    body: dict[str, Any] = {
        "subject": request.subject,
        "startDateTime": write_time(request.start),
        "endDateTime": write_time(request.end),
        "lobbyBypassSettings": _lobby(request.lobby),
    }
    if request.attendees:
        body["participants"] = _participants(request.attendees)
    return body


def write_meeting_once(request: MeetingRequest, external_id: str) -> dict[str, Any]:
    """Return the body of createOrGet, which knows no lobby: the operator's own setting applies."""
    body = {k: v for k, v in write_meeting(request).items() if k != "lobbyBypassSettings"}
    return {"externalId": external_id, **body}


def write_change(change: MeetingChange) -> dict[str, Any]:
    """Return the body of `PATCH /me/onlineMeetings/{id}`: only what shall be different."""
    body: dict[str, Any] = {}
    if change.subject is not None:
        body["subject"] = change.subject
    if change.times is not None:
        body["startDateTime"], body["endDateTime"] = (write_time(t) for t in change.times)
    if change.lobby is not None:
        body["lobbyBypassSettings"] = _lobby(change.lobby)
    if change.attendees is not None:
        body["participants"] = _participants(change.attendees)
    return body


def _lobby(scope: LobbyBypass) -> dict[str, Any]:
    return {"scope": scope.value, "isDialInBypassEnabled": True}


def _participants(people: tuple[Person, ...]) -> dict[str, Any]:
    return {
        "attendees": [
            {"upn": p.mail, "role": "attendee", "identity": {"user": {"id": p.id, "displayName": p.name}}}
            for p in people
        ]
    }


def read_meeting(resource: object, *, now: datetime) -> Meeting:
    """Return an `onlineMeeting`. Times that cannot be read become `now`."""
    join = member(resource, "joinMeetingIdSettings")
    dial = member(resource, "audioConferencing")
    return Meeting(
        id=text(member(resource, "id")),
        subject=text(member(resource, "subject")),
        start=read_time(member(resource, "startDateTime"), now),
        end=read_time(member(resource, "endDateTime"), now),
        join_url=_url(member(resource, "joinWebUrl")),
        join_meeting_id=text(member(join, "joinMeetingId")),
        passcode=text(member(join, "passcode")),
        conference_id=text(member(dial, "conferenceId")),
        toll_number=text(member(dial, "tollNumber")),
    )


def read_meetings(page: object, *, now: datetime) -> tuple[Meeting, ...]:
    """Return the meetings of a `value` page."""
    return tuple(read_meeting(m, now=now) for m in items(member(page, "value")))


def _url(value: object) -> str:
    """A join link is long, so `text` must not cut it; anything but https is not a link we would open."""
    return value if isinstance(value, str) and value.startswith("https://") and len(value) < 4096 else ""
