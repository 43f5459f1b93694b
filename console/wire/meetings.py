"""Online meetings between JSON and values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from console.domain.meetings import Meeting, MeetingRequest
from console.wire.values import items, member, text


def write_meeting(request: MeetingRequest) -> dict[str, Any]:
    """Return the body of `POST /me/onlineMeetings` (REFERENCE §5.1); times in UTC."""
    attendees = [
        {"upn": p.mail, "role": "attendee", "identity": {"user": {"id": p.id, "displayName": p.name}}}
        for p in request.attendees
    ]
    body: dict[str, Any] = {
        "subject": request.subject,
        "startDateTime": _write_time(request.start),
        "endDateTime": _write_time(request.end),
        "lobbyBypassSettings": {"scope": request.lobby.value, "isDialInBypassEnabled": True},
    }
    if attendees:
        body["participants"] = {"attendees": attendees}
    return body


def read_meeting(resource: object, *, now: datetime) -> Meeting:
    """Return an `onlineMeeting`. Times that cannot be read become `now`."""
    join = member(resource, "joinMeetingIdSettings")
    dial = member(resource, "audioConferencing")
    return Meeting(
        id=text(member(resource, "id")),
        subject=text(member(resource, "subject")),
        start=_read_time(member(resource, "startDateTime"), now),
        end=_read_time(member(resource, "endDateTime"), now),
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


def _write_time(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read_time(value: object, default: datetime) -> datetime:
    try:
        time = datetime.fromisoformat(text(value))
    except ValueError:
        return default
    return time if time.tzinfo else time.replace(tzinfo=UTC)
