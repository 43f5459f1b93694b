"""Is the colleague free, and meetings that stand in a calendar (REFERENCE §5.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from console.domain.calendar import CalendarEvent, Schedule
from console.domain.ids import IntentId
from console.domain.meetings import MeetingRequest
from console.graph.client import GraphClient
from console.wire.calendar import read_calendar_event, read_schedules, write_event, write_question

MOST_ASKED = 20
"""People in one question; Exchange takes no more."""

_IN_UTC = {"Prefer": 'outlook.timezone="UTC"'}


async def create(client: GraphClient, request: MeetingRequest, *, intent: IntentId) -> CalendarEvent:
    """Put a Teams meeting into the operator's calendar and invite the attendees.

    `transactionId` keeps a second request with the same intent from making a second event.
    """
    body = {**write_event(request), "transactionId": intent}
    reply = await client.send("calendar.create", body=body, headers=_IN_UTC, request_id=intent)
    return read_calendar_event(reply.body)


async def get(client: GraphClient, event: str) -> CalendarEvent:
    """Return an event; its join link may come a moment after the event."""
    return read_calendar_event((await client.send("calendar.get", event=event, headers=_IN_UTC)).body)


async def schedules(
    client: GraphClient, mails: Sequence[str], start: datetime, end: datetime, *, minutes: int = 15
) -> tuple[Schedule, ...]:
    """Return when each of up to 20 people is busy between `start` and `end` (aware datetimes)."""
    if not mails:
        return ()
    body = write_question(mails[:MOST_ASKED], start, end, minutes)
    return read_schedules((await client.send("calendar.schedule", body=body, headers=_IN_UTC)).body)
